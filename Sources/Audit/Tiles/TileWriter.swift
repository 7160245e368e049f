import EventLog
import Sealing

/// A tree as static files, as C2SP tlog-tiles has them: for tools that are not ours.
///
/// `checkpoint`; `tile/L/N`, the 256 hashes over 256^L leaves each; `tile/entries/N`, 256 leaves with two bytes of length
/// before each; with `.p/W` the last tile, of W. N is written in threes: 1234067 is `x001/x234/067`.
public struct TileWriter {
    private let trail: AuditTrail
    private let tree: TreeID
    private let head: TreeHead

    /// Prepares a tree's files.
    ///
    /// - Parameter head: the head that they are for.
    public init(_ trail: AuditTrail, _ tree: TreeID, _ head: TreeHead) {
        self.trail = trail
        self.tree = tree
        self.head = head
    }

    /// Gives every tile with its path, a level after the other, in memory of one tile.
    ///
    /// - Returns: how many files.
    public func write(_ add: (String, [UInt8]) throws -> Void) throws -> Int {
        var files = 0
        var level = 0
        while true {
            let count = level >= 8 ? 0 : head.size >> UInt64(8 * level)
            guard count > 0 else { break }
            for index in 0...((count - 1) / 256) {
                let width = Int(min(256, count - index * 256))
                let hashes = try trail.trees.tile(of: tree, level: level, index: index, width: width, size: head.size)
                try add("tile/\(level)/\(Self.name(index, width))", hashes.flatMap(\.bytes))
                files += 1
            }
            level += 1
        }
        return files + (try writeEntries(add))
    }

    private func writeEntries(_ add: (String, [UInt8]) throws -> Void) throws -> Int {
        var (files, index, waiting, leaves) = (0, UInt64(0), [UInt8](), 0)
        let last = try trail.trees.position(of: head.size - 1, in: tree)
        func flush() throws {
            guard leaves > 0 else { return }
            try add("tile/entries/\(Self.name(index, leaves))", waiting)
            files += 1
            index += 1
            leaves = 0
            waiting.removeAll(keepingCapacity: true)
        }
        try trail.trees.forEachLeaf(of: tree, after: .origin, through: last) { leaf, _ in
            let bytes = leaf.copied
            waiting += [UInt8(bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)] + bytes
            leaves += 1
            if leaves == 256 { try flush() }
        }
        try flush()
        return files
    }

    /// A tile's number, and the width of one that is not whole.
    static func name(_ index: UInt64, _ width: Int) -> String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        let path = groups.enumerated().reversed().map { $0.offset == 0 ? $0.element : "x" + $0.element }
        return path.joined(separator: "/") + (width < 256 ? ".p/\(width)" : "")
    }
}
