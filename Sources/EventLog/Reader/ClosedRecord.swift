import Identifiers
import Sealing

/// A record as it lies in the log, nothing opened: what a stranger needs to check a proof against.
public struct ClosedRecord: Sendable, Equatable {
    /// A sealed part.
    public struct Part: Sendable, Equatable {
        /// Its row of 40 bytes: key id, generation, class, algorithm, nonce, length.
        public var row: [UInt8]
        /// Its ciphertext with tag.
        public var sealed: [UInt8]

        /// What the parts' tree has as this part's leaf.
        public var leafHash: Digest {
            var hash = SHA256()
            return row.withUnsafeBytes { row in sealed.withUnsafeBytes { hash.merkleLeaf(row, $0) } }
        }
    }

    /// The leaf's 208 bytes.
    public var leaf: [UInt8]
    /// The open part.
    public var open: [UInt8]
    /// The sealed parts, in order.
    public var parts: [Part]

    /// The tree that has it.
    public var tree: TreeID { leaf.withUnsafeBytes { TreeID(epoch: LeafView($0).epoch, base: LeafView($0).base) } }
    /// Which leaf of that tree it is, from 0.
    public var treeIndex: UInt64 { leaf.withUnsafeBytes { LeafView($0).treeIndex } }

    /// The path that leads from a part to the root over all parts, sibling first.
    public func path(ofPart index: Int) throws -> [Digest] {
        let leaves = parts.map(\.leafHash)
        return try MerkleTree.inclusion(of: UInt64(index), size: UInt64(leaves.count)) { level, index in
            var hash = SHA256()
            let first = Int(index) << level
            return hash.merkleRoot(of: Array(leaves[first..<first + (1 << level)]))
        }
    }
}

extension EventLog {
    /// The record at a position, closed; nil beyond the end.
    public func closedRecord(at position: Position) throws -> ClosedRecord? {
        guard position > .origin, position <= durableEnd else { return nil }
        return try gate.read {
            try reader.withRecord(at: position) { record in
                var parts: [ClosedRecord.Part] = []
                record.forEachPart { row, sealed in
                    parts.append(ClosedRecord.Part(row: [UInt8](row), sealed: [UInt8](sealed)))
                }
                return ClosedRecord(leaf: record.leaf.copied, open: [UInt8](record.open), parts: parts)
            }
        }
    }
}
