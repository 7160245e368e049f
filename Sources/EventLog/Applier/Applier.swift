import Identifiers
import LMDB
import Sealing

/// Packs durable batches into blocks of the log's file, with their index rows, in one full-sync transaction.
///
/// Keys are sorted before they are put: random order would dirty a page an event (0.15M events/s instead of 1M).
/// The last block is packed anew while it is not full; record bytes never change.
struct Applier {
    let file: LogFile
    /// How far the key file has come; remembered with every commit.
    let keyMark: @Sendable () -> KeyMark

    /// Commits batches.
    ///
    /// Durable on return.
    ///
    /// - Parameters:
    ///   - batches: in order, the first following the applied position directly.
    ///   - continuation: what the WAL's end means after this commit.
    ///   - wal: that end; nil for the segment of the last batch.
    func apply(_ batches: [SealedBatch], continuation: LogEnd.Continuation = .running, wal: WALEnd? = nil) throws {
        try file.write { transaction in
            let before = try file.end(in: transaction)
            if let first = batches.first?.firstPosition, first != before.applied.next {
                throw EventLogError(
                    .walDamaged,
                    "the log ends at \(before.applied) but the WAL goes on at \(first): events are missing"
                )
            }
            try pack(batches, behind: before.applied, in: &transaction)
            try index(batches, in: &transaction)
            let end = end(before, after: batches, continuation, wal)
            try transaction.put(end.row, for: LogEnd.key, in: file.meta)
        }
    }

    /// Where the log ends once these batches are in its file.
    private func end(
        _ before: LogEnd,
        after batches: [SealedBatch],
        _ continuation: LogEnd.Continuation,
        _ wal: WALEnd?
    ) -> LogEnd {
        var end = before
        if let last = batches.last {
            end.applied = last.lastPosition
            end.recordedAt = last.recordedAt
            end.wal = WALEnd(segment: last.segment, offset: 0, frame: 0, crc: 0, next: end.applied.next)
        }
        if let wal { end.wal = wal }
        end.continuation = continuation
        end.keyMark = max(end.keyMark, keyMark())
        return end
    }

    private func pack(
        _ batches: [SealedBatch],
        behind applied: Position,
        in transaction: inout WriteTransaction
    ) throws {
        guard !batches.isEmpty else { return }
        let reopened = try reopenLastBlock(in: &transaction)
        var builder = BlockBuilder(first: reopened?.first ?? applied.next)
        var summary = BlockSummary()
        for record in reopened?.records ?? [] {
            builder.add(record.bytes)
            summary.add(LeafView(UnsafeRawBufferPointer(rebasing: record.bytes[..<RecordLayout.leafBytes])))
        }
        for batch in batches {
            for index in 0..<batch.count {
                let record = batch.record(index)
                if builder.isFull(for: record.count) {
                    try write(&builder, &summary, in: &transaction)
                }
                builder.add(record)
                summary.add(batch.leaf(index))
            }
        }
        try write(&builder, &summary, in: &transaction)
        withExtendedLifetime(reopened) {}
    }

    /// Takes the last block out again when it is not full.
    private func reopenLastBlock(
        in transaction: inout WriteTransaction
    ) throws -> (first: Position, records: [ByteBuffer])? {
        var found: (first: Position, records: [ByteBuffer])?
        do {
            var cursor = try transaction.cursor(in: file.blocks)
            guard try cursor.last() else { return nil }
            let first = try LogFile.firstPosition(cursor.key)
            guard cursor.value.byteCount < Limits.blockBytes - BlockLayout.pageBytes else { return nil }
            var records: [ByteBuffer] = []
            try cursor.value.withUnsafeBytes { bytes in
                _ = try BlockView(bytes, expecting: first).forEachRecord(from: first) { record in
                    records.append(record.copied())
                    return true
                }
            }
            found = (first, records)
        }
        if let found {
            var key = KeyBytes()
            key.append(found.first.rawValue)
            try transaction.delete(key, in: file.blocks)
        }
        return found
    }

    private func write(
        _ builder: inout BlockBuilder,
        _ summary: inout BlockSummary,
        in transaction: inout WriteTransaction
    ) throws {
        guard builder.count > 0 else { return }
        let first = builder.first
        var key = KeyBytes()
        key.append(first.rawValue)
        try transaction.put(reserving: builder.storedBytes, for: key, in: file.blocks, .append) {
            builder.write(into: $0)
        }
        for base in summary.bases {
            var key = KeyBytes()
            key.append(base)
            key.append(first.rawValue)
            try transaction.put([UInt8](), for: key, in: file.blockBases)
        }
        for type in summary.types.sorted() {
            var key = KeyBytes()
            key.append(type)
            key.append(first.rawValue)
            try transaction.put([UInt8](), for: key, in: file.blockTypes)
        }
        summary = BlockSummary()
    }

    private func put(_ heads: HeadTable, in transaction: inout WriteTransaction) throws {
        // A cursor looks at the page where the last key went before it goes down the tree again.
        var cursor = try transaction.writeCursor(in: file.heads)
        for (stream, head) in heads.sorted {
            var key = KeyBytes()
            key.append(stream)
            var value = KeyBytes()
            value.append(head.version)
            value.append(head.position.rawValue)
            try cursor.put(value, for: key)
        }
    }

    private func index(_ batches: [SealedBatch], in transaction: inout WriteTransaction) throws {
        // The last event of each stream wins; only what is left is sorted.
        var heads = HeadTable()
        var sizes = TreeSizes()
        for batch in batches {
            for index in 0..<batch.count {
                let leaf = batch.leaf(index)
                heads.set(leaf.stream, StreamHead(version: leaf.streamVersion, position: leaf.position))
                sizes[leaf.base] = leaf.treeIndex + 1
            }
        }
        try put(heads, in: &transaction)
        for batch in batches.sorted(by: { $0.command < $1.command }) {
            var key = KeyBytes()
            key.append(batch.command)
            var value = KeyBytes()
            value.append(batch.firstPosition.rawValue)
            value.append(UInt32(batch.count))
            batch.fingerprint.withUnsafeBytes { value.append(bytes: $0) }
            try transaction.put(value, for: key, in: file.commands)
        }
        for (base, size) in sizes.sorted {
            var key = KeyBytes()
            key.append(base)
            var value = KeyBytes()
            value.append(size)
            try transaction.put(value, for: key, in: file.bases)
        }
    }
}

/// Which bases and types a block holds.
private struct BlockSummary {
    private var sizes = TreeSizes()
    private(set) var types: Set<UInt16> = []
    private var lastType: UInt16 = 0

    /// The bases, in order.
    var bases: [BaseID] { sizes.sorted.map(\.base) }

    mutating func add(_ leaf: LeafView) {
        sizes[leaf.base] = leaf.treeIndex
        // Events of a type come together; a set for each costs more than a look at the last one.
        if leaf.type.rawValue != lastType { types.insert(leaf.type.rawValue) }
        lastType = leaf.type.rawValue
    }
}

extension RecordView {
    /// The record's bytes in memory of its own.
    func copied() -> ByteBuffer {
        let buffer = ByteBuffer(capacity: count, count: count)
        buffer.memory.copy(leaf.bytes, at: 0)
        buffer.memory.copy(body, at: RecordLayout.leafBytes)
        return buffer
    }
}
