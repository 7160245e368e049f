import Identifiers
import LMDB
import Sealing

/// What the log's file knows of a command: where its events are and what they said.
struct CommittedCommand: Equatable, Sendable {
    var first: Position
    var count: UInt32
    var fingerprint: Digest
}

/// Point look-ups in the log's file, for the writer: each in a read transaction as short as itself.
struct CommittedIndex: Sendable {
    let file: LogFile

    /// The head of a stream; version 0 when the file has no event of it.
    func head(of stream: StreamID) throws -> StreamHead {
        var key = KeyBytes()
        key.append(stream)
        return try file.environment.read { transaction in
            guard let value = try transaction.value(for: key, in: file.heads) else { return .none }
            return value.withUnsafeBytes { StreamHead(version: $0.bigEndian(0), position: Position($0.bigEndian(8))) }
        }
    }

    /// What is known of a command id; nil when it was never used.
    func command(_ id: CommandID) throws -> CommittedCommand? {
        var key = KeyBytes()
        key.append(id)
        return try file.environment.read { transaction in
            guard let value = try transaction.value(for: key, in: file.commands) else { return nil }
            return value.withUnsafeBytes { row in
                CommittedCommand(
                    first: Position(row.bigEndian(0)),
                    count: row.bigEndian(8),
                    fingerprint: Digest(reading: UnsafeRawBufferPointer(rebasing: row[12..<44]))
                )
            }
        }
    }

    /// How many events each base's tree has.
    func treeSizes() throws -> TreeSizes {
        var sizes = TreeSizes()
        try file.environment.read { transaction in
            try transaction.scan(file.bases) { key, value in
                let base = key.withUnsafeBytes { BaseID(reading: $0) }
                sizes[base] = value.withUnsafeBytes { $0.bigEndian(0) }
                return true
            }
        }
        return sizes
    }
}
