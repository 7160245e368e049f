import ArgumentParser
import EventLog
import Identifiers
import Projections

/// Shows the runs of tasks.
struct TaskLogCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show the runs of tasks: when, what was sent, what was held back and why.",
        discussion: """
            A run's number is the position at which it stands in the log; `syncd replay --run` takes it.

            Example: syncd task log nightly --store school
            """
    )

    @Argument(help: "Only this task.")
    var name: String?

    @Option(help: ArgumentHelp("Only this school.", valueName: "key"))
    var base: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let task = try name.map { try session.task($0).id }
        let bases = try base.map { [try session.base($0)] } ?? session.bases()
        let names = try session.state.read { snapshot in
            Dictionary(uniqueKeysWithValues: try snapshot.tasks().map { ($0.id, $0.name) })
        }
        var runs: [TaskRun] = []
        try session.state.read { snapshot in
            for base in bases {
                try snapshot.taskRuns(at: base.id) { run in
                    if task == nil || run.task == task { runs.append(run) }
                    return true
                }
            }
        }
        runs.sort { $0.startedAt < $1.startedAt }
        let keys = try session.baseKeys()
        for run in runs { try session.console.say(run.json(task: names[run.task], base: keys[run.base])) }
        guard !runs.isEmpty else { return try session.console.say("No task has run yet.") }
        var table = TextTable(
            "#Run",
            "Started",
            "Task",
            "Base",
            "State",
            "#Pupils",
            "#Groups",
            "#Unchanged",
            "File",
            "Exceptions"
        )
        for run in runs {
            table.add(
                String(run.startedAt.rawValue),
                LondonTime.text(run.started),
                names[run.task] ?? "-",
                keys[run.base] ?? "-",
                run.state.words,
                Counts.grouped(run.counts.pupils),
                Counts.grouped(run.counts.groups),
                Counts.grouped(run.counts.trapped),
                run.file.orDash,
                run.exceptionWords
            )
        }
        try session.console.say(table.text)
    }
}

extension TaskRun {
    /// The run for machines.
    func json(task: String?, base: String?) -> JSON {
        [
            "run": JSON(startedAt.rawValue), "id": .string(id.hex), "task": JSON(task), "base": JSON(base),
            "state": .string(state.words), "started": .string(LondonTime.iso(started)),
            "ended": endedAt == .origin ? nil : .string(LondonTime.iso(ended)), "from": JSON(lower.rawValue),
            "to": JSON(upper.rawValue), "sequence": JSON(sequence), "file": .string(file),
            "pupils": JSON(counts.pupils), "groups": JSON(counts.groups), "trapped": JSON(counts.trapped),
            "dropped": JSON(counts.dropped), "withheld": JSON(counts.withheld), "exceptions": .string(exceptionWords),
            "code": .string(code), "mayHaveLeft": .bool(mayHaveLeft),
        ]
    }
}
