import EventLog
import Events
import Identifiers
import School

/// A task as it was defined.
public struct TransferTask: Sendable, Equatable {
    /// Its identity: its stream's.
    public var id: TaskID
    /// Where it was defined.
    public var createdAt: Position
    /// Who receives its files.
    public var recipient: RecipientID
    /// Its name.
    public var name: String
    /// What it sends: changed_data, snapshot and so on.
    public var type: String
    /// The report whose acceptance it needs.
    public var report: String
    /// What its files are: ces or oneroster; empty for ces, in events of before.
    public var format: String
    /// The bases that it runs for; each has a cursor of its own.
    public var bases: [BaseID]

    init(_ event: DecodedEvent, _ message: Syncd_Events_TaskCreated) throws {
        id = TaskID(event.recorded.stream)
        createdAt = event.position
        recipient = try identifier(message.recipient)
        name = message.name
        type = message.type
        report = message.report
        format = message.format
        bases = try identifiers(message.bases)
    }

    init(_ id: TaskID, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "tasks")
        self.id = id
        createdAt = try reader.position()
        recipient = try reader.identifier()
        name = try reader.text()
        type = try reader.text()
        report = try reader.text()
        format = try reader.text()
        let count = Int(try reader.next(UInt32.self))
        bases = try (0..<count).map { _ in try reader.identifier() }
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(createdAt)
        writer.append(recipient)
        for text in [name, type, report, format] { writer.append(text) }
        writer.append(UInt32(bases.count))
        for base in bases { writer.append(base) }
        return writer.bytes
    }
}

/// How far a task has come at a base.
public struct TaskCursor: Sendable, Equatable {
    /// Everything up to here has been sent, or the gap has been recorded.
    public var position: Position
    /// True when it was set by hand.
    public var isReset: Bool
    /// The event that set it; the origin for a task that has never run.
    public var setAt: Position

    init(position: Position, isReset: Bool, setAt: Position) {
        self.position = position
        self.isReset = isReset
        self.setAt = setAt
    }

    init(_ row: [UInt8]) throws {
        var reader = RowReader(row, of: "tasks.cursors")
        position = try reader.position()
        isReset = try reader.next(UInt8.self) != 0
        setAt = try reader.position()
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(position)
        writer.append(UInt8(isReset ? 1 : 0))
        writer.append(setAt)
        return writer.bytes
    }
}

extension Snapshot {
    /// A task; nil when it was never defined.
    public func task(_ id: TaskID) throws -> TransferTask? {
        try value(for: id.bytes, in: Tasks.tasks.name).map { try TransferTask(id, $0) }
    }

    /// Every task, in the order in which they were defined.
    public func tasks() throws -> [TransferTask] {
        var found: [TransferTask] = []
        try scan(Tasks.tasks.name, prefix: [UInt8]()) { key, row in
            found.append(try TransferTask(TaskID(reading: key), [UInt8](row)))
            return true
        }
        return found.sorted { $0.createdAt < $1.createdAt }
    }

    /// How far a task has come at a base; the origin when it has never run there.
    public func cursor(of task: TaskID, at base: BaseID) throws -> TaskCursor {
        guard let row = try value(for: task.bytes + base.bytes, in: Tasks.cursors.name) else {
            return TaskCursor(position: .origin, isReset: false, setAt: .origin)
        }
        return try TaskCursor(row)
    }
}
