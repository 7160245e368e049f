import Identifiers

/// The writing half of the log: what the holder of the turn works with.
///
/// After a failed flush nobody knows what the disk holds. The writer then answers "outcome unknown", and before it
/// accepts anything else the store goes through recovery. A second failure in a row leaves it read-only; batches in
/// doubt stay so until the store is opened again, since that may find them stored.
final class LogWriter: @unchecked Sendable {
    // Sendable: its state is used only by the holder of the queue's turn.

    private enum Condition {
        case writing
        /// A flush or a look-up failed; recovery comes before the next flush.
        case failed(EventLogError)
        case readOnly(EventLogError)
        case closed
    }

    private var condition = Condition.writing
    private var wal: WriteAheadLog
    private var sequencer: Sequencer
    /// Flushes that failed since the last that succeeded.
    private var failuresInARow = 0
    /// Commands of flushes that failed: whether they are stored is not known before a recovery has succeeded.
    private var inDoubt: Set<CommandID> = []
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
        self.wal = wal
        self.sequencer = sequencer
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
        var answers: [Result<Appended, EventLogError>] = []
        do {
            try recoverIfNeeded()
            try tail.waitForRoom()
            answers = try writeGroup(group)
        } catch {
            let failure = error as? EventLogError ?? EventLogError(.fileFailed, "the log failed", cause: error)
            answers = group.map { .failure(inDoubt.contains($0.batch.command) ? Self.unknown(failure) : failure) }
        }
        for (pending, answer) in zip(group, answers) { pending.answer(answer) }
    }

    /// Where the WAL ends, and the WAL given up; nil when it is not in order.
    func finish() -> WALEnd? {
        defer { condition = .closed }
        guard case .writing = condition else { return nil }
        wal.close()
        return wal.end
    }

    private func writeGroup(_ group: [PendingAppend]) throws -> [Result<Appended, EventLogError>] {
        sequencer.trim(applied: tail.applied)
        var answers: [Result<Appended, EventLogError>] = []
        var placed: [SealedBatch] = []
        let generation = generation()
        do {
            for pending in group {
                switch try sequencer.place(pending.batch, generation: generation) {
                case .placed:
                    placed.append(pending.batch)
                    let first = pending.batch.firstPosition
                    answers.append(.success(Appended(first: first, count: pending.batch.count, repeated: false)))
                case .repeated(let appended): answers.append(.success(appended))
                case .refused(let error): answers.append(.failure(error))
                }
            }
        } catch {
            throw giveUp(error)
        }
        guard !placed.isEmpty else { return answers }
        do { try wal.flush(placed) } catch { throw fail(error, placed) }
        failuresInARow = 0
        tail.add(placed)
        announcer.announce(tail.durableEnd)
        return answers
    }

    /// A look-up failed: nothing was written, but places have been given that nobody has, so all is read anew.
    private func giveUp(_ error: any Error) -> EventLogError {
        let failure =
            error as? EventLogError ?? EventLogError(.fileFailed, "the log's file cannot be read", cause: error)
        condition = .failed(failure)
        wal.close()
        return failure
    }

    private func fail(_ error: any Error, _ placed: [SealedBatch]) -> EventLogError {
        failuresInARow += 1
        inDoubt.formUnion(placed.map(\.command))
        let unknown = Self.unknown(error)
        condition = .failed(unknown)
        wal.close()
        onFailure(unknown)
        return unknown
    }

    private static func unknown(_ cause: any Error) -> EventLogError {
        EventLogError(
            .outcomeUnknown,
            "it is not known whether this was stored: repeat it with the same command id",
            cause: cause
        )
    }

    private func recoverIfNeeded() throws {
        switch condition {
        case .writing: return
        case .closed: throw EventLogError(.closed, "the log has been closed")
        case .readOnly(let error): throw error
        case .failed(let error):
            if failuresInARow > 1 { throw becomeReadOnly(error) }
            do {
                (wal, sequencer) = try restart()
            } catch {
                throw becomeReadOnly(error)
            }
            condition = .writing
            // Recovery has found every frame that is there: what was in doubt is in the log now, or nowhere.
            inDoubt = []
            // Those who follow the log wait for it, too.
            announcer.announce(tail.durableEnd)
        }
    }

    private func becomeReadOnly(_ error: any Error) -> EventLogError {
        let readOnly = EventLogError(
            .readOnly,
            "the disk failed twice in a row: the store takes no more changes until it is opened again. Check the disk",
            cause: error
        )
        condition = .readOnly(readOnly)
        onFailure(readOnly)
        return readOnly
    }
}
