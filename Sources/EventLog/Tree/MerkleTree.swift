import Sealing

/// The tree of RFC 6962 over the first n leaves of a log, for whoever can tell the hashes of its whole subtrees.
///
/// Nothing is stored here: roots and proofs are put together from subtrees of a power of two leaves, of which each
/// answer needs no more than the tree has levels.
public enum MerkleTree {
    /// The hash over 2^level leaves, from leaf index · 2^level on; level 0 is the leaves' own hashes.
    public typealias Node = (_ level: Int, _ index: UInt64) throws -> Digest

    /// The root over the first leaves.
    ///
    /// - Parameter node: tells a whole subtree.
    /// - Throws: what `node` throws.
    public static func root(size: UInt64, _ node: Node) throws -> Digest {
        var hash = SHA256()
        return size == 0 ? hash.finish() : try range(0, size, &hash, node)
    }

    /// The path that proves a leaf, sibling first (RFC 6962 section 2.1.1).
    ///
    /// - Parameters:
    ///   - index: which leaf, from 0; below `size`.
    ///   - size: how many leaves the tree has.
    ///   - node: tells a whole subtree.
    /// - Throws: what `node` throws.
    public static func inclusion(of index: UInt64, size: UInt64, _ node: Node) throws -> [Digest] {
        precondition(index < size, "a tree of \(size) leaves has no leaf \(index)")
        var hash = SHA256()
        var path: [Digest] = []
        var (begin, end) = (UInt64(0), size)
        while end - begin > 1 {
            let middle = begin + split(end - begin)
            if index < middle {
                path.append(try range(middle, end, &hash, node))
                end = middle
            } else {
                path.append(try range(begin, middle, &hash, node))
                begin = middle
            }
        }
        return path.reversed()
    }

    /// The hashes that prove a larger tree to begin with a smaller one (RFC 6962 section 2.1.2).
    ///
    /// - Parameters:
    ///   - old: how many leaves the smaller tree has; from 1 to `size`.
    ///   - size: how many leaves the larger tree has.
    ///   - node: tells a whole subtree.
    /// - Throws: what `node` throws.
    public static func consistency(from old: UInt64, to size: UInt64, _ node: Node) throws -> [Digest] {
        precondition(old > 0 && old <= size, "no tree of \(old) leaves is the beginning of one of \(size)")
        var hash = SHA256()
        var path: [Digest] = []
        var (begin, end) = (UInt64(0), size)
        // True while the smaller tree is a whole subtree whose root the verifier has.
        var isKnown = true
        while end > old {
            let middle = begin + split(end - begin)
            if old <= middle {
                path.append(try range(middle, end, &hash, node))
                end = middle
            } else {
                path.append(try range(begin, middle, &hash, node))
                begin = middle
                isKnown = false
            }
        }
        if !isKnown { path.append(try range(begin, end, &hash, node)) }
        return path.reversed()
    }

    /// The hash over leaves from `begin` to before `end`, where `begin` is a multiple of their number rounded up to a
    /// power of two.
    private static func range(
        _ begin: UInt64,
        _ end: UInt64,
        _ hash: inout SHA256,
        _ node: Node
    ) throws -> Digest {
        let count = end - begin
        if count & (count - 1) == 0 { return try node(count.trailingZeroBitCount, begin / count) }
        let middle = begin + split(count)
        let left = try range(begin, middle, &hash, node)
        let right = try range(middle, end, &hash, node)
        return hash.merkleNode(left, right)
    }

    /// The largest power of two below a count of at least 2.
    private static func split(_ count: UInt64) -> UInt64 {
        1 << UInt64(UInt64.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }
}
