/// One writer at a time: the writer's thread, or the lone caller that finds the log idle and holds the turn itself.
///
/// A lone caller flushes by itself, because two thread hand-offs cost a sixth of a sync. Callers that arrive meanwhile
/// form the next group, which the writer's thread flushes as one frame (log.md section 2).
final class AppendQueue: Sendable {
    private struct State {
        var waiting: [PendingAppend] = []
        var turn = Turn.free
        var closing = false
        /// How many wait to have the turn for something else than a flush.
        var alone = 0
    }

    private enum Turn {
        /// Nobody writes.
        case free
        /// A caller writes its own batch.
        case caller
        /// The writer's thread writes, or has been asked to.
        case thread
    }

    private let state = Monitor(State())
    private let flush: @Sendable ([PendingAppend]) -> Void

    /// Makes a queue.
    ///
    /// - Parameter flush: places, writes, syncs and answers a group; called by one thread at a time.
    init(flush: @escaping @Sendable ([PendingAppend]) -> Void) {
        self.flush = flush
    }

    /// Appends from a thread that may block.
    func append(_ batch: SealedBatch) throws -> Appended {
        if let answer = flushAlone(batch) { return try answer.get() }
        let box = Monitor<Result<Appended, EventLogError>?>(nil)
        try enqueue(PendingAppend(batch, reply: .thread(box)))
        return try box.wait { $0 }.get()
    }

    /// Appends from a task.
    func append(_ batch: SealedBatch) async throws -> Appended {
        if let answer = flushAlone(batch) { return try answer.get() }
        return try await withCheckedThrowingContinuation { continuation in
            let pending = PendingAppend(batch, reply: .task(continuation))
            do { try enqueue(pending) } catch { continuation.resume(throwing: error) }
        }
    }

    /// The body of the writer's thread: returns when the queue is closed and empty and nobody writes.
    func run() {
        while true {
            let group = state.wait { state -> [PendingAppend]? in
                if case .thread = state.turn, !state.waiting.isEmpty { return Self.takeGroup(&state) }
                // A lone caller may still hold the turn: nothing is written once this has returned.
                if state.closing, state.waiting.isEmpty, case .free = state.turn { return [] }
                return nil
            }
            if group.isEmpty { return }
            flush(group)
            passTurn()
        }
    }

    /// Does something while nothing is flushed; appends that come meanwhile wait.
    ///
    /// - Throws: `closed`, or what the body throws.
    func alone<Answer>(_ body: () throws -> Answer) throws -> Answer {
        state.with { $0.alone += 1 }
        let isMine = state.wait { state -> Bool? in
            guard case .free = state.turn else { return state.closing && state.waiting.isEmpty ? false : nil }
            state.alone -= 1
            guard !state.closing else { return false }
            state.turn = .caller
            return true
        }
        guard isMine else { throw EventLogError(.closed, "the log has been closed") }
        defer { passTurn() }
        return try body()
    }

    /// Takes no more appends; those that wait are still written.
    func close() {
        state.change { $0.closing = true }
    }

    /// Flushes a batch on the caller's thread when the log is idle; nil when somebody else writes.
    private func flushAlone(_ batch: SealedBatch) -> Result<Appended, EventLogError>? {
        let isMine = state.with { state in
            guard case .free = state.turn, state.waiting.isEmpty, !state.closing else { return false }
            state.turn = .caller
            return true
        }
        guard isMine else { return nil }
        let pending = PendingAppend(batch, reply: .direct)
        flush([pending])
        passTurn()
        return pending.answer
    }

    /// The writer's thread is left asleep unless it has a group, or the queue is closing and it may end.
    private func passTurn() {
        state.wake { state in
            state.turn = state.waiting.isEmpty ? .free : .thread
            return !state.waiting.isEmpty || state.closing || state.alone > 0
        }
    }

    /// Adds to the next group; in one step with the look at `closing`, so that nobody waits in a queue that has ended.
    private func enqueue(_ pending: PendingAppend) throws {
        var isOpen = false
        state.wake { state in
            guard !state.closing else { return false }
            isOpen = true
            state.waiting.append(pending)
            // Whoever has the turn passes it on.
            guard case .free = state.turn else { return false }
            state.turn = .thread
            return true
        }
        guard isOpen else { throw EventLogError(.closed, "the log has been closed") }
    }

    /// As many waiting batches as fit one frame.
    private static func takeGroup(_ state: inout State) -> [PendingAppend] {
        var bytes = 0
        var count = 0
        for pending in state.waiting {
            bytes += pending.batch.buffer.count
            if count > 0 && bytes > Limits.batchBytes { break }
            count += 1
        }
        let group = Array(state.waiting[..<count])
        state.waiting.removeFirst(count)
        return group
    }
}
