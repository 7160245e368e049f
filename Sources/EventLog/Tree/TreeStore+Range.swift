import Identifiers
import LMDB
import Sealing

/// What shows how a tree grew from one size to another.
extension TreeStore {
    /// The whole subtrees that a tree of a size is made of, the largest and leftmost first: as many as the size has one bits.
    ///
    /// - Throws: `outOfRange` when the tree never had the size; `treeDamaged`.
    public func peaks(of tree: TreeID, size: UInt64) throws -> [Digest] {
        try read(tree, size) { leaves, transaction in
            var peaks: [Digest] = []
            var start: UInt64 = 0
            for level in (0..<64).reversed() where size >> UInt64(level) & 1 == 1 {
                peaks.append(try node(of: tree, level, start >> UInt64(level), leaves, in: transaction))
                start += 1 << UInt64(level)
            }
            return peaks
        }
    }

    /// The hashes of a tile: each over 256^level leaves of a tree of a size.
    ///
    /// - Throws: `outOfRange` when the tree never had the size; `treeDamaged`.
    public func tile(of tree: TreeID, level: Int, index: UInt64, width: Int, size: UInt64) throws -> [Digest] {
        try read(tree, size) { leaves, transaction in
            try (0..<UInt64(width)).map { offset in
                try node(of: tree, level * 8, index * 256 + offset, leaves, in: transaction)
            }
        }
    }

    /// How many leaves a tree had up to a position of the log.
    public func size(of tree: TreeID, through position: Position) throws -> UInt64 {
        var size: UInt64 = 0
        let query = LogQuery(through: position, base: tree.base, direction: .backward)
        guard position > .origin else { return 0 }
        try log.read(query) { event in
            guard event.epoch == tree.epoch else { return event.epoch > tree.epoch }
            size = event.treeIndex + 1
            return false
        }
        return size
    }

    /// The leaves of a tree in a range of the log, in order: each one's position, hash and bytes.
    public func forEachLeaf(
        of tree: TreeID,
        after lower: Position,
        through upper: Position,
        _ visit: (LeafView, Digest) throws -> Void
    ) throws {
        guard lower < upper else { return }
        var hash = SHA256()
        try log.scanLeaves(from: lower.next, through: upper) { leaf in
            guard leaf.base == tree.base, leaf.epoch == tree.epoch else { return }
            try visit(leaf, hash.merkleLeaf(leaf.bytes))
        }
    }
}
