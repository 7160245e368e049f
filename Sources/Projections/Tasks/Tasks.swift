import EventLog
import Events
import Identifiers
import LMDB
import School

/// Transfer tasks, their cursors, and the numbers of the files to come.
///
/// ```
/// tasks            task 16 → created at 8, recipient 16, name, type, report (texts), bases 4, then a base: 16
/// tasks.cursors    task 16, base 16 → position 8, set by hand 1, set at 8
/// tasks.sequences  base 16, party, 0, type, 0 → epoch 4, next number 4
/// tasks.parties    recipient 16 → party: what sequences are counted by
/// ```
/// A cursor moves only with `TransferCompleted`, to the upper bound fixed when the run began, or by `CursorReset`
/// (invariant 6). A number is used up when `TransferStarted` names it, whatever becomes of the run.
public struct Tasks: Projection {
    /// Its name.
    public let name = "tasks"
    /// Its version.
    public let version: UInt32 = 1
    /// Events of tasks, and of recipients for their party.
    public let types: [EventType] = [
        .recipientAdded, .taskCreated, .transferStarted, .transferCompleted, .cursorReset,
    ]
    /// Its tables.
    public let tables = [Self.tasks, Self.cursors, Self.sequences, Self.parties]

    static let tasks = TableDefinition("tasks")
    static let cursors = TableDefinition("tasks.cursors")
    static let sequences = TableDefinition("tasks.sequences")
    static let parties = TableDefinition("tasks.parties")

    /// Makes the projection.
    public init() {}

    /// Enters a task, moves a cursor, uses a number up.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .recipientAdded(let message):
            rows.put(Array(message.party.utf8), for: event.recorded.stream.bytes, in: Self.parties)
        case .taskCreated(let message):
            let task = try TransferTask(event, message)
            rows.put(task.row, for: task.id.bytes, in: Self.tasks)
        case .transferStarted(let message) where message.sequence > 0:
            try use(message, at: event.base, &rows)
        case .transferCompleted(let message):
            let cursor = TaskCursor(position: Position(message.upper), isReset: false, setAt: event.position)
            try set(cursor, of: identifier(message.task), at: event.base, &rows)
        case .cursorReset(let message):
            let cursor = TaskCursor(position: Position(message.position), isReset: true, setAt: event.position)
            try set(cursor, of: identifier(message.task), at: event.base, &rows)
        default:
            break
        }
    }

    private func use(_ message: Syncd_Events_TransferStarted, at base: BaseID, _ rows: inout Rows) throws {
        let recipient: RecipientID = try identifier(message.recipient)
        let id: TaskID = try identifier(message.task)
        let party = try rows.value(for: recipient.bytes, in: Self.parties) ?? []
        let type = try rows.value(for: id.bytes, in: Self.tasks).map { try TransferTask(id, $0).type } ?? ""
        var row = RowWriter()
        row.append(message.sequenceEpoch)
        row.append(message.sequence + 1)
        let key = Self.sequenceKey(base, String(decoding: party, as: UTF8.self), type)
        rows.put(row.bytes, for: key, in: Self.sequences)
    }

    private func set(_ cursor: TaskCursor, of task: TaskID, at base: BaseID, _ rows: inout Rows) throws {
        rows.put(cursor.row, for: task.bytes + base.bytes, in: Self.cursors)
    }

    static func sequenceKey(_ base: BaseID, _ party: String, _ type: String) -> [UInt8] {
        base.bytes + textKey(party) + textKey(type)
    }
}
