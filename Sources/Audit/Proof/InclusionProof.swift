import EventLog
import Sealing

/// One event's place in its base's tree, with all that a stranger needs to check it: C2SP tlog-proof.
///
/// ```
/// c2sp.org/tlog-proof@v1
/// extra BASE64(the leaf's 208 bytes)
/// index I
/// BASE64(hash)…
///
/// checkpoint
/// ```
public struct InclusionProof: Sendable, Equatable {
    static let firstLine = "c2sp.org/tlog-proof@v1"

    /// The leaf: no personal data in it.
    public var leaf: [UInt8]
    /// Which leaf of its tree, from 0.
    public var index: UInt64
    /// Sibling first.
    public var path: [Digest]
    /// The tree's signed head.
    public var checkpoint: SignedNote

    /// Makes a proof.
    public init(leaf: [UInt8], index: UInt64, path: [Digest], checkpoint: SignedNote) {
        self.leaf = leaf
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
    }

    /// The proof as it is written.
    public var written: String {
        ([Self.firstLine, "extra \(Base64.text(leaf))", "index \(index)"] + path.map { Base64.text($0.bytes) })
            .joined(separator: "\n") + "\n\n" + checkpoint.written
    }

    /// True when the path leads to the checkpoint's root and one of the keys signed it.
    public func isValid(by keys: [NoteVerifier]) throws -> Bool {
        var hash = SHA256()
        let head = try TreeHead(reading: checkpoint.text)
        let leafHash = leaf.withUnsafeBytes { hash.merkleLeaf($0) }
        return checkpoint.isSigned(by: keys)
            && MerkleProof.includes(leaf: leafHash, at: index, size: head.size, path: path, root: head.root)
    }
}
