import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf

/// One data group of one pupil that left the school, or may have: what went, to whom, when, and on whose word.
struct Disclosure {
    /// What has become of the data here since.
    enum Standing: String {
        /// It is held.
        case held
        /// It was erased here; the recipient has not been told of it.
        case erased
        /// It was erased here, and the recipient was told to do the same.
        case erasedAndTold = "erased, recipient told"
    }

    /// The run.
    var run: TaskRun
    /// What the log says of its beginning: file, report, acceptance.
    var start: RecordedStart
    /// The pupil.
    var sent: SentPupil
    /// The group; nil for a notice without data.
    var group: SentPupil.Group?
    /// What has become of it.
    var standing: Standing

    /// The names of the values in `values`.
    static let columns = [
        "when", "run", "task", "base", "recipient", "file", "report", "reportVersion", "acceptedAt", "pupil",
        "recipientId",
        "change", "group", "content", "certainty", "standing",
    ]

    /// The disclosure as a row: no names in it, ids only.
    func values(_ names: DisclosureNames) throws -> [String] {
        [
            LondonTime.text(run.started), String(run.startedAt.rawValue), names.task(run.task),
            try names.base(run.base, of: sent.pupil), names.recipient(run.recipient),
            try names.file(start.file.name, of: sent.pupil), start.report, String(start.reportVersion),
            String(start.acceptance.rawValue), sent.pupil.hex, sent.key.hex, sent.change.name, group?.group.name ?? "",
            content, certainty, standing.rawValue,
        ]
    }

    /// The disclosure for machines.
    func json(_ names: DisclosureNames) throws -> JSON {
        [
            "when": .string(LondonTime.iso(run.started)), "run": JSON(run.startedAt.rawValue),
            "task": .string(names.task(run.task)), "base": .string(try names.base(run.base, of: sent.pupil)),
            "recipient": .string(names.recipient(run.recipient)),
            "file": .string(try names.file(start.file.name, of: sent.pupil)),
            "report": .string(start.report), "reportVersion": JSON(start.reportVersion),
            "acceptedAt": JSON(start.acceptance.rawValue), "pupil": .string(sent.pupil.hex),
            "recipientId": .string(sent.key.hex), "change": .string(sent.change.name),
            "group": JSON(group?.group.name), "content": .string(content), "certainty": .string(certainty),
            "standing": .string(standing.rawValue),
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
    private let withholding: Withholding

    /// Reads the names as they are now.
    init(_ session: Session) throws {
        bases = try session.baseKeys()
        withholding = Withholding(session)
        (tasks, recipients) = try session.state.read { snapshot in
            (
                Dictionary(uniqueKeysWithValues: try snapshot.allTasks().map { ($0.id, $0.name) }),
                Dictionary(uniqueKeysWithValues: try snapshot.recipients().map { ($0.id, $0.name) })
            )
        }
    }

    func task(_ id: TaskID) -> String { tasks[id] ?? id.hex }
    func base(_ id: BaseID) -> String { bases[id] ?? id.hex }

    /// A school's key, or the word in its place for a pupil whose whereabouts are kept back (rulings 11).
    func base(_ id: BaseID, of pupil: SubjectID) throws -> String {
        try withholding.base(base(id), of: pupil) ?? id.hex
    }

    /// The same of a file's name, which holds the school's number.
    func file(_ name: String, of pupil: SubjectID) throws -> String { try withholding.base(name, of: pupil) ?? name }

    func recipient(_ id: RecipientID) -> String { recipients[id] ?? id.hex }
}

extension TaskRun {
    /// True when the recipient has acknowledged the file.
    var hasLeft: Bool { state == .exported }
}
