import EventLog
import Sealing
import Testing

@Suite("Trees of RFC 6962, their proofs and how they are checked")
struct MerkleTreeTests {
    /// The definitions of the RFC, word for word, over all leaf hashes: the judge.
    struct Definition {
        static func root(_ leaves: ArraySlice<Digest>, _ hash: inout SHA256) -> Digest {
            guard leaves.count > 1 else { return leaves.first ?? hash.finish() }
            let split = split(leaves.count)
            let left = root(leaves.prefix(split), &hash)
            let right = root(leaves.dropFirst(split), &hash)
            return hash.merkleNode(left, right)
        }

        static func path(_ index: Int, _ leaves: ArraySlice<Digest>, _ hash: inout SHA256) -> [Digest] {
            guard leaves.count > 1 else { return [] }
            let split = split(leaves.count)
            let (left, right) = (leaves.prefix(split), leaves.dropFirst(split))
            return index < split
                ? path(index, left, &hash) + [root(right, &hash)]
                : path(index - split, right, &hash) + [root(left, &hash)]
        }

        static func proof(_ old: Int, _ leaves: ArraySlice<Digest>, _ isKnown: Bool, _ hash: inout SHA256) -> [Digest] {
            if old == leaves.count { return isKnown ? [] : [root(leaves, &hash)] }
            let split = split(leaves.count)
            let (left, right) = (leaves.prefix(split), leaves.dropFirst(split))
            return old <= split
                ? proof(old, left, isKnown, &hash) + [root(right, &hash)]
                : proof(old - split, right, false, &hash) + [root(left, &hash)]
        }

        private static func split(_ count: Int) -> Int {
            var split = 1
            while split * 2 < count { split *= 2 }
            return split
        }
    }

    static let sizeMax = 70
    private let leaves: [Digest]

    init() {
        var hash = SHA256()
        leaves = (0..<Self.sizeMax).map { hash.digest(of: [UInt8($0)]) }
    }

    private func node(_ level: Int, _ index: UInt64) -> Digest {
        var hash = SHA256()
        let count = 1 << level
        return hash.merkleRoot(of: Array(leaves[Int(index) * count..<(Int(index) + 1) * count]))
    }

    @Test("roots, paths and consistency proofs are the RFC's for every size to 70")
    func equalsDefinition() throws {
        var hash = SHA256()
        var frontier = MerkleFrontier()
        #expect(frontier.root(&hash) == Definition.root([], &hash))
        for size in 1...Self.sizeMax {
            let some = leaves[..<size]
            frontier.add(leaves[size - 1], &hash)
            let root = Definition.root(some, &hash)
            #expect(try MerkleTree.root(size: UInt64(size), node) == root)
            #expect(frontier.size == UInt64(size) && frontier.root(&hash) == root)
            for index in 0..<size {
                #expect(
                    try MerkleTree.inclusion(of: UInt64(index), size: UInt64(size), node)
                        == Definition.path(index, some, &hash)
                )
            }
            for old in 1...size {
                #expect(
                    try MerkleTree.consistency(from: UInt64(old), to: UInt64(size), node)
                        == Definition.proof(old, some, true, &hash)
                )
            }
        }
    }

    @Test(
        "each proof is accepted, and none with another leaf, place, size, root, or hashes changed, swapped or missing"
    )
    func checking() throws {
        var hash = SHA256()
        let stranger = hash.digest(of: [0xFF, 0xFF])
        for size in UInt64(1)...33 {
            let root = try MerkleTree.root(size: size, node)
            for index in 0..<size {
                let path = try MerkleTree.inclusion(of: index, size: size, node)
                func isAccepted(
                    _ leaf: Digest? = nil,
                    _ place: UInt64? = nil,
                    _ count: UInt64? = nil,
                    _ other: [Digest]? = nil,
                    _ top: Digest? = nil
                ) -> Bool {
                    MerkleProof.includes(
                        leaf: leaf ?? leaves[Int(index)],
                        at: place ?? index,
                        size: count ?? size,
                        path: other ?? path,
                        root: top ?? root
                    )
                }
                #expect(isAccepted())
                #expect(!isAccepted(stranger))
                #expect(!isAccepted(nil, nil, nil, nil, stranger))
                #expect(!isAccepted(nil, size))
                #expect(!isAccepted(nil, nil, nil, path + [stranger]))
                for other in 0..<size where other != index { #expect(!isAccepted(nil, other)) }
                for step in path.indices {
                    var changed = path
                    changed[step] = stranger
                    #expect(!isAccepted(nil, nil, nil, changed))
                    changed = path
                    changed.remove(at: step)
                    #expect(!isAccepted(nil, nil, nil, changed))
                }
            }
        }
    }

    @Test("a tree that was changed or cut is not taken for one that has grown")
    func growth() throws {
        var hash = SHA256()
        let stranger = hash.digest(of: [0xFF, 0xFF])
        for size in UInt64(1)...33 {
            let new = (size, try MerkleTree.root(size: size, node))
            for old in 1...size {
                let path = try MerkleTree.consistency(from: old, to: size, node)
                let before = (old, try MerkleTree.root(size: old, node))
                #expect(MerkleProof.isConsistent(old: before, new: new, path: path))
                #expect(!MerkleProof.isConsistent(old: (old, stranger), new: new, path: path))
                #expect(!MerkleProof.isConsistent(old: before, new: (size, stranger), path: path))
                #expect(!MerkleProof.isConsistent(old: (old + 1, before.1), new: new, path: path))
                #expect(!MerkleProof.isConsistent(old: before, new: new, path: path + [stranger]))
                for step in path.indices {
                    var changed = path
                    changed[step] = stranger
                    #expect(!MerkleProof.isConsistent(old: before, new: new, path: changed))
                    changed = path
                    changed.remove(at: step)
                    #expect(!MerkleProof.isConsistent(old: before, new: new, path: changed))
                }
            }
        }
        #expect(!MerkleProof.isConsistent(old: (0, stranger), new: (1, leaves[0]), path: []))
    }
}
