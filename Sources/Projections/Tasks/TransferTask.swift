import EventLog
import Events
import Identifiers
import School
import SwiftProtobuf

/// A task as it is defined now.
public struct TransferTask: Sendable, Equatable {
    /// Its identity: its stream's.
    public var id: TaskID
    /// Where it was defined.
    public var createdAt: Position
    /// Where its definition changed last; where it was defined when it never did.
    public var changedAt: Position
    /// Where it was deleted; the origin when it was not.
    public var deletedAt: Position
    /// For the school's use only (S2-111).
    public var isLocked: Bool
    private var message: Syncd_Events_TaskCreated
    /// Who receives its files.
    public var recipient: RecipientID
    /// The bases that it runs for; each has a cursor of its own.
    public var bases: [BaseID]

    /// Its name.
    public var name: String { message.name }
    /// What it sends: changed_data, snapshot and so on.
    public var type: String { message.type }
    /// The report whose acceptance it needs.
    public var report: String { message.report }
    /// What its files are: ces or oneroster; empty for ces, in events of before.
    public var format: String { message.format }
    /// Whether it has been deleted.
    public var isDeleted: Bool { deletedAt != .origin }

    /// The task as the rules know it; nil for a word of a newer version.
    public var ruled: TaskDefinition? {
        guard let type = TaskDefinition.DataType(rawValue: type), let format = TransferFormat(recorded: format),
            let terms = TaskTerms(message.terms)
        else { return nil }
        return TaskDefinition(
            id: id,
            name: name,
            bases: bases,
            recipient: recipient,
            type: type,
            report: report,
            format: format,
            terms: terms
        )
    }

    init(_ event: DecodedEvent, _ message: Syncd_Events_TaskCreated) throws {
        id = TaskID(event.recorded.stream)
        createdAt = event.position
        changedAt = event.position
        deletedAt = .origin
        isLocked = false
        self.message = message
        recipient = try identifier(message.recipient)
        bases = try identifiers(message.bases)
    }

    mutating func edit(_ edited: Syncd_Events_TaskEdited) throws {
        message = .with {
            $0.name = edited.name
            $0.bases = edited.bases
            $0.recipient = edited.recipient
            $0.type = edited.type
            $0.report = edited.report
            $0.format = edited.format
            $0.terms = edited.terms
        }
        recipient = try identifier(message.recipient)
        bases = try identifiers(message.bases)
    }

    init(_ id: TaskID, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "tasks")
        self.id = id
        createdAt = try reader.position()
        changedAt = try reader.position()
        deletedAt = try reader.position()
        isLocked = try reader.next(UInt8.self) != 0
        message = try Syncd_Events_TaskCreated(serializedBytes: reader.rest)
        recipient = try identifier(message.recipient)
        bases = try identifiers(message.bases)
    }

    var row: [UInt8] {
        get throws {
            var writer = RowWriter()
            writer.append(createdAt)
            writer.append(changedAt)
            writer.append(deletedAt)
            writer.append(UInt8(isLocked ? 1 : 0))
            writer.append(raw: try message.serializedBytes() as [UInt8])
            return writer.bytes
        }
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
    /// A task, deleted or not; nil when it was never defined.
    public func task(_ id: TaskID) throws -> TransferTask? {
        try value(for: id.bytes, in: Tasks.tasks.name).map { try TransferTask(id, $0) }
    }

    /// Every task that is not deleted, in the order in which they were defined.
    public func tasks() throws -> [TransferTask] { try allTasks().filter { !$0.isDeleted } }

    /// Every task that ever was, in the order in which they were defined.
    public func allTasks() throws -> [TransferTask] {
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
