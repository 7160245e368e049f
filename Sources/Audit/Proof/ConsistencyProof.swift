import EventLog
import Sealing

/// Shows that a tree begins with what an older checkpoint had, as C2SP tlog-witness takes it.
///
/// ```
/// old SIZE
/// BASE64(hash)…
///
/// checkpoint
/// ```
public struct ConsistencyProof: Sendable, Equatable {
    /// The size of the older tree.
    public var old: UInt64
    /// The last event that the older tree took in; not part of the proof.
    public var madeAt: Position
    /// The hashes.
    public var path: [Digest]
    /// The newer tree's signed head.
    public var checkpoint: SignedNote

    /// Makes a proof.
    public init(old: UInt64, madeAt: Position, path: [Digest], checkpoint: SignedNote) {
        self.old = old
        self.madeAt = madeAt
        self.path = path
        self.checkpoint = checkpoint
    }

    /// The proof as it is written.
    public var written: String {
        (["old \(old)"] + path.map { Base64.text($0.bytes) }).joined(separator: "\n") + "\n\n" + checkpoint.written
    }

    /// True when the checkpoint is signed by one of the keys and its tree begins with the older head's.
    public func isValid(since head: TreeHead, by keys: [NoteVerifier]) throws -> Bool {
        let new = try TreeHead(reading: checkpoint.text)
        guard head.size == old, head.origin == new.origin else { return false }
        return checkpoint.isSigned(by: keys)
            && MerkleProof.isConsistent(old: (old, head.root), new: (new.size, new.root), path: path)
    }
}
