import Identifiers
import LMDB
import Sealing

/// A tree while leaves come in: its size and what is not yet in a whole tile of 256 leaves.
///
/// Its row:
/// ```
/// 0  size 8   8 position of the first leaf of the open tile 8   16 hashes of the open tile's leaves, 32 each
/// ```
struct TreeGrowth {
    /// Leaves of a tile; tiles of tiles likewise.
    static let tile = 256
    /// The levels between a tile and its leaves.
    static let tileLevels = 8

    /// How many leaves the tree has.
    private(set) var size: UInt64 = 0
    /// Where the open tile's first leaf stands in the log; means nothing while the tile is empty.
    private(set) var start: Position = .origin
    /// The open tile.
    private(set) var leaves: [Digest] = []

    /// A tree without leaves.
    init() {}

    /// Reads a row.
    init?(reading row: UnsafeRawBufferPointer) {
        guard row.count >= 16 else { return nil }
        size = row.bigEndian(0)
        start = Position(row.bigEndian(8))
        guard row.count == 16 + Int(size % UInt64(Self.tile)) * Digest.byteCount else { return nil }
        leaves = stride(from: 16, to: row.count, by: Digest.byteCount).map {
            Digest(reading: UnsafeRawBufferPointer(rebasing: row[$0..<$0 + Digest.byteCount]))
        }
    }

    /// The row.
    var row: [UInt8] {
        var head = KeyBytes()
        head.append(size)
        head.append(start.rawValue)
        return leaves.reduce(into: head.lend { [UInt8]($0) }) { $0 += $1.bytes }
    }

    /// Takes the next leaf.
    ///
    /// - Returns: true when the tile is whole: it is to be taken out then.
    mutating func add(_ leaf: Digest, at position: Position) -> Bool {
        if leaves.isEmpty { start = position }
        leaves.append(leaf)
        size += 1
        return leaves.count == Self.tile
    }

    /// Empties the tile.
    mutating func takeTile() -> (index: UInt64, start: Position, leaves: [Digest]) {
        defer { leaves.removeAll(keepingCapacity: true) }
        return (size / UInt64(Self.tile) - 1, start, leaves)
    }
}
