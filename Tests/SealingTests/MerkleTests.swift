import Sealing
import Testing

@Suite("Hashes of RFC 6962")
struct MerkleTests {
    static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ]

    @Test(
        "the root over the first leaves is the published one",
        arguments: [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ]
    )
    func publishedRoots(count: Int, root: String) {
        var hash = SHA256()
        let hashes = Self.leaves.prefix(count).map { leaf in hex(leaf).withUnsafeBytes { hash.merkleLeaf($0) } }
        #expect(hash.merkleRoot(of: hashes).description == root)
    }

    /// The RFC's definition, word for word, as the judge of the level-by-level reduction.
    static func definition(_ hashes: ArraySlice<Digest>, _ hash: inout SHA256) -> Digest {
        guard hashes.count > 1 else { return hashes.first ?? hash.finish() }
        var split = 1
        while split * 2 < hashes.count { split *= 2 }
        let left = definition(hashes.prefix(split), &hash)
        let right = definition(hashes.dropFirst(split), &hash)
        return hash.merkleNode(left, right)
    }

    @Test("the root equals the RFC's recursive definition for every number of leaves to 130")
    func equalsDefinition() {
        var hash = SHA256()
        var leaves: [Digest] = []
        for count in 0...130 {
            #expect(hash.merkleRoot(of: leaves) == Self.definition(leaves[...], &hash))
            leaves.append(hash.digest(of: [UInt8(count)]))
        }
    }

    @Test("a leaf in two pieces hashes as one")
    func leafInTwoPieces() {
        var hash = SHA256()
        let bytes = hex("5051525354555657")
        bytes.withUnsafeBytes { whole in
            let halves = hash.merkleLeaf(
                UnsafeRawBufferPointer(rebasing: whole[..<3]),
                UnsafeRawBufferPointer(rebasing: whole[3...])
            )
            #expect(halves == hash.merkleLeaf(whole))
            #expect(halves == hash.digest(of: [0] + bytes))
        }
    }
}
