import EventLog
import Identifiers
import School
import Sealing

/// A store's trees, signed: what an auditor takes away, and checks the store against later.
public struct AuditTrail: Sendable {
    let log: EventLog
    let trees: TreeStore

    /// Opens the trees of a log; once in a process, since LMDB wants it so.
    public init(of log: EventLog) throws {
        self.log = log
        trees = try TreeStore(of: log)
    }

    /// The tree of a base; the owner's, in which all heads are, for nil.
    public func tree(of base: BaseID?) -> TreeID { TreeID(epoch: log.epoch, base: base ?? log.owner) }

    /// Brings the trees up to the log's end.
    ///
    /// - Parameter progress: told the position reached, now and then.
    public func catchUp(_ progress: (Position) -> Void = { _ in }) throws { try trees.catchUp(progress) }

    /// The event that writes down the heads of all trees, when anything has happened since the last one.
    ///
    /// The trees must have been brought up to the log's end.
    public func headsEvent() throws -> NewEvent? {
        let end = log.durableEnd
        var endsWithHeads = false
        try log.read(LogQuery(from: end, through: end)) { event in
            endsWithHeads = event.type == EventType.headsRecorded.number
            return false
        }
        return try endsWithHeads ? nil : heads().event(owner: log.owner)
    }

    /// The heads of all trees but the owner's, as they are.
    ///
    /// The trees must have been brought up to the log's end.
    public func heads() throws -> TreeHeads {
        try TreeHeads(of: trees, epoch: log.epoch, owner: log.owner, through: log.durableEnd)
    }

    /// The heads of all trees of an epoch, in the order of their bases: what `EpochBegan` carries of the one before.
    ///
    /// The trees must have been brought up to the log's end.
    public func heads(ofEpoch epoch: UInt32) throws -> [UInt8] {
        try trees.all().filter { $0.tree.epoch == epoch }.flatMap { tree, size in
            TreeHeads.Head(base: tree.base, size: size, root: try trees.root(of: tree, size: size)).bytes
        }
    }

    /// The head of a tree as it is.
    ///
    /// - Throws: `nothingThere` when the base has no events.
    public func head(of tree: TreeID) throws -> TreeHead {
        guard let size = try trees.all().first(where: { $0.tree == tree })?.size else {
            throw AuditError(.nothingThere, "this base has no events yet: there is nothing to sign")
        }
        return TreeHead(
            origin: TreeHead.origin(of: tree, log: log.logID),
            size: size,
            root: try trees.root(of: tree, size: size)
        )
    }

    /// Checks the whole log; see `LogVerifier`.
    public func verify(_ progress: (Position) -> Void = { _ in }) throws -> VerifyReport {
        try LogVerifier(log, trees: trees).verify(progress)
    }

    /// Signs the head of a tree with the store's keys.
    ///
    /// - Parameter now: decides whether the key before the newest signs, too.
    public func checkpoint(of tree: TreeID, at now: Timestamp) throws -> SignedNote {
        let head = try head(of: tree)
        let keys = try AuditKey.signing(AuditKey.all(in: log), at: now)
        return SignedNote(signing: head.text, with: keys.map { NamedSigningKey(name: head.origin, key: $0) })
    }

    /// The keys that check a tree's checkpoints, oldest first.
    public func verifiers(of tree: TreeID) throws -> [NoteVerifier] {
        let name = TreeHead.origin(of: tree, log: log.logID)
        return try AuditKey.all(in: log).map { NoteVerifier(name: name, key: $0.verifying) }
    }

    /// Proves an event to be in its base's tree.
    ///
    /// - Throws: `nothingThere` for a position that the log has not.
    public func proof(of position: Position, at now: Timestamp) throws -> InclusionProof {
        var found: (tree: TreeID, index: UInt64)?
        if position > .origin, position <= log.durableEnd {
            try log.read(LogQuery(from: position, through: position)) { event in
                found = (TreeID(epoch: event.epoch, base: event.base), event.treeIndex)
                return false
            }
        }
        guard let found, let leaf = try log.leaf(at: position) else {
            throw AuditError(.nothingThere, "there is no event \(position): the log ends at \(log.durableEnd)")
        }
        let checkpoint = try checkpoint(of: found.tree, at: now)
        let size = try TreeHead(reading: checkpoint.text).size
        return InclusionProof(
            leaf: leaf,
            index: found.index,
            path: try trees.inclusion(of: found.index, in: found.tree, size: size),
            checkpoint: checkpoint
        )
    }

    /// Finds the tree that a checkpoint is of and checks its signature and that the tree has gone through it.
    ///
    /// - Returns: the tree, its head then, and the position of the last event that the head takes in.
    /// - Throws: `anotherLog`, `signature`, `inconsistent`: then the log has been changed since, or put back.
    public func check(_ note: SignedNote) throws -> (tree: TreeID, head: TreeHead, madeAt: Position) {
        let head = try TreeHead(reading: note.text)
        guard
            let (tree, size) = try trees.all().first(where: {
                TreeHead.origin(of: $0.tree, log: log.logID) == head.origin
            })
        else {
            throw AuditError(.anotherLog, "the checkpoint is of \(head.origin), which is not in this store")
        }
        guard note.isSigned(by: try verifiers(of: tree)) else {
            throw AuditError(
                .signature,
                "the checkpoint is not signed by a key of this store: it was changed, or is another's"
            )
        }
        guard head.size <= size else {
            let message =
                "the checkpoint has \(head.size) events and this store \(size): it was restored to before it, or put back to "
                + "an older state, or events are gone"
            throw AuditError(.inconsistent, message)
        }
        guard head.size > 0, try trees.root(of: tree, size: head.size) == head.root else {
            let message =
                "the first \(head.size) events are not those that the checkpoint was signed over: the log was changed"
            throw AuditError(.inconsistent, message)
        }
        return (tree, head, try trees.position(of: head.size - 1, in: tree))
    }

    /// Proves that the tree of a checkpoint has only grown since.
    ///
    /// - Throws: as `check`.
    public func growth(since note: SignedNote, at now: Timestamp) throws -> ConsistencyProof {
        let (tree, old, madeAt) = try check(note)
        let checkpoint = try checkpoint(of: tree, at: now)
        let size = try TreeHead(reading: checkpoint.text).size
        return ConsistencyProof(
            old: old.size,
            madeAt: madeAt,
            path: try trees.consistency(of: tree, from: old.size, to: size),
            checkpoint: checkpoint
        )
    }
}
