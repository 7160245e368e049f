import Identifiers
import LMDB
import Sealing

/// What was found of one record, and what of its leaf a verification goes by.
public struct CheckedRecord: Sendable {
    /// Place in the log.
    public let position: Position
    /// What happened.
    public let type: EventTypeNumber
    /// The log's epoch.
    public let epoch: UInt32
    /// The base whose tree holds it.
    public let base: BaseID
    /// Index in that tree, from 0.
    public let treeIndex: UInt64
    /// Place in the stream, from 1.
    public let streamVersion: UInt64
    /// How many sealed parts it has.
    public let partCount: Int
    /// What a tree has as its leaf.
    public let leafHash: Digest
    /// False when the open part is not what the leaf has the digest of.
    public let isOpenWhole: Bool
    /// False when the sealed parts are not those that the leaf has the root of.
    public let arePartsWhole: Bool
    /// Sealed parts that have no key any more, and no receipt says why.
    public let keyless: Int
    /// Sealed parts whose key was destroyed, as a receipt says.
    public let erased: Int
}

extension EventLog {
    /// Reads every record in a range, oldest first, and checks all of its bytes against its leaf; nothing is opened.
    ///
    /// - Parameters:
    ///   - from: the first position wanted.
    ///   - through: the last; nil for the durable end at the moment of asking.
    ///   - destroyed: keys of which receipts say that they were destroyed.
    ///   - visit: takes what was found. The keys are held meanwhile: it must not append, nor close the log.
    /// - Throws: `blockDamaged` or `recordDamaged` when a record cannot be read at all, or what the visitor throws.
    public func checkRecords(
        from: Position = Position(1),
        through: Position? = nil,
        destroyed: Set<KeyID> = [],
        _ visit: (CheckedRecord) throws -> Void
    ) throws {
        var check = RecordCheck(destroyed: destroyed)
        try scanBlocks(from: from, through: through) { block, range in
            try keys.withKeys { keys in
                _ = try block.forEachRecord(from: range.lowerBound) { record in
                    guard record.leaf.position <= range.upperBound else { return false }
                    try visit(check.check(record, keys))
                    return true
                }
            }
        } tail: { record in
            try keys.withKeys { keys in try visit(check.check(record, keys)) }
        }
    }

    /// Checks that the log's file finds every stream's last event, and counts them.
    ///
    /// - Returns: how many streams it knows.
    /// - Throws: `blockDamaged` naming the table when a row does not fit its leaf.
    public func checkHeads() throws -> Int {
        try gate.read {
            try file.environment.read { transaction in
                var streams = 0
                try transaction.scan(file.heads) { key, value in
                    guard key.byteCount == 16, value.byteCount == 16 else { throw Self.damagedHeads(file) }
                    let stream = key.withUnsafeBytes { StreamID(reading: $0) }
                    let head = value.withUnsafeBytes {
                        StreamHead(version: $0.bigEndian(0), position: Position($0.bigEndian(8)))
                    }
                    guard try file.holds(head, of: stream, in: transaction) else { throw Self.damagedHeads(file) }
                    streams += 1
                    return true
                }
                return streams
            }
        }
    }

    private static func damagedHeads(_ file: LogFile) -> EventLogError {
        EventLogError(
            .blockDamaged,
            "a row of heads in \(file.environment.file) does not name its stream's last event: restore the store from a "
                + "backup"
        )
    }
}

/// Checks records one after the other.
private struct RecordCheck: ~Copyable {
    private var hash = SHA256()
    private var leaves: [Digest] = []
    private let destroyed: Set<KeyID>

    init(destroyed: Set<KeyID>) { self.destroyed = destroyed }

    mutating func check(_ record: RecordView, _ keys: borrowing KeyView) throws -> CheckedRecord {
        let open = hash.digest(of: record.open)
        leaves.removeAll(keepingCapacity: true)
        var (keyless, erased) = (0, 0)
        record.forEachPart { row, sealed in
            leaves.append(hash.merkleLeaf(row, sealed))
            let id = SealedPartRow(reading: row).keyID
            guard keys.find(id) == nil else { return }
            if destroyed.contains(id) { erased += 1 } else { keyless += 1 }
        }
        let root = hash.merkleRoot(of: leaves)
        let leaf = record.leaf
        return CheckedRecord(
            position: leaf.position,
            type: leaf.type,
            epoch: leaf.epoch,
            base: leaf.base,
            treeIndex: leaf.treeIndex,
            streamVersion: leaf.streamVersion,
            partCount: leaf.partCount,
            leafHash: hash.merkleLeaf(leaf.bytes),
            isOpenWhole: leaf.tells(openDigest: open),
            arePartsWhole: leaf.tells(partsRoot: root),
            keyless: keyless,
            erased: erased
        )
    }
}
