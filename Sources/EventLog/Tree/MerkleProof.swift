import Sealing

/// What a verifier computes from a proof; it needs no tree (RFC 9162 sections 2.1.3.2 and 2.1.4.2).
public enum MerkleProof {
    /// True when a path leads from a leaf to a root.
    ///
    /// - Parameters:
    ///   - leaf: the leaf's hash.
    ///   - index: which leaf, from 0.
    ///   - size: how many leaves the tree has.
    ///   - path: sibling first.
    ///   - root: the tree's root.
    public static func includes(
        leaf: Digest,
        at index: UInt64,
        size: UInt64,
        path: [Digest],
        root: Digest
    ) -> Bool {
        guard index < size else { return false }
        var hash = SHA256()
        var (place, last, computed) = (index, size - 1, leaf)
        for sibling in path {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                computed = hash.merkleNode(sibling, computed)
                while place & 1 == 0 && place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                computed = hash.merkleNode(computed, sibling)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && computed == root
    }

    /// True when hashes show that a larger tree begins with a smaller one.
    ///
    /// - Parameters:
    ///   - old: size and root of the smaller tree.
    ///   - new: size and root of the larger tree.
    ///   - path: as `MerkleTree.consistency` gives it.
    public static func isConsistent(
        old: (size: UInt64, root: Digest),
        new: (size: UInt64, root: Digest),
        path: [Digest]
    ) -> Bool {
        guard old.size > 0, old.size <= new.size else { return false }
        if old.size == new.size { return path.isEmpty && old.root == new.root }
        var hash = SHA256()
        var rest = path[...]
        // A smaller tree of a power of two leaves is itself where the path begins.
        let first = old.size & (old.size - 1) == 0 ? old.root : rest.popFirst()
        guard let first else { return false }
        var (place, last) = (old.size - 1, new.size - 1)
        while place & 1 == 1 {
            place >>= 1
            last >>= 1
        }
        var (smaller, larger) = (first, first)
        for sibling in rest {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                smaller = hash.merkleNode(sibling, smaller)
                larger = hash.merkleNode(sibling, larger)
                while place & 1 == 0 && place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                larger = hash.merkleNode(larger, sibling)
            }
            place >>= 1
            last >>= 1
        }
        return last == 0 && smaller == old.root && larger == new.root
    }
}
