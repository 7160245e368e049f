import EventLog
import Events
import Identifiers
import LMDB
import School

/// Runs whose time has come and that wait for their turn, or for the next attempt.
///
/// ```
/// task-queue        task 16, base 16 → slot 8, queued at 8, failures 4, not before 8
/// task-queue.slots  task 16 → last slot 8
/// ```
/// The end of a run takes it out, whoever began it; only a delivery that failed leaves it there for another attempt.
public struct TaskQueue: Projection {
    /// Its name.
    public let name = "task-queue"
    /// Its version.
    public let version: UInt32 = 2
    /// Events of the queue and of runs.
    public let types: [EventType] = [
        .taskQueued, .taskCancelled, .taskEdited, .taskDeleted, .transferCompleted, .transferFailed,
    ]
    /// Its tables.
    public let tables = [Self.waiting, Self.slots]

    static let waiting = TableDefinition("task-queue")
    static let slots = TableDefinition("task-queue.slots")

    /// Makes the projection.
    public init() {}

    /// Enters runs, or takes them out.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        let stream = TaskID(event.recorded.stream)
        switch event.payload {
        case .taskQueued(let message):
            for base: BaseID in try identifiers(message.bases) {
                let run = WaitingRun(
                    task: stream,
                    base: base,
                    slot: Timestamp(microseconds: message.slot),
                    queuedAt: event.position
                )
                rows.put(run.row, for: run.key, in: Self.waiting)
            }
            var writer = RowWriter()
            writer.append(message.slot)
            rows.put(writer.bytes, for: stream.bytes, in: Self.slots)
        case .taskCancelled(let message):
            for base: BaseID in try identifiers(message.bases) { remove(stream, base, &rows) }
        case .taskDeleted: try keep([], of: stream, &rows)
        case .taskEdited(let message):
            // What waits for a migration never fires, even if it was due before the edit (rulings 24).
            let fires = !message.terms.inactive && message.terms.attendance != AttendanceScope.changed.rawValue
            try keep(!fires ? [] : Set(try identifiers(message.bases)), of: stream, &rows)
        case .transferCompleted(let message): remove(try identifier(message.task), event.base, &rows)
        case .transferFailed(let message): try failed(message, event, &rows)
        default: break
        }
    }

    private func failed(_ message: Syncd_Events_TransferFailed, _ event: DecodedEvent, _ rows: inout Rows) throws {
        let task: TaskID = try identifier(message.task)
        guard let row = try rows.value(for: task.bytes + event.base.bytes, in: Self.waiting) else { return }
        var run = try WaitingRun(task, event.base, row)
        run.failures += 1
        guard message.ending == .failed,
            let wait = DeliveryRetry.wait(afterFailures: Int(run.failures), code: message.code)
        else { return remove(task, event.base, &rows) }
        run.notBefore = Timestamp(microseconds: event.recorded.recordedAt.microseconds + Int64(wait) * 1_000_000)
        rows.put(run.row, for: run.key, in: Self.waiting)
    }

    private func keep(_ bases: Set<BaseID>, of task: TaskID, _ rows: inout Rows) throws {
        for (key, _) in try rows.rows(prefix: task.bytes, in: Self.waiting) {
            guard let base = BaseID(bytes: key.suffix(16)), !bases.contains(base) else { continue }
            remove(task, base, &rows)
        }
    }

    private func remove(_ task: TaskID, _ base: BaseID, _ rows: inout Rows) {
        rows.delete(task.bytes + base.bytes, in: Self.waiting)
    }
}

/// A run that waits.
public struct WaitingRun: Sendable, Hashable {
    /// The task.
    public var task: TaskID
    /// The school.
    public var base: BaseID
    /// The time that it waits for the sake of.
    public var slot: Timestamp
    /// Where it was queued.
    public var queuedAt: Position
    /// How often its delivery has failed.
    public var failures: UInt32 = 0
    /// It does not begin before this.
    public var notBefore = Timestamp(microseconds: 0)

    init(task: TaskID, base: BaseID, slot: Timestamp, queuedAt: Position) {
        self.task = task
        self.base = base
        self.slot = slot
        self.queuedAt = queuedAt
        notBefore = slot
    }

    init(_ task: TaskID, _ base: BaseID, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "task-queue")
        self.task = task
        self.base = base
        slot = Timestamp(microseconds: try reader.next())
        queuedAt = try reader.position()
        failures = try reader.next()
        notBefore = Timestamp(microseconds: try reader.next())
    }

    var key: [UInt8] { task.bytes + base.bytes }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(slot.microseconds)
        writer.append(queuedAt)
        writer.append(failures)
        writer.append(notBefore.microseconds)
        return writer.bytes
    }
}

extension Snapshot {
    /// The runs that wait, the longest waiting first.
    public func waitingRuns() throws -> [WaitingRun] {
        var found: [WaitingRun] = []
        try scan(TaskQueue.waiting.name, prefix: [UInt8]()) { key, row in
            let task = TaskID(reading: key)
            let base = BaseID(reading: UnsafeRawBufferPointer(rebasing: key[16...]))
            found.append(try WaitingRun(task, base, [UInt8](row)))
            return true
        }
        return found.sorted { ($0.queuedAt, $0.base) < ($1.queuedAt, $1.base) }
    }

    /// The last time of a task that was queued; nil for none.
    public func lastSlot(of task: TaskID) throws -> Timestamp? {
        guard let row = try value(for: task.bytes, in: TaskQueue.slots.name) else { return nil }
        var reader = RowReader(row, of: "task-queue.slots")
        return Timestamp(microseconds: try reader.next())
    }
}
