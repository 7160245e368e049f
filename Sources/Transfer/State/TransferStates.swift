import EventLog
import Identifiers
import School

/// Gives state to read, now or as it was.
public protocol TransferStates: Sendable {
    /// Waits until state has reached a position, then reads it in one transaction.
    ///
    /// - Parameters:
    ///   - position: how far state must have come; it may have come further.
    ///   - body: reads; it must not keep the state.
    func read<Answer>(reaching position: Position, _ body: (any TransferState) throws -> Answer) throws -> Answer
    /// Reads state as the log made it up to a position, which must be a batch's end.
    func read<Answer>(asOf position: Position, _ body: (any TransferState) throws -> Answer) throws -> Answer
}

/// Codes a content under a pupil's data key: what the hash cache holds (rulings 19).
///
/// - Parameters: the canonical bytes, the pupil, the data group.
/// - Returns: 32 bytes; nil when the key has been destroyed.
public typealias ContentCoder = ([UInt8], SubjectID, DataGroup) throws -> [UInt8]?
