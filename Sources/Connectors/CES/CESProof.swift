import Sealing

/// What shows a recipient that nothing was left out between two positions, and nothing changed since: every event of the
/// school in between as a leaf of its tree, those whose data went whole, the others as hashes alone.
///
/// `schemas/exchange/ces.md` section 5 says how it is checked.
public struct CESProof: Codable, Equatable, Sendable {
    /// A leaf that is told whole.
    public struct Leaf: Codable, Equatable, Sendable {
        /// Which leaf of the tree, from 0.
        public var index: UInt64
        /// Its 208 bytes in Base64.
        public var leaf: String
    }

    /// How many leaves the tree had at `fromPosition`.
    public var fromSize: UInt64
    /// How many it had at `toPosition`.
    public var toSize: UInt64
    /// The whole subtrees of the tree at `fromPosition`, in Base64, the largest first.
    public var frontier: [String]
    /// The hashes that show the later tree to begin with the earlier one.
    public var consistency: [String]
    /// The hashes of the leaves in between, 32 bytes each, together in Base64; nil when there are too many.
    public var leafHashes: String?
    /// Leaves of events whose data is in the file.
    public var leaves: [Leaf]

    /// Makes a proof.
    public init(
        sizes: (from: UInt64, to: UInt64),
        frontier: [Digest],
        consistency: [Digest],
        hashes: [Digest]?,
        leaves: [(index: UInt64, leaf: [UInt8])]
    ) {
        (fromSize, toSize) = sizes
        self.frontier = frontier.map { Base64.text($0.bytes) }
        self.consistency = consistency.map { Base64.text($0.bytes) }
        leafHashes = hashes.map { Base64.text($0.flatMap(\.bytes)) }
        self.leaves = leaves.map { Leaf(index: $0.index, leaf: Base64.text($0.leaf)) }
    }
}
