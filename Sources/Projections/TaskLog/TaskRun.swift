import EventLog
import Events
import Identifiers
import School

/// One run of a task at a base.
public struct TaskRun: Sendable, Equatable {
    /// How far it has come (rulings 25).
    public enum State: UInt8, Sendable, CaseIterable {
        /// Begun and not ended; found so at a start, it was a crash.
        case running = 0
        /// Delivered and acknowledged.
        case exported = 1
        /// Nothing had changed: no file, no number, and the cursor moved.
        case nothingToSend = 2
        /// Not allowed to leave.
        case held = 3
        /// Something broke; the text tells what.
        case failed = 4
        /// A person stopped it.
        case cancelled = 5

        /// The words of the task log.
        public var words: String {
            switch self {
            case .running: "Running"
            case .exported: "Successfully Exported"
            case .nothingToSend: "Nothing to Send"
            case .held: "Held"
            case .failed: "Failed"
            case .cancelled: "Cancelled"
            }
        }
    }

    /// What went, and what did not.
    public struct Counts: Sendable, Equatable {
        /// Pupils in the file.
        public var pupils: UInt64 = 0
        /// Data groups in the file.
        public var groups: UInt64 = 0
        /// Trapped by the hash cache.
        public var trapped: UInt64 = 0
        /// Dropped.
        public var dropped: UInt64 = 0
        /// Withheld.
        public var withheld: UInt64 = 0
    }

    /// The run.
    public var id: RunID
    /// The base it ran for.
    public var base: BaseID
    /// Where it began.
    public var startedAt: Position
    /// The task.
    public var task: TaskID
    /// The recipient; zero when it ended before one was named.
    public var recipient: RecipientID
    /// When it began.
    public var started: Timestamp
    /// Where it ended; the origin while it has not.
    public var endedAt: Position
    /// When it ended.
    public var ended: Timestamp
    /// How far it has come.
    public var state: State
    /// The exclusive lower bound of what it looked at.
    public var lower: Position
    /// The inclusive upper bound.
    public var upper: Position
    /// The number of its file; 0 for none.
    public var sequence: UInt32
    /// What went.
    public var counts: Counts
    /// The name of its file; empty for none.
    public var file: String
    /// Why it was held or failed, in one word; empty otherwise.
    public var code: String
    /// Why, in words; empty otherwise.
    ///
    /// When the key of whoever ran it has been destroyed, the one word.
    public var exception: String
    /// It was not acknowledged, and yet its file may be at the recipient's.
    public var mayHaveLeft: Bool

    /// Base and start, which lead the row, for the index.
    static let baseAndStart = 0..<24

    init(id: RunID, task: TaskID, event: DecodedEvent) {
        self.id = id
        self.task = task
        base = event.base
        startedAt = event.position
        started = event.recorded.recordedAt
        recipient = .zero
        endedAt = .origin
        ended = Timestamp(microseconds: 0)
        state = .running
        lower = .origin
        upper = .origin
        sequence = 0
        counts = Counts()
        file = ""
        code = ""
        exception = ""
        mayHaveLeft = false
    }

    mutating func start(_ message: Syncd_Events_TransferStarted, recipient: RecipientID) {
        self.recipient = recipient
        lower = Position(message.lower)
        upper = Position(message.upper)
        sequence = message.sequence
        file = message.file
    }

    mutating func complete(_ message: Syncd_Events_TransferCompleted, _ event: DecodedEvent) {
        state = message.nothing ? .nothingToSend : .exported
        lower = Position(message.lower)
        upper = Position(message.upper)
        counts = Counts(
            pupils: message.sentPupils,
            groups: message.sentGroups,
            trapped: message.trapped,
            dropped: message.dropped,
            withheld: message.withheld
        )
        end(event)
    }

    mutating func fail(_ message: Syncd_Events_TransferFailed, _ event: DecodedEvent) throws {
        state =
            switch message.ending {
            case .held: .held
            case .cancelled: .cancelled
            case .failed, .UNRECOGNIZED: .failed
            }
        code = message.code
        exception = try event.auditNote?.reason ?? message.code
        mayHaveLeft = message.mayHaveLeft
        end(event)
    }

    private mutating func end(_ event: DecodedEvent) {
        endedAt = event.position
        ended = event.recorded.recordedAt
    }
}

extension TaskRun {
    init(_ id: RunID, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "task-log")
        self.id = id
        base = try reader.identifier()
        startedAt = try reader.position()
        task = try reader.identifier()
        recipient = try reader.identifier()
        started = Timestamp(microseconds: try reader.next())
        endedAt = try reader.position()
        ended = Timestamp(microseconds: try reader.next())
        state = State(rawValue: try reader.next()) ?? .failed
        lower = try reader.position()
        upper = try reader.position()
        sequence = try reader.next()
        counts = Counts(
            pupils: try reader.next(),
            groups: try reader.next(),
            trapped: try reader.next(),
            dropped: try reader.next(),
            withheld: try reader.next()
        )
        file = try reader.text()
        code = try reader.text()
        exception = try reader.text()
        mayHaveLeft = try reader.next(UInt8.self) != 0
    }

    /// ```
    /// base 16, started at 8, task 16, recipient 16, started 8, ended at 8, ended 8, state 1, lower 8, upper 8,
    /// sequence 4, pupils 8, groups 8, trapped 8, dropped 8, withheld 8, file, code, exception (texts), may have left 1
    /// ```
    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(base)
        writer.append(startedAt)
        writer.append(task)
        writer.append(recipient)
        writer.append(started.microseconds)
        writer.append(endedAt)
        writer.append(ended.microseconds)
        writer.append(state.rawValue)
        writer.append(lower)
        writer.append(upper)
        writer.append(sequence)
        for count in [counts.pupils, counts.groups, counts.trapped, counts.dropped, counts.withheld] {
            writer.append(count)
        }
        writer.append(file)
        writer.append(code)
        writer.append(exception)
        writer.append(UInt8(mayHaveLeft ? 1 : 0))
        return writer.bytes
    }
}

extension Snapshot {
    /// A run; nil when it never began.
    public func taskRun(_ id: RunID) throws -> TaskRun? {
        try value(for: id.bytes, in: TaskLog.runs.name).map { try TaskRun(id, $0) }
    }

    /// Visits the runs at a base, in the order of their beginnings, until the closure answers false.
    public func taskRuns(at base: BaseID, _ visit: (TaskRun) throws -> Bool) throws {
        try scan(TaskLog.byBase.name, prefix: base.bytes) { key, _ in
            let id = RunID(reading: UnsafeRawBufferPointer(rebasing: key[24...]))
            guard let run = try taskRun(id) else { return true }
            return try visit(run)
        }
    }
}
