import EventLog
import Identifiers
import School

/// Appends what happens to runs, under one actor and clock.
struct RunJournal: Sendable {
    let log: EventLog
    let actor: ActorID
    let now: @Sendable () -> Timestamp

    /// How often an append is repeated whose outcome is unknown, which its command id makes safe, or that was sealed
    /// under keys that have been replaced since.
    private static let attempts = 3

    /// Appends events in one batch; durable on return.
    ///
    /// - Throws: what the log throws.
    @discardableResult
    func append(_ events: [NewEvent], using generator: inout some RandomNumberGenerator) throws -> Appended {
        let batch = batch(events, [], using: &generator)
        var attempt = 1
        while true {
            do {
                return try log.append(batch)
            } catch let error as EventLogError
                where attempt < Self.attempts && (error.code == .outcomeUnknown || error.code == .keysChanged)
            {
                attempt += 1
            }
        }
    }

    /// Appends events if conditions hold; durable on return.
    ///
    /// - Returns: nil when one did not hold, or keys have changed: what the events rest on is to be read again.
    func append(
        _ events: [NewEvent],
        if conditions: [StreamCondition],
        using generator: inout some RandomNumberGenerator
    ) throws -> Appended? {
        do {
            return try batch(events, conditions, using: &generator).surely(log.append)
        } catch let error as EventLogError where error.code == .versionConflict || error.code == .keysChanged {
            return nil
        }
    }

    /// Ends a run that was not acknowledged; durable on return.
    func end(
        _ run: TransferRun,
        _ end: RunEnd,
        cause: Position,
        using generator: inout some RandomNumberGenerator
    ) throws -> RunOutcome {
        try append([RunEvents.failed(run, end, by: actor, cause: cause)], using: &generator)
        var outcome = RunOutcome(run, end.state, reason: end.reason)
        outcome.code = end.code
        return outcome
    }

    private func batch(
        _ events: [NewEvent],
        _ conditions: [StreamCondition],
        using generator: inout some RandomNumberGenerator
    ) -> Batch {
        let time = now()
        return Batch(
            command: .timeOrdered(at: time, using: &generator),
            actor: actor,
            recordedAt: time,
            events: events,
            conditions: conditions
        )
    }
}
