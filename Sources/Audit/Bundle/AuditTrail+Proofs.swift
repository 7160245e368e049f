import EventLog
import Events
import Identifiers
import School
import Sealing
import SwiftProtobuf

/// Proofs of many events at once.
extension AuditTrail {
    /// Proves events under one checkpoint of the owner's tree: those of schools through the recorded heads.
    ///
    /// `headsEvent` must have been appended, and the trees brought up to the log's end.
    ///
    /// - Parameter parts: for each position, which of its sealed parts are shown.
    /// - Throws: `nothingThere` for a position that the log has not, or when no heads were recorded;
    ///   `inconsistent` when the heads have moved on since: record them again.
    public func proofs(of parts: [Position: [Int]], at now: Timestamp) throws -> ProofSet {
        let recorded = try lastHeads()
        let heads = try heads()
        guard heads.root.bytes == recorded.root else {
            throw AuditError(.inconsistent, "something was appended since the heads were recorded: record them again")
        }
        let owner = tree(of: nil)
        let note = try checkpoint(of: owner, at: now)
        var sizes: [TreeID: TreeHead] = [owner: try TreeHead(reading: note.text)]
        let events = try parts.keys.sorted().map { position in
            try proof(of: position, showing: parts[position] ?? [], &sizes)
        }
        let trees = try sizes.sorted { $0.key < $1.key }.map { tree, head in
            TreeProof(tree: tree, head: head, ground: try ground(of: tree, head, heads, at: now))
        }
        return ProofSet(
            checkpoint: note,
            keys: try verifiers(of: owner),
            heads: try proof(of: recorded.position, showing: [], &sizes),
            headCount: UInt64(heads.heads.count),
            trees: trees,
            events: events
        )
    }

    /// Signs a text about this log with the keys that sign its checkpoints.
    ///
    /// - Parameter text: lines, of which the second is no number: no checkpoint has such a one.
    public func sign(_ text: String, at now: Timestamp) throws -> SignedNote {
        let name = TreeHead.origin(of: tree(of: nil), log: log.logID)
        let keys = try AuditKey.signing(AuditKey.all(in: log), at: now)
        return SignedNote(signing: text, with: keys.map { NamedSigningKey(name: name, key: $0) })
    }

    private func lastHeads() throws -> (position: Position, root: [UInt8]) {
        var found: (Position, [UInt8])?
        try log.read(LogQuery(type: EventType.headsRecorded.number, direction: .backward)) { event in
            found = (event.position, [UInt8](try Syncd_Events_HeadsRecorded(serializedBytes: event.open).root))
            return false
        }
        guard let found else { throw AuditError(.nothingThere, "no heads have been recorded yet") }
        return found
    }

    private func proof(
        of position: Position,
        showing shown: [Int],
        _ heads: inout [TreeID: TreeHead]
    ) throws -> EventProof {
        guard let record = try log.closedRecord(at: position) else {
            throw AuditError(.nothingThere, "there is no event \(position): the log ends at \(log.durableEnd)")
        }
        let (tree, index) = (record.tree, record.treeIndex)
        let head = try heads[tree] ?? head(of: tree)
        heads[tree] = head
        return EventProof(
            position: position,
            tree: tree,
            index: index,
            leaf: record.leaf,
            open: record.open,
            path: try trees.inclusion(of: index, in: tree, size: head.size),
            partCount: record.parts.count,
            parts: try Set(shown).sorted().map {
                EventProof.Part(index: $0, record: record.parts[$0], path: try record.path(ofPart: $0))
            }
        )
    }

    private func ground(
        of tree: TreeID,
        _ head: TreeHead,
        _ heads: TreeHeads,
        at now: Timestamp
    ) throws -> TreeProof.Ground {
        if tree == self.tree(of: nil) { return .checkpoint }
        guard let index = heads.heads.firstIndex(where: { $0.base == tree.base }), tree.epoch == heads.epoch,
            heads.heads[index].size == head.size
        else { return .signed(try checkpoint(of: tree, at: now)) }
        var hash = SHA256()
        let leaves = heads.heads.map { head in head.bytes.withUnsafeBytes { hash.merkleLeaf($0) } }
        let path = try MerkleTree.inclusion(of: UInt64(index), size: UInt64(leaves.count)) { level, index in
            let first = Int(index) << level
            return hash.merkleRoot(of: Array(leaves[first..<first + (1 << level)]))
        }
        return .recorded(index: UInt64(index), path: path)
    }
}
