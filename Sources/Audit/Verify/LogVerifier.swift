import EventLog
import Events
import Foundation
import Identifiers
import School
import Sealing
import SwiftProtobuf

/// Reads a whole log and computes everything again that was ever said of it: every leaf and part, the place of each event
/// in its stream and tree, the heads that were recorded on the way, the trees that proofs are made of.
public struct LogVerifier {
    private let log: EventLog
    private let trees: TreeStore
    /// Events after which progress is told.
    private static let stride = 100_000

    /// Makes a verifier of an open log.
    public init(_ log: EventLog, trees: TreeStore) {
        self.log = log
        self.trees = trees
    }

    /// Checks everything up to the log's end at the moment of asking.
    ///
    /// - Parameter progress: told the position reached, now and then.
    /// - Throws: nothing that damage causes: that is what the report is for.
    public func verify(_ progress: (Position) -> Void = { _ in }) throws -> VerifyReport {
        var report = VerifyReport()
        let end = log.durableEnd
        try log.applyAll()
        let destroyed = try Self.receipts(in: log, through: end, &report)
        var walk = Walk(owner: log.owner)
        // What finds blocks, commands and streams; it needs nothing of the walk.
        let finding = Aside { [log] in
            try log.checkIndexes()
            return try log.checkHeads()
        }
        defer { finding.wait() }
        do {
            try CheckedAhead(log, through: end, destroyed: destroyed).forEach { record in
                walk.take(record, &report)
                if report.events % Self.stride == 0 { progress(record.position) }
            }
            try checkHeads(end, walk, &report)
            try checkEpochs(end, walk, &report)
            for position in walk.beginnings where walk.treesBefore[position] == nil {
                report.add(.changed, position, "event \(position): an epoch begins that no restore has begun")
            }
        } catch let error as EventLogError {
            report.add(.unreadable, report.through.next, "after event \(report.through): \(error.message)")
            return report
        }
        if report.through != end { report.add(.unreadable, report.through.next, "the log ends before event \(end)") }
        try check(walk, finding, &report)
        return report
    }

    /// The keys of which receipts say that they were destroyed.
    static func receipts(in log: EventLog, through end: Position, _ report: inout VerifyReport) throws -> Set<KeyID> {
        var destroyed: Set<KeyID> = []
        try log.read(LogQuery(through: end, type: EventType.subjectErased.number)) { event in
            guard let keys = try? Syncd_Events_SubjectErased(serializedBytes: event.open).erased.keys else {
                return true
            }
            report.receipts += 1
            for start in Swift.stride(from: 0, to: keys.count, by: 16) {
                if let key = KeyID(bytes: keys.dropFirst(start).prefix(16)) { destroyed.insert(key) }
            }
            return true
        }
        return destroyed
    }

    /// The heads that were recorded, against the trees as they were at that position.
    private func checkHeads(_ end: Position, _ walk: borrowing Walk, _ report: inout VerifyReport) throws {
        try log.read(LogQuery(through: end, type: EventType.headsRecorded.number)) { event in
            guard let open = try? Syncd_Events_HeadsRecorded(serializedBytes: event.open) else {
                report.add(.unreadable, event.position, "event \(event.position): recorded heads cannot be read")
                return true
            }
            guard walk.rootOfHeads[event.position] == [UInt8](open.root) else {
                report.add(
                    .changed,
                    event.position,
                    "event \(event.position): the events before it are not those whose heads it recorded"
                )
                return true
            }
            report.heads += 1
            return true
        }
    }

    /// The trees that a restore found, against the trees as they were at that position.
    private func checkEpochs(_ end: Position, _ walk: borrowing Walk, _ report: inout VerifyReport) throws {
        try log.read(LogQuery(through: end, type: EventType.epochBegan.number)) { event in
            guard let open = try? Syncd_Events_EpochBegan(serializedBytes: event.open) else {
                report.add(
                    .unreadable,
                    event.position,
                    "event \(event.position): the beginning of an epoch cannot be read"
                )
                return true
            }
            let isRight =
                walk.treesBefore[event.position] == [UInt8](open.trees) && open.epoch == event.epoch
                && open.before < open.epoch && open.through < event.position.rawValue
            if !isRight {
                report.add(
                    .changed,
                    event.position,
                    "event \(event.position): the events before it are not those that the store was restored with"
                )
            }
            report.epochs += 1
            return true
        }
    }

