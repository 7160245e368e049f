import EventLog
import Identifiers
import School
import SyncdTesting

@testable import Projections

/// A projection of events about entities that a test can change: as a later program would have it, or one with a fault.
struct Towns: Projection {
    static let table = TableDefinition("towns")
    let name = "towns"
    var version: UInt32 = 1
    let types: [EventType] = [.pupilGroupChanged]
    let tables = [Self.table]
    /// What it writes beside the position.
    var mark: UInt8 = 1
    /// It cannot apply events whose stream is this one.
    var fault: StreamID?

    func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        if event.recorded.stream == fault {
            throw ProjectionError(.malformedEvent, "event \(event.position) is not what towns can take in")
        }
        var row = RowWriter()
        row.append(event.effectivePosition)
        row.append(mark)
        rows.put(row.bytes, for: event.recorded.stream.bytes, in: Self.table)
    }

    func subject(ofRow key: [UInt8], in table: String) -> SubjectID? { SubjectID(bytes: key) }
}

/// A projection that was not there before.
struct Newcomers: Projection {
    static let table = TableDefinition("newcomers")
    let name = "newcomers"
    let version: UInt32 = 1
    let types: [EventType] = [.pupilGroupChanged]
    let tables = [Self.table]

    func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        rows.put([1], for: event.recorded.stream.bytes, in: Self.table)
    }
}

/// A log whose reading stops at a position, as if its reader had been killed there.
struct InterruptedSource: EventSource {
    struct Interruption: Error {}

    let source: ReferenceLog
    /// The first position that is not shown.
    let limit: Position

    var logID: LogID { source.logID }
    var epoch: UInt32 { source.epoch }
    var durableEnd: Position { source.durableEnd }

    func events(after position: Position, limit count: Int) throws -> [RecordedEvent] {
        if position >= limit { throw Interruption() }
        return try source.events(after: position, limit: count)
    }

    func events(of types: [EventTypeNumber], after position: Position, through end: Position) throws -> [RecordedEvent]
    {
        try source.events(of: types, after: position, through: end)
    }

    func event(at position: Position) throws -> RecordedEvent? { try source.event(at: position) }
    func leafHash(at position: Position) throws -> [UInt8]? { try source.leafHash(at: position) }

    func keyedHash(of bytes: [UInt8], subject: SubjectID, dataClass: DataClass) throws -> [UInt8]? {
        try source.keyedHash(of: bytes, subject: subject, dataClass: dataClass)
    }
}
