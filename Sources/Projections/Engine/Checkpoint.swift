import EventLog
import Identifiers

/// How far a generation has come, and in which log: committed with the rows that it stands for.
///
/// ```
/// log 16, epoch 4, position 8, SHA-256 of the leaf at the position 32 (zeros at the origin)
/// ```
public struct Checkpoint: Sendable, Equatable {
    /// The log.
    public var log: LogID
    /// The log's epoch.
    public var epoch: UInt32
    /// The last position applied.
    public var position: Position
    /// The hash of the leaf there.
    public var leafHash: [UInt8]

    static let noLeaf = [UInt8](repeating: 0, count: 32)

    /// The checkpoint of a source at a position; nil when the source does not reach so far.
    init?(_ source: any EventSource, at position: Position) throws {
        guard let hash = position == .origin ? Self.noLeaf : try source.leafHash(at: position) else { return nil }
        log = source.logID
        epoch = source.epoch
        self.position = position
        leafHash = hash
    }

    init(_ row: [UInt8]) throws {
        var reader = RowReader(row, of: Generation.metaTable)
        log = try reader.identifier()
        epoch = try reader.next()
        position = try reader.position()
        leafHash = try reader.raw(32)
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(log)
        writer.append(epoch)
        writer.append(position)
        writer.append(raw: leafHash)
        return writer.bytes
    }

    /// Why state with this checkpoint is not of the source; nil when it is.
    func mismatch(with source: any EventSource) throws -> String? {
        if log != source.logID { return "it is of another log" }
        if epoch != source.epoch { return "it is of epoch \(epoch), the log is in \(source.epoch)" }
        if position > source.durableEnd { return "it has reached \(position), the log ends at \(source.durableEnd)" }
        let same = try Checkpoint(source, at: position)?.leafHash == leafHash
        return same ? nil : "event \(position) is not the one that it was made from"
    }
}
