import EventLog
import Events
import Identifiers
import LMDB
import School

/// Transfer tasks and their cursors.
///
/// ```
/// tasks          task 16 → created at 8, recipient 16, name, type, report, format (texts), bases 4, then a base: 16
/// tasks.cursors  task 16, base 16 → position 8, set by hand 1, set at 8
/// ```
/// A cursor moves only with `TransferCompleted`, to the upper bound fixed when the run began, or by `CursorReset`
/// (invariant 6).
public struct Tasks: Projection {
    /// Its name.
    public let name = "tasks"
    /// Its version.
    public let version: UInt32 = 2
    /// Events of tasks.
    public let types: [EventType] = [.taskCreated, .transferCompleted, .cursorReset]
    /// Its tables.
    public let tables = [Self.tasks, Self.cursors]

    static let tasks = TableDefinition("tasks")
    static let cursors = TableDefinition("tasks.cursors")

    /// Makes the projection.
    public init() {}

    /// Enters a task, or moves a cursor.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .taskCreated(let message):
            let task = try TransferTask(event, message)
            rows.put(task.row, for: task.id.bytes, in: Self.tasks)
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

    private func set(_ cursor: TaskCursor, of task: TaskID, at base: BaseID, _ rows: inout Rows) throws {
        rows.put(cursor.row, for: task.bytes + base.bytes, in: Self.cursors)
    }
}
