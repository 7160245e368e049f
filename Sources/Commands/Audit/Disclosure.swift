import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf

/// One data group of one pupil that left the school, or may have: what went, to whom, when, and on whose word.
struct Disclosure {
    /// The run.
    var run: TaskRun
    /// What the log says of its beginning: file, report, acceptance.
    var start: RecordedStart
    /// The pupil.
    var sent: SentPupil
    /// The group; nil for a notice without data.
    var group: SentPupil.Group?

    /// Visits every disclosure in the order in which the files were made.
    ///
    /// - Parameters:
    ///   - recipient: only to this one.
    ///   - visit: takes each.
    static func forEach(in session: Session, to recipient: RecipientID?, _ visit: (Disclosure) throws -> Void) throws {
        var starts: [RunID: RecordedStart] = [:]
        try session.log.read(LogQuery(type: EventType.transferStarted.number)) { event in
            if let start = try RecordedStart(event), recipient == nil || start.run.recipient == recipient {
                starts[start.run.id] = start
            }
            return true
        }
        try session.log.read(LogQuery(type: EventType.transferItems.number)) { event in
            let items = try Syncd_Events_TransferItems(serializedBytes: event.open)
            guard let start = RunID(bytes: items.run).flatMap({ starts[$0] }),
                let run = try session.state.read({ try $0.taskRun(start.run.id) }), run.hasLeft || run.mayHaveLeft
            else { return true }
            for sent in try SentPupil.all(in: event) {
                let groups: [SentPupil.Group?] = sent.groups.isEmpty ? [nil] : sent.groups
                for group in groups { try visit(Disclosure(run: run, start: start, sent: sent, group: group)) }
            }
            return true
        }
    }

    /// The names of the values in `values`.
    static let columns = [
        "when", "run", "task", "base", "recipient", "file", "report", "reportVersion", "acceptedAt", "pupil",
        "recipientId",
        "change", "group", "content", "certainty",
    ]

    /// The disclosure as a row: no names in it, ids only.
    func values(_ names: DisclosureNames) -> [String] {
        [
            LondonTime.text(run.started), String(run.startedAt.rawValue), names.task(run.task), names.base(run.base),
            names.recipient(run.recipient), start.file.name, start.report, String(start.reportVersion),
            String(start.acceptance.rawValue), sent.pupil.hex, sent.key.hex, sent.change.name, group?.group.name ?? "",
            content, certainty,
        ]
    }

    /// The disclosure for machines.
    func json(_ names: DisclosureNames) -> JSON {
        [
            "when": .string(LondonTime.iso(run.started)), "run": JSON(run.startedAt.rawValue),
            "task": .string(names.task(run.task)), "base": .string(names.base(run.base)),
            "recipient": .string(names.recipient(run.recipient)), "file": .string(start.file.name),
            "report": .string(start.report), "reportVersion": JSON(start.reportVersion),
            "acceptedAt": JSON(start.acceptance.rawValue), "pupil": .string(sent.pupil.hex),
            "recipientId": .string(sent.key.hex), "change": .string(sent.change.name),
            "group": JSON(group?.group.name), "content": .string(content), "certainty": .string(certainty),
        ]
    }

    private var content: String {
        guard let group else { return "notice" }
        return group.code == nil ? "emptied" : "data"
    }

    private var certainty: String { run.hasLeft ? "left" : "may have left" }
}

/// What people call tasks, schools and recipients.
struct DisclosureNames {
    private let tasks: [TaskID: String]
    private let bases: [BaseID: String]
    private let recipients: [RecipientID: String]

    /// Reads the names as they are now.
    init(_ session: Session) throws {
        bases = try session.baseKeys()
        (tasks, recipients) = try session.state.read { snapshot in
            (
                Dictionary(uniqueKeysWithValues: try snapshot.allTasks().map { ($0.id, $0.name) }),
                Dictionary(uniqueKeysWithValues: try snapshot.recipients().map { ($0.id, $0.name) })
            )
        }
    }

    func task(_ id: TaskID) -> String { tasks[id] ?? id.hex }
    func base(_ id: BaseID) -> String { bases[id] ?? id.hex }
    func recipient(_ id: RecipientID) -> String { recipients[id] ?? id.hex }
}

extension TaskRun {
    /// True when the recipient has acknowledged the file.
    fileprivate var hasLeft: Bool { state == .exported }
}
