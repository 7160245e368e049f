import EventLog
import Events
import Foundation
import Identifiers
import School
import Sealing
import SwiftProtobuf

/// The heads of all trees but the owner's, in order: what `HeadsRecorded` puts into the owner's tree.
///
/// So that a witness of that one tree has seen them all, and no base can be dropped or forked unseen (log.md section 7).
public struct TreeHeads: Sendable, Equatable {
    /// One tree's head.
    public struct Head: Sendable, Equatable {
        /// The base.
        public var base: BaseID
        /// How many leaves.
        public var size: UInt64
        /// The root over them.
        public var root: Digest

        /// The 56 bytes that are hashed as a leaf.
        public var bytes: [UInt8] {
            withUnsafeBytes(of: (base.high.bigEndian, base.low.bigEndian, size.bigEndian)) { [UInt8]($0) } + root.bytes
        }
    }

    /// The epoch.
    public var epoch: UInt32
    /// The last position that they take in.
    public var through: Position
    /// In the order of the bases.
    public var heads: [Head]

    /// The RFC 6962 root over the heads.
    public var root: Digest {
        var hash = SHA256()
        let leaves = heads.map { head in head.bytes.withUnsafeBytes { hash.merkleLeaf($0) } }
        return hash.merkleRoot(of: leaves)
    }

    /// Makes heads of what is known.
    public init(epoch: UInt32, through: Position, heads: [Head]) {
        (self.epoch, self.through, self.heads) = (epoch, through, heads)
    }

    /// Reads the heads from trees that have been brought up to a position.
    public init(of trees: TreeStore, epoch: UInt32, owner: BaseID, through: Position) throws {
        self.epoch = epoch
        self.through = through
        heads = try trees.all().filter { $0.tree.epoch == epoch && $0.tree.base != owner }.map { tree, size in
            Head(base: tree.base, size: size, root: try trees.root(of: tree, size: size))
        }
    }

    /// The event that writes them down.
    public func event(owner: BaseID) throws -> NewEvent {
        var open = Syncd_Events_HeadsRecorded()
        open.through = through.rawValue
        open.epoch = epoch
        open.trees = UInt32(heads.count)
        open.root = Data(root.bytes)
        return NewEvent(
            type: EventType.headsRecorded.number,
            base: owner,
            stream: StreamID(owner),
            open: try open.serializedBytes()
        )
    }
}
