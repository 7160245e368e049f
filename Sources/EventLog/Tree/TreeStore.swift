import Identifiers
import LMDB
import Sealing
import Synchronization

/// The trees of a log's bases: what proofs are made of, computed from the leaves and never trusted more than they.
///
/// | table | key | value |
/// |---|---|---|
/// | trees | epoch 4, base 16 | `TreeGrowth` |
/// | tiles | epoch 4, base 16, number of the tile 8 | position of its first leaf 8 |
/// | nodes | epoch 4, base 16, level 1 (8, 16, …), index 8 | the hash over 2^level leaves 32 |
/// | meta | "log" | log id 16, last position taken in 8, hash of its leaf 32 |
///
/// The hashes of leaves are not kept: a tile of 256 is read again from the log. A folder that is gone, or of another log,
/// is filled anew.
public final class TreeStore: Sendable {
    /// Leaves after which what has been computed is written.
    private static let leavesPerWrite: UInt64 = 1 << 20
    private static let metaKey = Array("log".utf8)

    let log: EventLog
    let environment: Environment
    let trees: Table
    let tiles: Table
    let nodes: Table
    private let meta: Table
    /// Held while the trees take in more: a server has several callers.
    private let growing = Mutex(())

    /// Opens the trees of a log, or begins them.
    ///
    /// - Throws: `treeDamaged` when what lies there cannot be opened.
    public init(of log: EventLog) throws {
        self.log = log
        try Folder.create(log.layout.trees)
        let tables: [Table]
        do {
            environment = try Environment(
                file: log.layout.trees + "/data.mdb",
                options: Environment.Options(mapBytes: 1 << 36, tablesMax: 4)
            )
            tables = try environment.tables(["trees", "tiles", "nodes", "meta"])
        } catch {
            throw EventLogError(
                .treeDamaged,
                "\(log.layout.trees) cannot be used (\(error)). Remove that folder: it is computed again from the log, and "
                    + "nothing is lost with it",
                cause: error
            )
        }
        (trees, tiles, nodes, meta) = (tables[0], tables[1], tables[2], tables[3])
        if try reached() == nil { try begin() }
    }

    /// Takes in what the log has more of; durable on return, and of use only where the log is.
    ///
    /// - Parameter progress: told the position reached, now and then.
    /// - Returns: the last position taken in.
    /// - Throws: `treeDamaged` when leaves are not numbered as their trees grow; what the log throws.
    @discardableResult
    public func catchUp(_ progress: (Position) -> Void = { _ in }) throws -> Position {
        try growing.withLock { _ in try takeInMore(progress) }
    }

    private func takeInMore(_ progress: (Position) -> Void) throws -> Position {
        let end = log.durableEnd
        var next = Position((try reached() ?? .origin).rawValue + 1)
        while next <= end {
            let last = min(end, Position(next.rawValue + Self.leavesPerWrite - 1))
            try environment.write { try grow(next...last, in: &$0) }
            progress(last)
            next = last.next
        }
        return end
    }

    /// Every tree, in order, with its size.
    public func all() throws -> [(tree: TreeID, size: UInt64)] {
        try environment.read { transaction in
            var found: [(TreeID, UInt64)] = []
            try transaction.scan(trees) { key, value in
                let tree = try key.withUnsafeBytes { key in
                    guard key.count == 20 else { throw Self.damaged }
                    return TreeID(
                        epoch: key.bigEndian(0),
                        base: BaseID(reading: UnsafeRawBufferPointer(rebasing: key[4...]))
                    )
                }
                found.append((tree, try value.withUnsafeBytes { try Self.growth($0).size }))
                return true
            }
            return found
        }
    }

    /// A tree's growth; an empty one for a tree without leaves.
    func growth(of tree: TreeID, in transaction: borrowing some Transaction & ~Copyable) throws -> TreeGrowth {
        var key = KeyBytes()
        key.append(tree)
        guard let row = try transaction.bytes(for: key, in: trees) else { return TreeGrowth() }
        return try row.withUnsafeBytes { try Self.growth($0) }
    }

    static var damaged: EventLogError {
        EventLogError(
            .treeDamaged,
            "the trees are not those of this log: remove the store's folder trees, they are computed again"
        )
    }

