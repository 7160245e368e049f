import ArgumentParser
import Connectors
import EventLog
import Foundation
import Identifiers
import Projections
import School

/// Shows one task.
struct TaskShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a task: how far it has come at each school, and how its last run ended.",
        discussion: """
            --copy writes what the recipient should hold of the present pupils by now, to compare with what it holds. \
            That opens personal data: give --reason; it is written in the log.

            Example: syncd task show nightly --store school
            Example: syncd task show nightly --history --store school
            Example: syncd task show nightly --as-of 03/03/2024 --store school
            Example: syncd task show nightly --copy expected.json --reason "Check of the copy" --store school
            """
    )

    @Argument(help: "The task's name.")
    var name: String

    @Flag(help: "Show what became of it: each change, when it was due, what was cancelled.")
    var history = false

    @Option(
        help: ArgumentHelp("Write what the recipient should hold by now to this file.", valueName: "file"),
        completion: .file()
    )
    var copy: OutputPath?

    @Option(help: "Why personal data is opened, with --copy.")
    var reason: String?

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if (copy == nil) != (reason ?? "").allSatisfy(\.isWhitespace) {
            throw ValidationError("--copy and --reason go together.")
        }
        if asOf != nil && (copy != nil || history) {
            throw ValidationError("--as-of goes without --copy and --history.")
        }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let point = try asOf.map(session.point)
        let task = try session.task(name, asOf: point)
        if history { return try tell(TaskHistory(session: session).entries(of: task.id), session) }
        if copy != nil { try session.require("task show --copy") }
        if let copy { return try write(task, to: copy.path, session) }
        if let point { try session.console.say(point.sentence) }
        let schools = try session.read(asOf: point, [Tasks(), TaskLog()]) { snapshot in
            try task.bases.map { base in
                (
                    base: base, cursor: try snapshot.cursor(of: task.id, at: base),
                    last: try snapshot.lastRun(of: task.id, at: base)
                )
            }
        }
        let keys = try session.baseKeys()
        try session.console.say(
            .object(
                try task.members(session) + [
                    .init(
                        name: "schools",
                        value: .array(
                            schools.map { school in
                                [
                                    "base": JSON(keys[school.base]),
                                    "cursor": JSON(school.cursor.position.rawValue),
                                    "lastRun": school.last.map { JSON($0.startedAt.rawValue) } ?? .null,
                                    "state": JSON(school.last?.state.words),
                                ]
                            }
                        )
                    )
                ]
            )
        )
        let to = try session.read(asOf: point, [Recipients()]) { try $0.recipient(task.recipient) }?.name
        try session.console.say(form(task, to: to ?? "-", session))
        var table = TextTable("Base", "#Sent up to", "Last run", "State", "Exceptions")
        for school in schools {
            table.add(
                keys[school.base] ?? "-",
                Counts.grouped(school.cursor.position.rawValue),
                school.last.map { LondonTime.text($0.started) } ?? "never",
                school.last?.state.words ?? "-",
                school.last?.exceptionWords ?? "-"
            )
        }
        try session.console.say(table.text)
        try session.console.say("The log ends at position \(Counts.grouped(session.log.durableEnd.rawValue)).")
    }

    /// The parts of the task's form (S2-118 to S2-121).
    private func form(_ task: TransferTask, to recipient: String, _ session: Session) -> String {
        var lines = ["\(task.name): \(task.type) of \(task.report) to \(recipient), as \(task.formatWord)"]
        guard let ruled = task.ruled else { return lines[0] }
        let terms = ruled.terms
        let lock = task.isLocked ? ", locked down to school use only" : ""
        lines += [
            "  Task details         owned by the \(terms.owner.rawValue), \(terms.state.rawValue)\(lock)",
            "  Transfer details     \(terms.direction.title)",
            "  Data filter details  \(ruled.content), \(session.words(of: terms.cohort))",
            "  Scheduler settings   \(terms.schedule?.description ?? "by hand")",
        ]
        return lines.joined(separator: "\n")
    }

    private func tell(_ entries: [TaskHistory.Entry], _ session: Session) throws {
        for entry in entries {
            try session.console.say([
                "position": JSON(entry.position.rawValue), "time": .string(LondonTime.iso(entry.time)),
                "actor": .string(entry.actor.hex), "what": .string(entry.what),
            ])
        }
        var table = TextTable("#Event", "When", "What")
        for entry in entries {
            table.add(String(entry.position.rawValue), LondonTime.text(entry.time), entry.what)
        }
        try session.console.say(table.text)
    }

    private func write(_ task: TransferTask, to path: String, _ session: Session) throws {
        guard let definition = task.ruled else {
            throw CommandError(
                .taskUnknown,
                "Task \(task.name) is of a type or format that this syncd does not know. Use a newer one."
            )
        }
        try session.recordReading("task show --copy", reason: reason ?? "")
        let (copy, count) = try ExpectedCopy(session: session, task: definition).json()
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(copy),
                attributes: [.posixPermissions: 0o600]
            )
        else {
            throw CommandError(.folderUnusable, "\(path) could not be written. Name another file with --copy.")
        }
        try session.console.say(["file": .string(path), "pupils": JSON(count)])
        try session.console.say("\(Counts.of(count, "pupil")) of \(task.name) written to \(path).")
    }
}

extension Snapshot {
    /// The last run of a task at a base; nil when it has never run there.
    func lastRun(of task: TaskID, at base: BaseID) throws -> TaskRun? {
        var last: TaskRun?
        try taskRuns(at: base) { run in
            if run.task == task { last = run }
            return true
        }
        return last
    }
}

extension TaskRun {
    /// What stood in the way; the words of the task log when nothing did (S2-101).
    var exceptionWords: String { exception.isEmpty ? "No Exceptions" : exception }
}