    /// What proofs are made of, and what finds the last event of each stream.
    private func check(_ walk: borrowing Walk, _ finding: Aside<Int>, _ report: inout VerifyReport) throws {
        var hash = SHA256()
        report.trees = walk.trees.count
        do {
            try trees.catchUp()
            for (tree, frontier) in walk.trees.sorted(by: { $0.key < $1.key })
            where try trees.root(of: tree, size: frontier.size) != frontier.root(&hash) {
                report.add(
                    .changed,
                    nil,
                    "the tree of base \(tree.base.hex) is not that of its events: remove the store's folder trees, it is "
                        + "computed again; if this comes back, events were changed"
                )
            }
            report.streams = try finding.value()
            // Beside a writer the two count up to different events.
            if report.streams != walk.streams, log.durableEnd == report.through {
                report.add(
                    .changed,
                    nil,
                    "the log has \(walk.streams) streams and finds \(report.streams): restore the store from a backup"
                )
            }
        } catch let error as EventLogError {
            report.add(.unreadable, nil, error.message)
        }
    }
}

/// Everything that must hold from one event to the next.
private struct Walk: ~Copyable {
    private let owner: BaseID
    private var hash = SHA256()
    private(set) var trees: [TreeID: MerkleFrontier] = [:]
    /// The root over all heads but the owner's before an event that recorded them.
    private(set) var rootOfHeads: [Position: [UInt8]] = [:]
    private(set) var streams = 0
    /// The heads of the epoch before, where an epoch was begun.
    private(set) var treesBefore: [Position: [UInt8]] = [:]
    /// The first events of epochs.
    private(set) var beginnings: [Position] = []
    private var epoch: UInt32 = 1

    init(owner: BaseID) { self.owner = owner }

    mutating func take(_ record: CheckedRecord, _ report: inout VerifyReport) {
        let position = record.position
        report.events += 1
        report.parts += record.partCount
        report.erased += record.erased
        report.through = position
        if record.streamVersion == 1 { streams += 1 }
        if !record.isOpenWhole { report.add(.changed, position, "event \(position): its open part was changed") }
        if !record.arePartsWhole { report.add(.changed, position, "event \(position): a sealed part was changed") }
        if record.keyless > 0 {
            report.add(.keyMissing, position, "event \(position): \(record.keyless) of its parts have no key any more")
        }
        if record.type == EventType.headsRecorded.number { rootOfHeads[position] = headsRoot(epoch: record.epoch) }
        if record.epoch != epoch {
            beginnings.append(position)
            if record.epoch < epoch {
                report.add(.changed, position, "event \(position): it is of an epoch that had ended")
            }
            if record.type == EventType.epochBegan.number { treesBefore[position] = heads(epoch: epoch) }
            epoch = record.epoch
        }
        let tree = TreeID(epoch: record.epoch, base: record.base)
        if trees[tree, default: MerkleFrontier()].grown(by: record.leafHash, &hash) != record.treeIndex {
            report.add(.changed, position, "event \(position): it is not the next of its base's tree")
        }
    }

    /// Every tree of an epoch, the owner's among them, as `EpochBegan` has them.
    private mutating func heads(epoch: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        for (tree, frontier) in trees.sorted(by: { $0.key < $1.key }) where tree.epoch == epoch {
            bytes += TreeHeads.Head(base: tree.base, size: frontier.size, root: frontier.root(&hash)).bytes
        }
        return bytes
    }

    private mutating func headsRoot(epoch: UInt32) -> [UInt8] {
        var leaves: [Digest] = []
        for (tree, frontier) in trees.sorted(by: { $0.key < $1.key }) where tree.epoch == epoch && tree.base != owner {
            let head = TreeHeads.Head(base: tree.base, size: frontier.size, root: frontier.root(&hash))
            leaves.append(head.bytes.withUnsafeBytes { hash.merkleLeaf($0) })
        }
        return hash.merkleRoot(of: leaves).bytes
    }
}

extension MerkleFrontier {
    /// Adds a leaf; gives the size before it.
    fileprivate mutating func grown(by leaf: Digest, _ hash: inout SHA256) -> UInt64 {
        defer { add(leaf, &hash) }
        return size
    }
}