    private static func growth(_ row: UnsafeRawBufferPointer) throws -> TreeGrowth {
        guard let growth = TreeGrowth(reading: row) else { throw damaged }
        return growth
    }

    /// The last position taken in; nil when the folder is empty or of another log.
    private func reached() throws -> Position? {
        try environment.read { transaction in
            guard let row = try transaction.bytes(for: Self.metaKey, in: meta), row.count >= 24 else { return nil }
            let (of, position) = row.withUnsafeBytes { (LogID(reading: $0), Position($0.bigEndian(16))) }
            // A log that was put back and went on otherwise has the same id and another leaf.
            let leaf = try position == .origin ? [] : log.leafHash(at: position)
            return of == log.logID && leaf == Array(row[24...]) ? position : nil
        }
    }

    private func begin() throws {
        try environment.write { transaction in
            for table in [trees, tiles, nodes] { try transaction.clear(table) }
            try setReached(.origin, in: &transaction)
        }
    }

    private func setReached(_ position: Position, in transaction: inout WriteTransaction) throws {
        var row = KeyBytes()
        row.append(log.logID)
        row.append(position.rawValue)
        let leaf = try log.leafHash(at: position) ?? []
        try transaction.put(row.lend { [UInt8]($0) } + leaf, for: Self.metaKey, in: meta)
    }

    private func grow(_ range: ClosedRange<Position>, in transaction: inout WriteTransaction) throws {
        var hash = SHA256()
        var growing: [TreeID: TreeGrowth] = [:]
        try log.scanLeaves(from: range.lowerBound, through: range.upperBound) { leaf in
            let tree = TreeID(epoch: leaf.epoch, base: leaf.base)
            if growing[tree] == nil { growing[tree] = try growth(of: tree, in: transaction) }
            guard growing[tree]?.size == leaf.treeIndex else {
                throw EventLogError(.treeDamaged, "record \(leaf.position) is not the next leaf of its base's tree")
            }
            if growing[tree]?.add(hash.merkleLeaf(leaf.bytes), at: leaf.position) == true,
                let tile = growing[tree]?.takeTile()
            {
                try put(tile, of: tree, &hash, in: &transaction)
            }
        }
        for (tree, growth) in growing {
            var key = KeyBytes()
            key.append(tree)
            try transaction.put(growth.row, for: key, in: trees)
        }
        try setReached(range.upperBound, in: &transaction)
    }

    /// Writes a whole tile, and the nodes over tiles that are whole with it.
    private func put(
        _ tile: (index: UInt64, start: Position, leaves: [Digest]),
        of tree: TreeID,
        _ hash: inout SHA256,
        in transaction: inout WriteTransaction
    ) throws {
        var key = KeyBytes()
        key.append(tree)
        key.append(tile.index)
        var start = KeyBytes()
        start.append(tile.start.rawValue)
        try transaction.put(start, for: key, in: tiles)
        var (level, index) = (TreeGrowth.tileLevels, tile.index)
        var node = hash.merkleRoot(of: tile.leaves)
        while true {
            try transaction.put(node.bytes, for: Self.key(tree, level, index), in: nodes)
            guard (index + 1) % UInt64(TreeGrowth.tile) == 0 else { return }
            let first = index + 1 - UInt64(TreeGrowth.tile)
            var below: [Digest] = []
            for child in first...index { below.append(try self.node(tree, level, child, in: transaction)) }
            node = hash.merkleRoot(of: below)
            level += TreeGrowth.tileLevels
            index /= UInt64(TreeGrowth.tile)
        }
    }

    /// A node that is kept.
    func node(
        _ tree: TreeID,
        _ level: Int,
        _ index: UInt64,
        in transaction: borrowing some Transaction & ~Copyable
    ) throws -> Digest {
        guard let bytes = try transaction.bytes(for: Self.key(tree, level, index), in: nodes),
            let digest = Digest(bytes: bytes)
        else { throw Self.damaged }
        return digest
    }

    private static func key(_ tree: TreeID, _ level: Int, _ index: UInt64) -> KeyBytes {
        var key = KeyBytes()
        key.append(tree)
        key.append(UInt8(level))
        key.append(index)
        return key
    }
}
