import Identifiers
import LMDB
import Sealing

/// What is asked of a tree.
extension TreeStore {
    /// The root over a tree's first leaves.
    ///
    /// - Throws: `outOfRange` when the tree has fewer; `treeDamaged`.
    public func root(of tree: TreeID, size: UInt64) throws -> Digest {
        try read(tree, size) { leaves, transaction in
            try MerkleTree.root(size: size) { try node(of: tree, $0, $1, leaves, in: transaction) }
        }
    }

    /// The path from a leaf to the root over a tree's first leaves.
    ///
    /// - Throws: `outOfRange` when there is no such leaf; `treeDamaged`.
    public func inclusion(of index: UInt64, in tree: TreeID, size: UInt64) throws -> [Digest] {
        guard index < size else { throw Self.beyond(tree, size) }
        return try read(tree, size) { leaves, transaction in
            try MerkleTree.inclusion(of: index, size: size) { try node(of: tree, $0, $1, leaves, in: transaction) }
        }
    }

    /// The hashes that show a tree to begin with a smaller one.
    ///
    /// - Throws: `outOfRange` for sizes that the tree never had; `treeDamaged`.
    public func consistency(of tree: TreeID, from old: UInt64, to size: UInt64) throws -> [Digest] {
        guard old > 0, old <= size else { throw Self.beyond(tree, old) }
        return try read(tree, size) { leaves, transaction in
            try MerkleTree.consistency(from: old, to: size) { try node(of: tree, $0, $1, leaves, in: transaction) }
        }
    }

    /// Where a leaf stands in the log.
    ///
    /// - Throws: `outOfRange` when there is no such leaf; `treeDamaged`.
    public func position(of index: UInt64, in tree: TreeID) throws -> Position {
        try read(tree, index + 1) { leaves, transaction in
            let tile = try leaves.places(index / UInt64(TreeGrowth.tile), in: transaction)
            let offset = Int(index % UInt64(TreeGrowth.tile))
            guard offset < tile.count else { throw Self.damaged }
            return tile[offset]
        }
    }

    func read<Answer>(
        _ tree: TreeID,
        _ size: UInt64,
        _ body: (TileReader, borrowing ReadTransaction) throws -> Answer
    ) throws -> Answer {
        try environment.read { transaction in
            let growth = try growth(of: tree, in: transaction)
            guard size <= growth.size else { throw Self.beyond(tree, size) }
            return try body(TileReader(self, tree, growth), transaction)
        }
    }

    /// Any whole subtree: from the kept nodes eight levels apart, or from leaves.
    func node(
        of tree: TreeID,
        _ level: Int,
        _ index: UInt64,
        _ leaves: TileReader,
        in transaction: borrowing ReadTransaction
    ) throws -> Digest {
        let kept = level / TreeGrowth.tileLevels * TreeGrowth.tileLevels
        let count = UInt64(1) << UInt64(level - kept)
        let first = index * count
        var below: [Digest] = []
        if kept == 0 {
            let tile = try leaves.tile(first / UInt64(TreeGrowth.tile), in: transaction)
            let offset = Int(first % UInt64(TreeGrowth.tile))
            guard offset + Int(count) <= tile.count else { throw Self.damaged }
            below = Array(tile[offset..<offset + Int(count)])
        } else {
            for child in first..<first + count { below.append(try self.node(tree, kept, child, in: transaction)) }
        }
        var hash = SHA256()
        return hash.merkleRoot(of: below)
    }

    private static func beyond(_ tree: TreeID, _ size: UInt64) -> EventLogError {
        EventLogError(
            .outOfRange,
            "the tree of epoch \(tree.epoch) has no \(size) leaves: it is of another log, or newer"
        )
    }
}

/// A tree's leaves, a tile at a time, read again from the log; it keeps the hashes of the last tile.
final class TileReader {
    /// Positions that are looked through at a time: leaves of other bases lie between.
    private static let window: UInt64 = 1 << 14

    private let store: TreeStore
    private let tree: TreeID
    private let growth: TreeGrowth
    private var last: (index: UInt64, leaves: [Digest])?

    init(_ store: TreeStore, _ tree: TreeID, _ growth: TreeGrowth) {
        self.store = store
        self.tree = tree
        self.growth = growth
    }

    /// Hashes of the leaves of a tile.
    func tile(_ index: UInt64, in transaction: borrowing ReadTransaction) throws -> [Digest] {
        if let last, last.index == index { return last.leaves }
        var hash = SHA256()
        let leaves =
            isOpen(index)
            ? growth.leaves
            : try read(from: start(index, in: transaction), TreeGrowth.tile) { hash.merkleLeaf($0.bytes) }
        last = (index, leaves)
        return leaves
    }

    /// Where the leaves of a tile stand in the log.
    func places(_ index: UInt64, in transaction: borrowing ReadTransaction) throws -> [Position] {
        let isOpen = isOpen(index)
        return try read(
            from: isOpen ? growth.start : start(index, in: transaction),
            isOpen ? growth.leaves.count : TreeGrowth.tile
        ) { $0.position }
    }

    private func isOpen(_ index: UInt64) -> Bool { index == growth.size / UInt64(TreeGrowth.tile) }

    private func start(_ index: UInt64, in transaction: borrowing ReadTransaction) throws -> Position {
        var key = KeyBytes()
        key.append(tree)
        key.append(index)
        guard let row = try transaction.bytes(for: key, in: store.tiles), row.count == 8 else {
            throw TreeStore.damaged
        }
        return row.withUnsafeBytes { Position($0.bigEndian(0)) }
    }

    /// What so many leaves of the tree say, from a position on.
    private func read<Value>(from start: Position, _ count: Int, _ value: (LeafView) -> Value) throws -> [Value] {
        var values: [Value] = []
        var next = start
        let end = store.log.durableEnd
        while values.count < count, next <= end {
            let through = min(end, Position(next.rawValue + Self.window - 1))
            try store.log.scanLeaves(from: next, through: through) { leaf in
                guard values.count < count, leaf.base == tree.base, leaf.epoch == tree.epoch else { return }
                values.append(value(leaf))
            }
            next = through.next
        }
        return values
    }
}
