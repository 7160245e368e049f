import Synchronization

/// Durable batches that the applier has not yet packed into the log's file; readers find them here.
///
/// Bounded: when the applier falls behind, appends wait.
final class Tail: Sendable {
    private struct State {
        var batches: [SealedBatch] = []
        var bytes = 0
        var events = 0
        var applied: Position
        /// Everything up to here is to be applied now; nothing after it has to be.
        var flushTarget = Position(0)
        var stopping = false
        var failure: EventLogError?
    }

    private let state: Monitor<State>
    private let durable: Atomic<UInt64>
    private let applyEvents: Int

    /// Begins empty, behind the last applied event.
    ///
    /// - Parameters:
    ///   - applied: the last position in the log's file.
    ///   - applyEvents: how many events are worth a commit.
    init(applied: Position, applyEvents: Int) {
        self.applyEvents = applyEvents
        state = Monitor(State(applied: applied))
        durable = Atomic(applied.rawValue)
    }

    /// The last durable position: what every reader, projection and reply is bounded by.
    var durableEnd: Position { Position(durable.load(ordering: .acquiring)) }

    /// The last position in the log's file.
    var applied: Position { state.with { $0.applied } }

    /// Takes batches that have just become durable, and publishes their position.
    func add(_ batches: [SealedBatch]) {
        guard let last = batches.last?.lastPosition else { return }
        let worthACommit = state.with { state in
            state.batches += batches
            for batch in batches {
                state.bytes += batch.buffer.count
                state.events += batch.count
            }
            durable.store(last.rawValue, ordering: .releasing)
            return isDue(state)
        }
        // Waking the applier for every append would cost each of them a thread switch.
        if worthACommit { state.change { _ in } }
    }

    /// Waits while too much is waiting to be applied.
    ///
    /// - Throws: what stopped the applier.
    func waitForRoom() throws {
        try state.wait { state -> Result<Void, EventLogError>? in
            if let failure = state.failure { return .failure(failure) }
            return state.bytes < Limits.tailBytes ? .success(()) : nil
        }.get()
    }

    /// The batches behind a position, oldest first.
    func batches(after position: Position) -> [SealedBatch] {
        state.with { state in
            guard let first = state.batches.firstIndex(where: { $0.lastPosition > position }) else { return [] }
            return Array(state.batches[first...])
        }
    }

    /// For the applier: waits until there is enough for a commit, the log is idle, a flush is wanted or it must stop.
    ///
    /// - Parameters:
    ///   - idleMilliseconds: how long the log rests before what there is gets applied.
    ///   - everyTime: called before each wait, at least that often.
    /// - Returns: the batches to apply, empty when it must stop.
    func takeForApplying(idleMilliseconds: Int, everyTime: () -> Void) -> [SealedBatch] {
        while true {
            everyTime()
            let due = state.wait(milliseconds: idleMilliseconds) { state -> [SealedBatch]? in
                if state.failure != nil { return state.stopping ? [] : nil }
                if state.batches.isEmpty { return state.stopping ? [] : nil }
                return isDue(state) ? state.batches : nil
            }
            if let due { return due }
            let idle = state.with { $0.failure == nil ? $0.batches : [] }
            if !idle.isEmpty { return idle }
        }
    }

    private func isDue(_ state: State) -> Bool {
        state.events >= applyEvents || state.bytes >= Limits.applyBytes
            || state.applied < state.flushTarget || state.stopping
    }

    /// For the applier: these batches are in the log's file, durably.
    func applied(_ batches: ArraySlice<SealedBatch>) {
        guard let last = batches.last?.lastPosition else { return }
        state.change { state in
            state.batches.removeFirst(batches.count)
            for batch in batches {
                state.bytes -= batch.buffer.count
                state.events -= batch.count
            }
            state.applied = last
        }
    }

    /// For the applier: it cannot go on.
    func failed(_ error: EventLogError) {
        state.change { $0.failure = error }
    }

    /// For recovery while open: the log's file now holds everything up to here, though the tail never saw it.
    func recovered(to position: Position) {
        state.change { state in
            state.applied = max(state.applied, position)
            durable.store(state.applied.rawValue, ordering: .releasing)
        }
    }

    /// Waits until everything durable at this moment is in the log's file.
    ///
    /// - Throws: what stopped the applier.
    func drain() throws {
        let target = durableEnd
        state.change { $0.flushTarget = max($0.flushTarget, target) }
        try state.wait { state -> Result<Void, EventLogError>? in
            if state.applied >= target { return .success(()) }
            return state.failure.map { .failure($0) }
        }.get()
    }

    /// Tells the applier to apply what is there and stop.
    func stop() {
        state.change { $0.stopping = true }
    }
}
