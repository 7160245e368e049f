import Synchronization

/// Wakes those who wait for events beyond a position: threads and tasks.
final class Announcer: Sendable {
    private struct State {
        var end: Position
        var closed = false
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextTicket: UInt64 = 0
    }

    private let state: Monitor<State>

    init(end: Position) {
        state = Monitor(State(end: end))
    }

    /// Tells of a new durable end.
    func announce(_ end: Position) {
        let woken = state.change { state in
            state.end = max(state.end, end)
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in woken { continuation.resume() }
    }

    /// Nothing more will come: everyone is woken.
    func close() {
        let woken = state.change { state in
            state.closed = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in woken { continuation.resume() }
    }

    /// Waits on this thread until the log goes beyond a position, closes, or the time is up.
    ///
    /// - Returns: false when it will never go beyond it.
    func wait(beyond position: Position, milliseconds: Int) -> Bool {
        state.wait(milliseconds: milliseconds) { state -> Bool? in
            if state.end > position { return true }
            return state.closed ? false : nil
        } ?? true
    }

    /// Waits in a task until the log goes beyond a position, closes, or the task is cancelled.
    ///
    /// - Returns: false when it will never go beyond it.
    func wait(beyond position: Position) async -> Bool {
        let ticket = state.with { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let passes = state.with { state in
                    if state.end > position || state.closed || Task.isCancelled { return true }
                    state.waiting[ticket] = continuation
                    return false
                }
                if passes { continuation.resume() }
            }
        } onCancel: {
            state.with { $0.waiting.removeValue(forKey: ticket) }?.resume()
        }
        return state.with { $0.end > position || !$0.closed }
    }
}
