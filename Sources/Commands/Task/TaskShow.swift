import ArgumentParser
import EventLog
import Identifiers
import Projections

/// Shows one task.
struct TaskShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a task: how far it has come at each school, and how its last run ended.",
        discussion: "Example: syncd task show nightly --store school"
    )

    @Argument(help: "The task's name.")
    var name: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let task = try session.task(name)
        let schools = try session.state.read { snapshot in
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
        let to = try session.state.read { try $0.recipient(task.recipient) }?.name
        try session.console.say("\(task.name): \(task.type) of \(task.report) to \(to ?? "-")")
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
