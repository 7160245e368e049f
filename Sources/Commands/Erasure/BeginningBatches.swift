import EventLog

/// The beginnings of many people's erasures, with the figures that stay, in batches: a person's two stand in the same one,
/// so that there is never the one without the other, and apart from each other, so that their order tells nothing.
struct BeginningBatches: Sequence, IteratorProtocol {
    /// One person's.
    struct Step {
        var begun: NewEvent
        /// What stays without a name; nil for nothing.
        var figures: NewEvent?

        fileprivate var bytes: Int {
            begun.open.count + (figures?.parts.reduce(0) { $0 + $1.plaintext.count } ?? 0)
        }
    }

    private var steps: ArraySlice<Step>
    /// Bytes and people of one batch, below what the log takes.
    private static let (bytesMax, peopleMax) = (32 << 20, 5_000)

    init(_ steps: [Step]) { self.steps = steps[...] }

    mutating func next() -> [NewEvent]? {
        var batch: [Step] = []
        var bytes = 0
        while batch.count < Self.peopleMax, bytes < Self.bytesMax, let step = steps.popFirst() {
            batch.append(step)
            bytes += step.bytes
        }
        guard !batch.isEmpty else { return nil }
        // By the ids that were drawn for them.
        let figures = batch.compactMap(\.figures).sorted { $0.stream < $1.stream }
        return batch.map(\.begun) + figures
    }
}
