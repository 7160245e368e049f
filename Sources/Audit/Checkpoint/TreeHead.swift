import EventLog
import Identifiers
import Sealing

/// A tree's size and root: what a checkpoint says, in the form of C2SP tlog-checkpoint.
public struct TreeHead: Sendable, Equatable {
    /// Names the tree for everybody.
    public var origin: String
    /// How many leaves.
    public var size: UInt64
    /// The root over them.
    public var root: Digest

    /// Makes a head.
    public init(origin: String, size: UInt64, root: Digest) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The text that is signed: three lines.
    public var text: String { "\(origin)\n\(size)\n\(Base64.text(root.bytes))\n" }

    /// Reads the text of a checkpoint; lines after the third say nothing to us.
    ///
    /// - Throws: `malformed`.
    public init(reading text: String) throws(AuditError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, !lines[0].isEmpty, let size = UInt64(lines[1]), String(size) == lines[1],
            let bytes = Base64.bytes(lines[2]), let root = Digest(bytes: bytes)
        else { throw AuditError(.malformed, "this is no checkpoint: it must begin with origin, size and root") }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    /// The origin of a tree: `syncd-audit/LOG/BASE/EPOCH`, also the name of the key that signs its checkpoints.
    public static func origin(of tree: TreeID, log: LogID) -> String {
        "syncd-audit/\(log.hex)/\(tree.base.hex)/\(tree.epoch)"
    }
}
