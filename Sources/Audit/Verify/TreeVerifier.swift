import EventLog
import Events
import Identifiers
import School
import Sealing
import SwiftProtobuf

/// Checks one school's events, or those since a checkpoint, in the time that these take: for a look in between.
///
/// What comes before is taken as the trees have it; `LogVerifier` reads everything.
public struct TreeVerifier {
    private let log: EventLog
    private let trees: TreeStore
    private let destroyed: Set<KeyID>
    /// What was found so far.
    public private(set) var report = VerifyReport()

    init(_ log: EventLog, trees: TreeStore) throws {
        self.log = log
        self.trees = trees
        var report = VerifyReport()
        destroyed = try LogVerifier.receipts(in: log, through: log.durableEnd, &report)
    }

    /// Reads a tree's events from a leaf on, and computes its root again.
    ///
    /// - Parameters:
    ///   - tree: the tree; it must have been brought up to the log's end.
    ///   - size: how many leaves are taken as they are.
    ///   - root: what their root must be; nil for what the trees say.
    ///   - progress: told the position reached, now and then.
    public mutating func verify(
        _ tree: TreeID,
        from size: UInt64 = 0,
        root: Digest? = nil,
        _ progress: (Position) -> Void = { _ in }
    ) throws {
        do {
            try walk(tree, size, root, progress)
        } catch let error as EventLogError {
            report.add(.unreadable, report.through.next, "after event \(report.through): \(error.message)")
        }
        report.trees += 1
    }

    private mutating func walk(
        _ tree: TreeID,
        _ size: UInt64,
        _ root: Digest?,
        _ progress: (Position) -> Void
    ) throws {
        var hash = SHA256()
        var frontier = MerkleFrontier(size: size, roots: try trees.peaks(of: tree, size: size))
        if let root, frontier.root(&hash) != root {
            report.add(
                .changed,
                nil,
                "the first \(size) events of base \(tree.base.hex) are not those that were recorded: the log was changed"
            )
        }
        let start = size == 0 ? Position(1) : try trees.position(of: size - 1, in: tree).next
        try log.read(LogQuery(from: start, base: tree.base, opensParts: true)) { event in
            guard event.epoch == tree.epoch else { return true }
            guard let record = try log.closedRecord(at: event.position) else { return true }
            check(event, record, &frontier, &hash)
            if report.events % 10_000 == 0 { progress(event.position) }
            return true
        }
        if try trees.root(of: tree, size: frontier.size) != frontier.root(&hash) {
            report.add(
                .changed,
                nil,
                "the tree of base \(tree.base.hex) is not that of its events: run `syncd audit verify` without --quick"
            )
        }
    }

    private mutating func check(
        _ event: RecordedEvent,
        _ record: ClosedRecord,
        _ frontier: inout MerkleFrontier,
        _ hash: inout SHA256
    ) {
        let position = event.position
        let whole = record.leaf.withUnsafeBytes { LeafDigests($0) }
        if hash.digest(of: record.open).bytes != whole.open {
            report.add(.changed, position, "event \(position): its open part was changed")
        }
        if hash.merkleRoot(of: record.parts.map(\.leafHash)).bytes != whole.parts {
            report.add(.changed, position, "event \(position): a sealed part was changed")
        }
        if record.treeIndex != frontier.size {
            report.add(.changed, position, "event \(position): it is not the next of its base's tree")
        }
        let keyless = event.parts.filter { $0.subject == nil }
        let missing = keyless.count { !destroyed.contains($0.keyID) }
        if missing > 0 {
            report.add(.keyMissing, position, "event \(position): \(missing) of its parts have no key any more")
        }
        report.erased += keyless.count - missing
        report.events += 1
        report.parts += record.parts.count
        report.through = max(report.through, position)
        frontier.add(record.leaf.withUnsafeBytes { hash.merkleLeaf($0) }, &hash)
    }
}

/// The two digests at a leaf's end.
private struct LeafDigests {
    var open: [UInt8]
    var parts: [UInt8]

    init(_ leaf: UnsafeRawBufferPointer) {
        open = [UInt8](leaf[144..<176])
        parts = [UInt8](leaf[176..<208])
    }
}

extension AuditTrail {
    /// Checks one school's tree from its first leaf to its last.
    ///
    /// The trees must have been brought up to the log's end.
    public func verify(_ tree: TreeID, _ progress: (Position) -> Void = { _ in }) throws -> VerifyReport {
        var verifier = try TreeVerifier(log, trees: trees)
        try verifier.verify(tree, progress)
        return verifier.report
    }

    /// Checks what came after a checkpoint: of one school's tree, or under the owner's tree of all.
    ///
    /// - Throws: as `check`: a checkpoint that the log has not gone through.
    public func verify(since note: SignedNote, _ progress: (Position) -> Void = { _ in }) throws -> VerifyReport {
        let (tree, head, madeAt) = try check(note)
        var verifier = try TreeVerifier(log, trees: trees)
        try verifier.verify(tree, from: head.size, root: head.root, progress)
        guard tree.base == log.owner else { return verifier.report }
        for head in try heads(before: madeAt, tree.epoch) {
            let tree = TreeID(epoch: tree.epoch, base: head.base)
            try verifier.verify(tree, from: head.size, root: head.root, progress)
        }
        return verifier.report
    }

    /// The heads of all other trees as they were recorded last, up to a position, and of those that began later.
    private func heads(before position: Position, _ epoch: UInt32) throws -> [TreeHeads.Head] {
        var recorded: (through: Position, root: [UInt8])?
        let query = LogQuery(through: position, type: EventType.headsRecorded.number, direction: .backward)
        try log.read(query) { event in
            let open = try Syncd_Events_HeadsRecorded(serializedBytes: event.open)
            if open.epoch == epoch { recorded = (Position(open.through), [UInt8](open.root)) }
            return recorded == nil
        }
        let through = recorded?.through ?? .origin
        let others = try trees.all().filter { $0.tree.epoch == epoch && $0.tree.base != log.owner }
        let heads = try others.map { tree, _ in
            let size = try trees.size(of: tree, through: through)
            return TreeHeads.Head(base: tree.base, size: size, root: try trees.root(of: tree, size: size))
        }
        let then = TreeHeads(epoch: epoch, through: through, heads: heads.filter { $0.size > 0 })
        if let recorded, then.root.bytes != recorded.root {
            throw AuditError(
                .inconsistent,
                "the events before the checkpoint are not those whose heads it took in: the log was changed"
            )
        }
        return heads
    }
}
