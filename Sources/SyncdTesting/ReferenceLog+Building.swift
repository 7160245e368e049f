import EventLog
import Identifiers

extension ReferenceLog {
    /// Appends events as one batch, with a command and a time that follow from their place.
    @discardableResult
    public func append(_ events: [NewEvent]) throws -> Appended {
        let next = durableEnd.next.rawValue
        return try append(
            Batch(
                command: CommandID(high: 9, low: next),
                actor: ActorID(high: 8, low: 1),
                recordedAt: Timestamp(microseconds: 1_725_264_000_000_000 + Int64(next) * 1_000_000),
                events: events
            )
        )
    }

    /// Appends events as one batch.
    @discardableResult
    public func append(_ events: NewEvent...) throws -> Appended { try append(events) }
}
