import Identifiers
import LMDB

/// A sealed part as a scan hands it out: opened into memory that the next part overwrites.
public struct ScannedPart {
    /// The class of data.
    public let dataClass: DataClass
    /// Whose data it is; nil when the key has been destroyed.
    public let subject: SubjectID?
    /// What was sealed; empty when the key has been destroyed.
    public let plaintext: UnsafeRawBufferPointer
}

extension EventLog {
    /// Blocks after which a scan takes a newer snapshot, so that it holds no pages back.
    private static let blocksPerRead = 64

    /// Visits every leaf in a range, oldest first, straight from the map: what filters by type, base or time use.
    ///
    /// Checksums are checked a block at a time. Nothing is opened, copied or allocated.
    ///
    /// - Parameters:
    ///   - from: the first position wanted.
    ///   - through: the last; nil for the durable end at the moment of asking.
    ///   - visit: takes a leaf, which must not be kept.
    /// - Throws: `closed`, `blockDamaged`, or what the visitor throws. A visitor must not close the log.
    public func scanLeaves(
        from: Position = Position(1),
        through: Position? = nil,
        _ visit: (LeafView) throws -> Void
    ) throws {
        try scanBlocks(from: from, through: through) { block, range in
            let leaves = try block.leaves()
            let begin = max(range.lowerBound.rawValue, block.first.rawValue) - block.first.rawValue
            let end = min(range.upperBound.rawValue, block.next.rawValue - 1) - block.first.rawValue
            var offset = Int(begin) * RecordLayout.leafBytes
            for _ in begin...end {
                try visit(LeafView(UnsafeRawBufferPointer(rebasing: leaves[offset..<offset + RecordLayout.leafBytes])))
                offset += RecordLayout.leafBytes
            }
        } tail: { record in
            try visit(record.leaf)
        }
    }

    /// Visits every part in a range, oldest first, opened where its key still exists.
    ///
    /// - Parameters:
    ///   - from: the first position wanted.
    ///   - through: the last; nil for the durable end at the moment of asking.
    ///   - visit: takes the leaf and the part, neither of which must be kept. The keys are held meanwhile: it must not
    ///     append, since a new person's key would wait for it for ever, nor close the log.
    /// - Throws: `closed`, `blockDamaged`, `recordDamaged`, `partDamaged`, or what the visitor throws.
    public func scanParts(
        from: Position = Position(1),
        through: Position? = nil,
        _ visit: (LeafView, ScannedPart) throws -> Void
    ) throws {
        var scan = PartScan(log: logID)
        try scanBlocks(from: from, through: through) { block, range in
            try keys.withKeys { keys in
                _ = try block.forEachRecord(from: range.lowerBound) { record in
                    guard record.leaf.position <= range.upperBound else { return false }
                    try scan.add(record, under: keys, visit)
                    return true
                }
                try scan.openWaiting(under: keys, visit)
            }
        } tail: { record in
            try keys.withKeys { keys in
                try scan.add(record, under: keys, visit)
                try scan.openWaiting(under: keys, visit)
            }
        }
    }

    func scanBlocks(
        from: Position,
        through: Position?,
        block: (BlockView, ClosedRange<Position>) throws -> Void,
        tail visitTail: (RecordView) throws -> Void
    ) throws {
        try gate.read { try scanOpenBlocks(from: from, through: through, block: block, tail: visitTail) }
    }

    private func scanOpenBlocks(
        from: Position,
        through: Position?,
        block: (BlockView, ClosedRange<Position>) throws -> Void,
        tail visitTail: (RecordView) throws -> Void
    ) throws {
        let end = min(through ?? durableEnd, durableEnd)
        var next = max(from, Position(1))
        guard next <= end else { return }
        acknowledged?(end)
        let unpacked = tail.batches(after: Position(next.rawValue - 1))
        let packedEnd = unpacked.first.map { Position($0.firstPosition.rawValue - 1) } ?? end
        while next <= min(packedEnd, end) {
            var blocks = 0
            let range = next...min(packedEnd, end)
            try file.forEachBlock(in: range) { view in
                try block(view, range)
                next = view.next
                blocks += 1
                return blocks < Self.blocksPerRead
            }
        }
        for batch in unpacked {
            for index in 0..<batch.count {
                let position = Position(batch.firstPosition.rawValue + UInt64(index))
                guard position >= from, position <= end else { continue }
                try visitTail(try RecordView(parsing: batch.record(index), expecting: position))
            }
        }
    }
}
