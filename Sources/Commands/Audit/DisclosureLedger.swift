import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf

/// The ledger of what left: read from the log's own account of it, run by run, in memory that does not grow with it.
final class DisclosureLedger {
    private let session: Session
    private let erasures: Erased
    /// The run whose items are being read.
    private var current: (run: TaskRun, start: RecordedStart)?

    /// Opens the ledger.
    init(_ session: Session) throws {
        self.session = session
        erasures = try Erased(session.log)
    }

    /// Visits what left in runs that fit, in the order in which the files were made.
    ///
    /// - Parameters:
    ///   - fits: chooses runs.
    ///   - visit: takes each pupil's data groups, one after the other.
    func forEach(where fits: (TaskRun) -> Bool, _ visit: (Disclosure) throws -> Void) throws {
        try session.log.read(LogQuery(type: EventType.transferItems.number)) { event in
            try tell(event, where: fits, visit)
            return true
        }
    }

    /// Visits what left of one person.
    func forEach(of person: SubjectID, _ visit: (Disclosure) throws -> Void) throws {
        var positions: [Position] = []
        try session.state.read { snapshot in
            try snapshot.history(of: person) { entry in
                if entry.type == .transferItems { positions.append(entry.position) }
                return true
            }
        }
        for position in positions {
            try session.log.read(LogQuery(from: position, through: position)) { event in
                try tell(event, where: { session.reaches($0.base) }) { if $0.sent.pupil == person { try visit($0) } }
                return true
            }
        }
    }

    /// Visits what left in one run.
    ///
    /// - Parameter number: where the run begins.
    /// - Returns: the run; nil when none that made a file begins there.
    func forEach(inRun number: Position, _ visit: (Disclosure) throws -> Void) throws -> TaskRun? {
        guard number > .origin, number <= session.log.durableEnd else { return nil }
        var start: RecordedStart?
        try session.log.read(LogQuery(from: number, through: number)) { event in
            start = try RecordedStart(event)
            return false
        }
        guard let start, let run = try session.state.read({ try $0.taskRun(start.run.id) }) else { return nil }
        // What a run tells stands in the batch of its beginning.
        try session.log.read(LogQuery(from: number, stream: start.run.stream)) { event in
            guard event.type != EventType.transferStarted.number || event.position == number else { return false }
            try tell(event, where: { $0.id == run.id }, visit)
            return true
        }
        return run
    }

    private func tell(
        _ event: RecordedEvent,
        where fits: (TaskRun) -> Bool,
        _ visit: (Disclosure) throws -> Void
    ) throws {
        guard event.type == EventType.transferItems.number else { return }
        let items = try Syncd_Events_TransferItems(serializedBytes: event.open)
        guard let id = RunID(bytes: items.run), let (run, start) = try facts(of: id), fits(run),
            run.hasLeft || run.mayHaveLeft
        else { return }
        for sent in try SentPupil.all(in: event) {
            let groups: [SentPupil.Group?] = sent.groups.isEmpty ? [nil] : sent.groups
            for group in groups {
                let standing = try erasures.standing(
                    of: sent.pupil,
                    group?.group,
                    sentAt: event.position,
                    to: run,
                    session
                )
                try visit(Disclosure(run: run, start: start, sent: sent, group: group, standing: standing))
            }
        }
    }

    private func facts(of id: RunID) throws -> (run: TaskRun, start: RecordedStart)? {
        if let current, current.run.id == id { return current }
        guard let run = try session.state.read({ try $0.taskRun(id) }) else { return nil }
        var found: RecordedStart?
        try session.log.read(LogQuery(from: run.startedAt, through: run.startedAt)) { event in
            found = try RecordedStart(event)
            return false
        }
        current = found.map { (run, $0) }
        return current
    }
}

/// What was erased, of whom, and where in the log: as many entries as erased people.
private struct Erased {
    private struct Receipt {
        var position: Position
        var groups: [UInt32]
    }

    private var receipts: [SubjectID: [Receipt]] = [:]

    init(_ log: EventLog) throws {
        try log.read(LogQuery(type: EventType.subjectErased.number)) { event in
            let erased = try Syncd_Events_SubjectErased(serializedBytes: event.open).erased
            if let subject = SubjectID(bytes: erased.subject) {
                receipts[subject, default: []].append(Receipt(position: event.position, groups: erased.groups))
            }
            return true
        }
    }

    func standing(
        of pupil: SubjectID,
        _ group: DataGroup?,
        sentAt position: Position,
        to run: TaskRun,
        _ session: Session
    ) throws -> Disclosure.Standing {
        let receipt = receipts[pupil]?.first { receipt in
            receipt.position > position
                && (receipt.groups.isEmpty || group.map { receipt.groups.contains(UInt32($0.rawValue)) } ?? false)
        }
        guard let receipt else { return .held }
        var isTold = false
        try session.state.read { snapshot in
            try snapshot.history(of: pupil) { entry in
                guard entry.type == .transferItems, entry.position > receipt.position else { return true }
                try session.log.read(LogQuery(from: entry.position, through: entry.position)) { event in
                    let items = try Syncd_Events_TransferItems(serializedBytes: event.open)
                    guard RecipientID(bytes: items.recipient) == run.recipient,
                        try RunID(bytes: items.run).flatMap({ try snapshot.taskRun($0) })?.hasLeft == true
                    else { return true }
                    isTold = isTold || items.pupils.contains { Self.tells($0, pupil, receipt) }
                    return true
                }
                return !isTold
            }
        }
        return isTold ? .erasedAndTold : .erased
    }

    /// Whether a line asks the recipient to erase: the whole record, or what is emptied.
    private static func tells(_ line: Syncd_Events_SentPupil, _ pupil: SubjectID, _ receipt: Receipt) -> Bool {
        guard SubjectID(bytes: line.entity) == pupil else { return false }
        return line.change == UInt32(PupilChange.erased.rawValue)
            || !receipt.groups.isEmpty && Set(receipt.groups).isSubset(of: line.groups)
    }
}
