/// Lets reads in while the log is open; closing waits for those that are inside, then lets none in.
///
/// Keys leave memory when the log closes, and a key that is not there means a person erased: no read may see that.
final class ReadGate: Sendable {
    private struct State {
        var inside = 0
        var isClosed = false
    }

    private let state = Monitor(State())

    /// Runs a read.
    ///
    /// - Throws: `closed` when the log has been closed, or what the read throws.
    func read<Result>(_ body: () throws -> Result) throws -> Result {
        try state.with { state in
            guard !state.isClosed else { throw EventLogError(.closed, "the log has been closed") }
            state.inside += 1
        }
        defer {
            let isLast = state.with { state in
                state.inside -= 1
                return state.isClosed && state.inside == 0
            }
            if isLast { state.change { _ in } }
        }
        return try body()
    }

    /// Lets no read in any more, and waits for those that are inside.
    func close() {
        state.with { $0.isClosed = true }
        state.wait { $0.inside == 0 ? () : nil }
    }
}
