import Identifiers

/// The writing half of the log: what the holder of the turn works with.
///
/// After a failed flush nobody knows what the disk holds. The writer then answers "outcome unknown", and before it
/// accepts anything else the store goes through recovery. A second failure in a row leaves it read-only.
final class LogWriter: @unchecked Sendable {
    // Sendable: its state is used only by the holder of the queue's turn.

    /// What the writer needs to begin, and to begin anew after a failure.
    struct Parts {
        let wal: WriteAheadLog
        let sequencer: Sequencer
        let tail: Tail
    }

    private enum State {
        case writing(WriteAheadLog, Sequencer)
        case failed(EventLogError, timesInARow: Int)
        case readOnly(EventLogError)
        case closed
    }

    private var state: State
    private let tail: Tail
    private let announcer: Announcer
    private let generation: @Sendable () -> UInt32
    private let restart: @Sendable () throws -> (WriteAheadLog, Sequencer)
    private let onFailure: @Sendable (EventLogError) -> Void

    /// Begins to write.
    ///
    /// - Parameters:
    ///   - wal: the WAL, open at its end.
    ///   - sequencer: places behind the last event.
    ///   - tail: takes what has become durable.
    ///   - announcer: wakes those who wait for new events.
    ///   - generation: the key generation that batches must be sealed under.
    ///   - restart: goes through recovery and opens the WAL anew.
    ///   - onFailure: told of each failed flush.
    init(
        wal: WriteAheadLog,
        sequencer: Sequencer,
        tail: Tail,
        announcer: Announcer,
        generation: @escaping @Sendable () -> UInt32,
        restart: @escaping @Sendable () throws -> (WriteAheadLog, Sequencer),
        onFailure: @escaping @Sendable (EventLogError) -> Void
    ) {
        state = .writing(wal, sequencer)
        self.tail = tail
        self.announcer = announcer
        self.generation = generation
        self.restart = restart
        self.onFailure = onFailure
    }

    /// Places, writes, syncs and answers a group.
    ///
    /// No reply goes out before the flush, those to repeats and conflicts included: none may tell of what is not
    /// durable.
    func flush(_ group: [PendingAppend]) {
        var answers: [(PendingAppend, Result<Appended, EventLogError>)] = []
        do {
            try recoverIfNeeded()
            try tail.waitForRoom()
            answers = try writeGroup(group)
        } catch {
            let failure = error as? EventLogError ?? EventLogError(.fileFailed, "the log failed", cause: error)
            answers = group.map { ($0, .failure(failure)) }
        }
        for (pending, answer) in answers { pending.answer(answer) }
    }

    /// Where the WAL ends, and the WAL given up; nil when it is not in order.
    func finish() -> WALEnd? {
        defer { state = .closed }
        guard case .writing(let wal, _) = state else { return nil }
        wal.close()
        return wal.end
    }

    private func writeGroup(_ group: [PendingAppend]) throws -> [(PendingAppend, Result<Appended, EventLogError>)] {
        guard case .writing(let wal, var sequencer) = state else {
            throw EventLogError(.closed, "the log has been closed")
        }
        sequencer.trim(applied: tail.applied)
        var answers: [(PendingAppend, Result<Appended, EventLogError>)] = []
        var placed: [SealedBatch] = []
        let generation = generation()
        // The state lets go of the sequencer while it is changed here, so that its tables are not copied.
        state = .closed
        do {
            for pending in group {
                switch try sequencer.place(pending.batch, generation: generation) {
                case .placed:
                    placed.append(pending.batch)
                    let first = pending.batch.firstPosition
                    answers.append(
                        (pending, .success(Appended(first: first, count: pending.batch.count, repeated: false)))
                    )
                case .repeated(let appended): answers.append((pending, .success(appended)))
                case .refused(let error): answers.append((pending, .failure(error)))
                }
            }
            if !placed.isEmpty { try wal.flush(placed) }
        } catch {
            throw fail(error, wal)
        }
        state = .writing(wal, sequencer)
        timesFailed = 0
        if !placed.isEmpty {
            tail.add(placed)
            announcer.announce(tail.durableEnd)
        }
        return answers
    }

    private var timesFailed = 0

    private func fail(_ error: any Error, _ wal: WriteAheadLog) -> EventLogError {
        timesFailed += 1
        let unknown = EventLogError(
            .outcomeUnknown,
            "it is not known whether this was stored: repeat it with the same command id",
            cause: error
        )
        state = .failed(unknown, timesInARow: timesFailed)
        wal.close()
        onFailure(unknown)
        return unknown
    }

    private func recoverIfNeeded() throws {
        switch state {
        case .writing: return
        case .closed: throw EventLogError(.closed, "the log has been closed")
        case .readOnly(let error): throw error
        case .failed(let error, let times):
            if times > 1 { throw becomeReadOnly(error) }
            do {
                let (wal, sequencer) = try restart()
                state = .writing(wal, sequencer)
                // Recovery may have found the frame in doubt, and those who follow the log wait for it.
                announcer.announce(tail.durableEnd)
            } catch {
                throw becomeReadOnly(error)
            }
        }
    }

    private func becomeReadOnly(_ error: any Error) -> EventLogError {
        let readOnly = EventLogError(
            .readOnly,
            "the disk failed twice in a row: the store takes no more changes until it is opened again. Check the disk",
            cause: error
        )
        state = .readOnly(readOnly)
        onFailure(readOnly)
        return readOnly
    }
}
