import EventLog
import Identifiers
import School

/// What transfers read of the log itself, beside what is projected from it.
public protocol TransferHistory: EventSource {
    /// Visits events in an order; see `EventLog.read`.
    func read(_ query: LogQuery, _ visit: (RecordedEvent) throws -> Bool) throws
}

extension EventLog: TransferHistory {}

extension TransferHistory {
    /// The version in its stream of the event at a position; 0 for the origin.
    func streamVersion(at position: Position) throws -> UInt64 {
        var version: UInt64 = 0
        guard position > .origin else { return version }
        try read(LogQuery(from: position, through: position)) { event in
            version = event.streamVersion
            return false
        }
        return version
    }

    /// When the event at a position was recorded; nil for the origin.
    func recordedAt(_ position: Position) throws -> Timestamp? {
        var time: Timestamp?
        guard position > .origin else { return nil }
        try read(LogQuery(from: position, through: position)) { event in
            time = event.recordedAt
            return false
        }
        return time
    }

    /// How far a stream of transfers had come at a position.
    func transfers(in stream: StreamID, through position: Position) throws -> TransferStreamState {
        var found = TransferStreamState(version: 0, lastNumber: nil)
        try readBack(stream, through: position) { event in
            found.version = max(found.version, event.streamVersion)
            found.lastNumber = try RecordedStart(event)?.file.number
            return found.lastNumber == nil
        }
        return found
    }

    /// The run that began in a stream and has not ended: it was killed, since one process runs transfers, one at a time.
    func openStart(in stream: StreamID, through position: Position) throws -> RecordedStart? {
        var start: RecordedStart?
        try readBack(stream, through: position) { event in
            start = try RecordedStart(event)
            // What the file tells stands behind the beginning, in its batch.
            return event.type.rawValue == EventType.transferItems.rawValue
        }
        return start
    }

    private func readBack(
        _ stream: StreamID,
        through position: Position,
        _ visit: (RecordedEvent) throws -> Bool
    ) throws {
        guard position > .origin else { return }
        try read(LogQuery(through: position, stream: stream, direction: .backward), visit)
    }
}
