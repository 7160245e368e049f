import EventLog
import Identifiers
import Projections
import Synchronization

/// State from the projections: the live one, or one that is made aside for a past position and removed again.
public struct ProjectedStates: TransferStates {
    private let state: State
    private let log: EventLog
    private let scratch: String
    /// Shared by all runs that read through this one.
    private let contactChanges = ContactChanges()
    /// Readers go side by side, each with a past of its own.
    private static let made = Atomic<UInt64>(0)

    /// Reads a store's state.
    ///
    /// - Parameters:
    ///   - state: the live projections.
    ///   - log: the log that they follow.
    ///   - scratch: a folder, in the store, where past state is made; what is in it may be removed.
    public init(state: State, log: EventLog, scratch: String) {
        self.state = state
        self.log = log
        self.scratch = scratch
    }

    /// Brings state forward to the position, and reads.
    public func read<Answer>(
        reaching position: Position,
        _ body: (any TransferState) throws -> Answer
    ) throws -> Answer {
        var reached = try state.catchUp()
        // Whatever is durable can be projected, and the position asked for is durable.
        while reached < position { reached = try state.catchUp() }
        return try body(ProjectedState(try state.beginRead(), of: log, contactChanges: contactChanges))
    }

    /// Projects the log from its beginning up to the position, in a folder aside.
    public func read<Answer>(
        asOf position: Position,
        _ body: (any TransferState) throws -> Answer
    ) throws -> Answer {
        try withState(asOf: position, projections: AllProjections.list) { past in
            try body(ProjectedState(try past.beginRead(), of: log, present: try state.beginRead()))
        }
    }

    /// Projects the log from its beginning up to a position, in a folder aside that goes with the call.
    ///
    /// - Parameters:
    ///   - position: a batch's end.
    ///   - projections: what is read of it; fewer cost less.
    public func withState<Answer>(
        asOf position: Position,
        projections: [any Projection],
        _ body: (State) throws -> Answer
    ) throws -> Answer {
        let number = Self.made.add(1, ordering: .relaxed).newValue
        let path = "\(scratch)/as-of-\(position)-\(number)"
        try FileOperations.removeTree(path)
        try FileOperations.makeFolder(path)
        defer { try? FileOperations.removeTree(path) }
        let past = try State(at: path, of: PastLog(log, end: position), projections: projections)
        try past.catchUp()
        return try body(past)
    }
}

/// A log as it was when it ended at an earlier position.
///
/// Keys that were destroyed since stay destroyed.
struct PastLog: EventSource {
    private let log: EventLog
    let durableEnd: Position

    init(_ log: EventLog, end: Position) {
        self.log = log
        durableEnd = min(end, log.durableEnd)
    }

    var logID: LogID { log.logID }
    var epoch: UInt32 { log.epoch }

    func events(after position: Position, limit: Int) throws -> [RecordedEvent] {
        guard position < durableEnd else { return [] }
        let events = try log.events(after: position, limit: limit)
        return Array(events.prefix { $0.position <= durableEnd })
    }

    func events(
        of types: [EventTypeNumber],
        after position: Position,
        through end: Position
    ) throws -> [RecordedEvent] {
        try log.events(of: types, after: position, through: min(end, durableEnd))
    }

    func event(at position: Position) throws -> RecordedEvent? {
        position <= durableEnd ? try log.event(at: position) : nil
    }

    func leafHash(at position: Position) throws -> [UInt8]? {
        position <= durableEnd ? try log.leafHash(at: position) : nil
    }

    func keyedHash(of bytes: [UInt8], subject: SubjectID, dataClass: DataClass) throws -> [UInt8]? {
        try log.keyedHash(of: bytes, subject: subject, dataClass: dataClass)
    }
}
