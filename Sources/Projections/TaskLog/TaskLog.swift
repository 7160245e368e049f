import EventLog
import Events
import Identifiers
import LMDB
import School

/// One row for each run of a task: the log that an authority's data officer reads.
///
/// ```
/// task-log          run 16 → see `TaskRun.row`
/// task-log.by-base  base 16, started at 8, run 16 → (empty)
/// ```
public struct TaskLog: Projection {
    /// Its name.
    public let name = "task-log"
    /// Its version.
    public let version: UInt32 = 1
    /// Events of task runs.
    public let types: [EventType] = [.transferStarted, .transferCompleted, .transferFailed]
    /// Its tables.
    public let tables = [Self.runs]

    static let runs = TableDefinition("task-log", indexes: [byBase])
    static let byBase = IndexDefinition("task-log.by-base", rowBytesMin: TaskRun.baseAndStart.count) {
        run,
        row,
        index in
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[TaskRun.baseAndStart]))
        index.appendKey(run)
    }

    /// Makes the projection.
    public init() {}

    /// Enters a run's beginning or its end.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .transferStarted(let message):
            var run = TaskRun(
                id: try identifier(message.run),
                task: try identifier(message.task),
                event: event
            )
            run.start(message, recipient: try identifier(message.recipient))
            rows.put(run.row, for: run.id.bytes, in: Self.runs)
        case .transferCompleted(let message):
            var run = try run(identifier(message.run), task: identifier(message.task), event, &rows)
            run.complete(message, event)
            if !message.recipient.isEmpty { run.recipient = try identifier(message.recipient) }
            rows.put(run.row, for: run.id.bytes, in: Self.runs)
        case .transferFailed(let message):
            var run = try run(identifier(message.run), task: identifier(message.task), event, &rows)
            try run.fail(message, event)
            rows.put(run.row, for: run.id.bytes, in: Self.runs)
        default:
            break
        }
    }

    /// The run's row so far; a run with nothing to send, or held, may end without a beginning.
    private func run(
        _ id: RunID,
        task: TaskID,
        _ event: DecodedEvent,
        _ rows: inout Rows
    ) throws -> TaskRun {
        guard let row = try rows.value(for: id.bytes, in: Self.runs) else {
            return TaskRun(id: id, task: task, event: event)
        }
        return try TaskRun(id, row)
    }
}
