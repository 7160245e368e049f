import EventLog
import Events
import Identifiers
import LMDB
import School

/// Up to where each task has told its recipient of a base without a gap: what the next manifest begins at.
///
/// ```
/// told-positions  task 16, base 16 → position 8
/// ```
/// The cursor goes on while there is nothing to send; this stays where the last file ended, so that a recipient who
/// compares it with what it holds sees no gap where there is none. A reset puts it where it puts the cursor: there the
/// gap is real.
public struct ToldPositions: Projection {
    /// Its name.
    public let name = "told-positions"
    /// Its version.
    public let version: UInt32 = 1
    /// Deliveries and resets.
    public let types: [EventType] = [.transferCompleted, .cursorReset]
    /// Its tables.
    public let tables = [Self.positions]

    static let positions = TableDefinition("told-positions")

    /// Makes the projection.
    public init() {}

    /// Moves a position.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        let told: UInt64
        let task: TaskID
        switch event.payload {
        case .transferCompleted(let message) where !message.nothing:
            (told, task) = (message.upper, try identifier(message.task))
        case .cursorReset(let message): (told, task) = (message.position, try identifier(message.task))
        default: return
        }
        var row = RowWriter()
        row.append(told)
        rows.put(row.bytes, for: task.bytes + event.base.bytes, in: Self.positions)
    }
}

extension Snapshot {
    /// Up to where a task has told its recipient of a base without a gap; the origin when it has told nothing.
    public func toldPosition(of task: TaskID, at base: BaseID) throws -> Position {
        guard let row = try value(for: task.bytes + base.bytes, in: ToldPositions.positions.name) else {
            return .origin
        }
        var reader = RowReader(row, of: ToldPositions.positions.name)
        return try reader.position()
    }
}
