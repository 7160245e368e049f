/// How much is measured, and how often.
struct Sizes {
    /// Events in the long rows.
    var events: Int
    /// How long a contestant of a timed row appends, in seconds.
    var seconds: Double
    /// How long one burst of the control takes, in seconds.
    var controlSeconds: Double
    /// Bytes that a primitive measured alone goes over: more than the processor caches, so that it meets memory.
    var bytesAlone: Int
    /// Repeats of a row that appends for a while: many and short, so that the control is of the same second.
    var appendingRepeats: Int
    /// Repeats of a row that reads.
    var readingRepeats: Int
    /// Repeats of a row that loads a whole store each time.
    var loadingRepeats: Int
    /// Pupils in the change index, and in the small one it is compared with.
    var pupils: (many: Int, few: Int)
    /// Events that state is made again from, and ten times as many.
    var rebuilt: (many: Int, few: Int)
    /// People that the events are drawn over.
    var people = 100_000
    /// Schools of 1,000 pupils in an export.
    var schools: Int
    /// Bases that the people are spread over.
    var bases = 50

    /// The sizes that the options ask for.
    init(_ options: Options) {
        events = options.events ?? (options.quick ? 50_000 : 5_000_000)
        seconds = options.quick ? 0.2 : 1
        controlSeconds = options.quick ? 0.1 : 0.5
        bytesAlone = options.quick ? 32 << 20 : 256 << 20
        appendingRepeats = options.quick ? 2 : 9
        readingRepeats = options.quick ? 2 : 5
        loadingRepeats = options.quick ? 1 : 3
        let few = options.events.map { max(100, $0 / 10) } ?? (options.quick ? 5_000 : 1_000_000)
        rebuilt = (few * 10, few)
        schools = options.quick ? 1 : 100
        pupils = options.quick ? (20_000, 2_000) : (1_000_000, 10_000)
    }
}
