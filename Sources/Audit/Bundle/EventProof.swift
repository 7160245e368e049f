import EventLog
import Sealing

/// One event with all that shows it to be in its base's tree, and some of its sealed parts, each with its path: the others
/// stay closed, and not even their keys' ids are told.
public struct EventProof: Sendable, Equatable {
    /// A sealed part that is shown.
    public struct Part: Sendable, Equatable {
        /// Which of the event's parts, from 0.
        public var index: Int
        /// Its row and ciphertext.
        public var record: ClosedRecord.Part
        /// The path from the part to the root in the leaf, sibling first.
        public var path: [Digest]
    }

    /// Where the event stands in the log.
    public var position: Position
    /// The tree that has it.
    public var tree: TreeID
    /// Which leaf of that tree, from 0.
    public var index: UInt64
    /// The leaf's 208 bytes.
    public var leaf: [UInt8]
    /// The open part, of which the leaf has the digest.
    public var open: [UInt8]
    /// The path from the leaf to the tree's root, sibling first.
    public var path: [Digest]
    /// How many sealed parts the event has.
    public var partCount: Int
    /// Those that are shown.
    public var parts: [Part]
}

/// The head of a tree that events are shown to be in, and what it rests on.
public struct TreeProof: Sendable, Equatable {
    /// What a head rests on.
    public enum Ground: Sendable, Equatable {
        /// It is that of the signed checkpoint.
        case checkpoint
        /// It is one of the heads that the recorded event takes in.
        case recorded(index: UInt64, path: [Digest])
        /// It is signed on its own: the tree is of an epoch that has ended.
        case signed(SignedNote)
    }

    /// The tree.
    public var tree: TreeID
    /// Its name, size and root.
    public var head: TreeHead
    /// What it rests on.
    public var ground: Ground
}

/// Proofs of several events that rest on one signed checkpoint.
public struct ProofSet: Sendable, Equatable {
    /// The signed head of the owner's tree.
    public var checkpoint: SignedNote
    /// The keys that check it.
    public var keys: [NoteVerifier]
    /// The event that recorded the heads of all other trees, which the checkpoint's tree has.
    public var heads: EventProof
    /// How many trees it recorded.
    public var headCount: UInt64
    /// The trees of the events.
    public var trees: [TreeProof]
    /// The events, in order.
    public var events: [EventProof]
}
