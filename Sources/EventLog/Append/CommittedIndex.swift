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
    ///
    /// Version and back pointer go from here into leaves, for ever, and LMDB has no checksums: the row is compared with
    /// the leaf that it names.
    ///
    /// - Throws: `blockDamaged` when it is not that stream's leaf of that version.
    func head(of stream: StreamID) throws -> StreamHead {
        var key = KeyBytes()
        key.append(stream)
        return try file.environment.read { transaction in
            guard let value = try transaction.value(for: key, in: file.heads) else { return .none }
            let head = try value.withUnsafeBytes { row in
                try require(row, 16, "heads")
                return StreamHead(version: row.bigEndian(0), position: Position(row.bigEndian(8)))
            }
            guard try file.holds(head, of: stream, in: transaction) else { throw damaged("heads") }
            return head
        }
    }

    /// What is known of a command id; nil when it was never used.
    func command(_ id: CommandID) throws -> CommittedCommand? {
        var key = KeyBytes()
        key.append(id)
        return try file.environment.read { transaction in
            guard let value = try transaction.value(for: key, in: file.commands) else { return nil }
            return try value.withUnsafeBytes { row in
                try require(row, 44, "commands")
                return CommittedCommand(
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
                let base = try key.withUnsafeBytes { key in
                    try require(key, 16, "bases")
                    return BaseID(reading: key)
                }
                sizes[base] = try value.withUnsafeBytes { row in
                    try require(row, 8, "bases")
                    return row.bigEndian(0)
                }
                return true
            }
        }
        return sizes
    }

    private func require(_ bytes: UnsafeRawBufferPointer, _ count: Int, _ table: String) throws {
        guard bytes.count == count else { throw damaged(table) }
    }

    private func damaged(_ table: String) -> EventLogError {
        EventLogError(
            .blockDamaged,
            "a row of \(table) in \(file.environment.file) is damaged: restore the store from a backup"
        )
    }
}

extension LogFile {
    /// True when the leaf at a head's position is the stream's and has the head's version.
    func holds(_ head: StreamHead, of stream: StreamID, in transaction: borrowing ReadTransaction) throws -> Bool {
        try withLeaf(at: head.position, in: transaction) { leaf in
            leaf.stream == stream && leaf.streamVersion == head.version
        } == true
    }

    /// Looks at the leaf at a position; nil when there is none.
    ///
    /// One look into one block; the leaf's checksum is not needed, since callers compare it, and a wrong bit would not make
    /// it equal.
    func withLeaf<R>(
        at position: Position,
        in transaction: borrowing ReadTransaction,
        _ body: (LeafView) -> R
    ) throws -> R? {
        var cursor = try transaction.cursor(in: blocks)
        var key = KeyBytes()
        key.append(position.rawValue)
        var found = try cursor.seek(key)
        if !found {
            found = try cursor.last()
        } else if try Self.firstPosition(cursor.key) > position {
            found = try cursor.previous()
        }
        guard found else { return nil }
        let first = try Self.firstPosition(cursor.key)
        return try cursor.value.withUnsafeBytes { bytes in
            let block = try BlockView(bytes, expecting: first)
            guard block.first <= position, position < block.next else { return nil }
            let leaf = block.uncheckedLeaf(at: position)
            return leaf.position == position ? body(leaf) : nil
        }
    }

    /// The first position in a block's key.
    static func firstPosition(_ key: RawSpan) throws -> Position {
        guard key.byteCount == 8 else {
            throw EventLogError(.blockDamaged, "a block's key in the log is damaged: restore the store from a backup")
        }
        return key.withUnsafeBytes { Position($0.bigEndian(0)) }
    }
}
