import EventLog
import Events
import Identifiers
import LMDB
import School

/// Transfer tasks and their cursors.
///
/// ```
/// tasks          task 16 → created at 8, changed at 8, deleted at 8, locked 1, open part of a TaskCreated
/// tasks.cursors  task 16, base 16 → position 8, set by hand 1, set at 8
/// ```
/// A cursor moves only with `TransferCompleted`, to the upper bound fixed when the run began, or by `CursorReset`
/// (invariant 6). A deleted task keeps its row: what it sent is told by its name.
public struct Tasks: Projection {
    /// Its name.
    public let name = "tasks"
    /// Its version.
    public let version: UInt32 = 3
    /// Events of tasks.
    public let types: [EventType] = [
        .taskCreated, .transferCompleted, .cursorReset, .taskEdited, .taskDeleted, .taskLockChanged,
    ]
    /// Its tables.
    public let tables = [Self.tasks, Self.cursors]

    static let tasks = TableDefinition("tasks")
    static let cursors = TableDefinition("tasks.cursors")

    /// Makes the projection.
    public init() {}

    /// Enters or changes a task, or moves a cursor.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .taskCreated(let message):
            let task = try TransferTask(event, message)
            rows.put(try task.row, for: task.id.bytes, in: Self.tasks)
        case .taskEdited(let message):
            try change(event, &rows) {
                try $0.edit(message)
                $0.changedAt = event.position
            }
        case .taskDeleted:
            try change(event, &rows) { $0.deletedAt = event.position }
        case .taskLockChanged(let message):
            try change(event, &rows) { $0.isLocked = message.locked }
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

    private func change(
        _ event: DecodedEvent,
        _ rows: inout Rows,
        _ body: (inout TransferTask) throws -> Void
    ) throws {
        let id = TaskID(event.recorded.stream)
        guard let row = try rows.value(for: id.bytes, in: Self.tasks) else { return }
        var task = try TransferTask(id, row)
        try body(&task)
        rows.put(try task.row, for: id.bytes, in: Self.tasks)
    }

    private func set(_ cursor: TaskCursor, of task: TaskID, at base: BaseID, _ rows: inout Rows) throws {
        rows.put(cursor.row, for: task.bytes + base.bytes, in: Self.cursors)
    }
}
