import Sealing

/// A tree that grows leaf by leaf and keeps only the roots of its whole subtrees: as many as the size has one bits.
public struct MerkleFrontier: Sendable, Equatable {
    /// How many leaves.
    public private(set) var size: UInt64 = 0
    /// The subtrees, the largest and leftmost first.
    private var roots: [Digest] = []

    /// A tree without leaves.
    public init() {}

    /// A tree that is known by its whole subtrees alone, the largest and leftmost first.
    public init(size: UInt64, roots: [Digest]) {
        precondition(
            roots.count == size.nonzeroBitCount,
            "a tree of \(size) leaves has not \(roots.count) whole subtrees"
        )
        self.size = size
        self.roots = roots
    }

    /// Takes the next leaf's hash.
    public mutating func add(_ leaf: Digest, _ hash: inout SHA256) {
        var node = leaf
        var rest = size
        while rest & 1 == 1, let left = roots.popLast() {
            node = hash.merkleNode(left, node)
            rest >>= 1
        }
        roots.append(node)
        size += 1
    }

    /// The root over all leaves so far.
    public func root(_ hash: inout SHA256) -> Digest {
        guard var node = roots.last else { return hash.finish() }
        for left in roots.dropLast().reversed() { node = hash.merkleNode(left, node) }
        return node
    }
}
