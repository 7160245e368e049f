import Identifiers

/// What projections and commands need of a log to follow it.
///
/// The log itself is one; the naive in-memory log of the test kit is another, and their judge.
public protocol EventSource: Sendable {
    /// The log's identity; state that names another log is not of this one.
    var logID: LogID { get }
    /// The log's epoch.
    var epoch: UInt32 { get }
    /// The last position that is durable; nothing beyond it is ever shown.
    var durableEnd: Position { get }
    /// Events after a position, in order, opened, ending at a batch's end.
    ///
    /// - Parameters:
    ///   - position: the exclusive lower bound; must be a batch's end or the origin.
    ///   - limit: how many events to aim for, one with many parts counted for several; one batch is never split, so
    ///     there may be more.
    /// - Returns: the events, or an empty array at the durable end.
    func events(after position: Position, limit: Int) throws -> [RecordedEvent]
    /// Events of some types after a position and up to another, in order, closed.
    ///
    /// They are found by an index: what is not of these types costs next to nothing.
    func events(
        of types: [EventTypeNumber],
        after position: Position,
        through end: Position
    ) throws -> [RecordedEvent]
    /// The event at a position, opened; nil beyond the end.
    func event(at position: Position) throws -> RecordedEvent?
    /// SHA-256 of the leaf at a position, which state remembers to know its own log again; nil beyond the end.
    func leafHash(at position: Position) throws -> [UInt8]?
    /// HMAC-SHA-256 of bytes under a subject's data key; nil when no such key exists.
    func keyedHash(of bytes: [UInt8], subject: SubjectID, dataClass: DataClass) throws -> [UInt8]?
}
