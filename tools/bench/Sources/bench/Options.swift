/// What was asked for on the command line.
struct Options: Equatable {
    /// How to start the bench.
    static let usage = """
        usage: bench [--quick] [--only ROW,ROW] [--events N] [--directory DIR]

          --quick          small sizes: seconds instead of minutes, and figures that only show that it works
          --only ROW,ROW   these rows alone: \(RowName.allCases.map(\.rawValue).joined(separator: ", "))
          --events N       events in the long rows, instead of 5,000,000
          --directory DIR  where the stores are made and removed again, instead of .build/bench-stores; its disk is
                           what is measured

        Prints a table and writes bench.json in the working directory.
        """

    /// Small sizes.
    var quick = false
    /// The rows to measure, in the table's order.
    var rows = RowName.allCases
    /// Events in the long rows; nil for the usual number.
    var events: Int?
    /// Where the stores are made.
    var directory = ".build/bench-stores"
    /// Only the usage was asked for.
    var help = false

    /// Reads the command line.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Throws: `BenchError.usage` for what it does not understand.
    init(_ arguments: some Sequence<String>) throws {
        var rest = arguments.makeIterator()
        func value(of option: String) throws -> String {
            guard let value = rest.next() else { throw BenchError(.usage, "\(option) needs a value") }
            return value
        }
        while let argument = rest.next() {
            switch argument {
            case "--quick": quick = true
            case "--only": rows = try Self.rows(named: value(of: argument))
            case "--events":
                guard let count = Int(try value(of: argument)), count > 0 else {
                    throw BenchError(.usage, "--events needs a number above 0")
                }
                events = count
            case "--directory": directory = try value(of: argument)
            case "--help", "-h": help = true
            default: throw BenchError(.usage, "unknown option \(argument)")
            }
        }
    }

    private static func rows(named list: String) throws -> [RowName] {
        let asked = try list.split(separator: ",").map { name in
            guard let row = RowName(rawValue: String(name)) else {
                throw BenchError(.usage, "no row is named \(name)")
            }
            return row
        }
        guard !asked.isEmpty else { throw BenchError(.usage, "--only needs the name of a row") }
        return RowName.allCases.filter(asked.contains)
    }
}

/// How much is measured, and how often.
struct Sizes {
    /// Events in the long rows.
    let events: Int
    /// How long a contestant of a timed row appends, in seconds.
    let seconds: Double
    /// How long one burst of the control takes, in seconds.
    let controlSeconds: Double
    /// Bytes that a primitive measured alone goes over: more than the processor caches, so that it meets memory.
    let bytesAlone: Int
    /// Repeats of a row.
    let repeats: Int
    /// Repeats of a row that loads a whole store each time.
    let loadingRepeats: Int
    /// Pupils in the change index, and in the small one it is compared with.
    let pupils: (many: Int, few: Int)
    /// People that the events are drawn over.
    let people = 100_000
    /// Bases that the people are spread over.
    let bases = 50

    /// The sizes that the options ask for.
    init(_ options: Options) {
        events = options.events ?? (options.quick ? 50_000 : 5_000_000)
        seconds = options.quick ? 0.2 : 2
        controlSeconds = options.quick ? 0.1 : 0.5
        bytesAlone = options.quick ? 32 << 20 : 256 << 20
        repeats = options.quick ? 2 : 5
        loadingRepeats = options.quick ? 1 : 3
        pupils = options.quick ? (20_000, 2_000) : (1_000_000, 10_000)
    }
}
