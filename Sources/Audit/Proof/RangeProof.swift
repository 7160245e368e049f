import EventLog
import Identifiers
import Sealing

/// Everything that happened at a base between two positions, as far as it may be told: some leaves whole, the others as
/// hashes, and what leads from the tree before to the tree after (rulings 5).
public struct RangeProof: Sendable, Equatable {
    /// The signed head before; nil when the tree had no leaves.
    public var before: SignedNote?
    /// The signed head after.
    public var after: SignedNote
    /// How many leaves the tree had before.
    public var fromSize: UInt64
    /// How many it had after.
    public var toSize: UInt64
    /// The whole subtrees of the tree before, the largest first: their leaves need not be known to go on from there.
    public var frontier: [Digest]
    /// The hashes that show the one to begin with the other; none when the tree had no leaves.
    public var consistency: [Digest]
    /// The hashes of the leaves in between; nil when there are more than `leavesMax`.
    public var hashes: [Digest]?
    /// Leaves that are told whole, each with its index in the tree.
    public var leaves: [(index: UInt64, leaf: [UInt8])]

    /// Leaves in between that are told at most: two megabytes of hashes.
    public static let leavesMax: UInt64 = 50_000
    /// Leaves that are told whole at most.
    public static let wholeMax = 5_000

    /// Equal when all is.
    public static func == (left: Self, right: Self) -> Bool {
        left.before == right.before && left.after == right.after && left.fromSize == right.fromSize
            && left.toSize == right.toSize && left.frontier == right.frontier && left.consistency == right.consistency
            && left.hashes == right.hashes && left.leaves.elementsEqual(right.leaves, by: ==)
    }
}

extension AuditTrail {
    /// Shows what happened at a base in a range of the log.
    ///
    /// The same log, range and time give the same proof, however much has been appended since.
    ///
    /// - Parameters:
    ///   - epoch: the epoch of the tree.
    ///   - lower: the exclusive lower bound.
    ///   - upper: the inclusive upper bound; the trees must have been brought up to it.
    ///   - told: the positions whose leaves are told whole.
    ///   - time: decides which keys sign: those made by then.
    /// - Returns: nil when there was no key by then, or nothing had happened at the base.
    public func range(
        at base: BaseID,
        epoch: UInt32,
        after lower: Position,
        through upper: Position,
        telling told: Set<Position>,
        at time: Timestamp
    ) throws -> RangeProof? {
        let tree = TreeID(epoch: epoch, base: base)
        let keys = try AuditKey.all(in: log).filter { $0.made <= time }
        let sizes = (from: try trees.size(of: tree, through: lower), to: try trees.size(of: tree, through: upper))
        guard !keys.isEmpty, sizes.to > 0 else { return nil }
        let signing = try AuditKey.signing(keys, at: time)
        func head(_ size: UInt64) throws -> SignedNote {
            let origin = TreeHead.origin(of: tree, log: log.logID)
            let head = TreeHead(origin: origin, size: size, root: try trees.root(of: tree, size: size))
            return SignedNote(signing: head.text, with: signing.map { NamedSigningKey(name: origin, key: $0) })
        }
        var hashes: [Digest]? = sizes.to - sizes.from > RangeProof.leavesMax ? nil : []
        var leaves: [(index: UInt64, leaf: [UInt8])] = []
        if hashes != nil {
            try trees.forEachLeaf(of: tree, after: lower, through: upper) { leaf, hash in
                hashes?.append(hash)
                if told.contains(leaf.position), leaves.count < RangeProof.wholeMax {
                    leaves.append((leaf.treeIndex, leaf.copied))
                }
            }
        }
        return RangeProof(
            before: sizes.from == 0 ? nil : try head(sizes.from),
            after: try head(sizes.to),
            fromSize: sizes.from,
            toSize: sizes.to,
            frontier: try trees.peaks(of: tree, size: sizes.from),
            consistency: sizes.from == 0 ? [] : try trees.consistency(of: tree, from: sizes.from, to: sizes.to),
            hashes: hashes,
            leaves: leaves
        )
    }
}
