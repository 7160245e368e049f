import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows the runs of tasks.
struct TaskLogCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Show the runs of tasks: when, what was sent, what was held back and why.",
        discussion: """
            By the date logged, the oldest first; files need not come in the order of their numbers. A run's number is \
            the position at which it stands in the log; `syncd replay --run` takes it. Cohort and type are those that \
            the task has now.

            --follow goes on with each run that begins or ends, line by line, until it is stopped; it needs `syncd serve` \
            on the store.

            Example: syncd task log nightly --store school
            Example: syncd task log --base 8201001 --status Failed --from 01/03/2027 --store school
            Example: syncd task log --type attendance --cohort ncy:all --csv log.csv --store school
            Example: syncd task log --follow --status Failed --store school
            """
    )

    @Argument(help: "Only this task.")
    var name: String?

    @Option(help: ArgumentHelp("Only this school.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("Only tasks of this cohort.", valueName: "cohort"))
    var cohort: String?

    @Option(help: "Only tasks of this type.")
    var type: TaskDefinition.DataType?

    @Option(help: ArgumentHelp("Only runs that stand so: Held, Failed and so on.", valueName: "status"))
    var status: String?

    @Option(help: ArgumentHelp("Only runs logged on this day or later.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Only runs logged on this day or before.", valueName: "date"))
    var until: String?

    @Option(
        help: ArgumentHelp("Write the list to this file, for spreadsheets.", valueName: "file"),
        completion: .file()
    )
    var csv: OutputPath?

    @Flag(help: "Go on telling runs as they begin and end.")
    var follow = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if let status, !TaskRun.State.allCases.contains(where: { $0.words.lowercased() == status.lowercased() }) {
            let words = TaskRun.State.allCases.map(\.words).joined(separator: ", ")
            throw ValidationError("No run stands as \(status): \(words).")
        }
        if let cohort, (try? Cohort(cohort)) == nil {
            throw ValidationError("\(cohort) is no cohort: \(Self.cohorts).")
        }
        for day in [from, until] { _ = try day.map(ScheduleOptions.day) }
        if follow, csv != nil { throw ValidationError("--csv writes what there is: leave --follow out.") }
    }

    private static let cohorts = "ncy:all, years like ncy:R,1,2, or lac, or leavers"

    static var onlyReads: Bool { true }

    static let columns = [
        "Base Name", "File Name", "Scheduled Task Name", "Date Logged", "Status", "Exception Details",
    ]

    func run(in session: Session) throws {
        let file = try csv.map { try ListFile($0.path) }
        let bases = try base.map { [try session.base($0)] } ?? session.bases()
        let tasks = try session.state.read { snapshot in
            Dictionary(uniqueKeysWithValues: try snapshot.allTasks().map { ($0.id, $0) })
        }
        if let name, !tasks.values.contains(where: { $0.name == name }) { _ = try session.task(name) }
        if follow { return try RunFollower(session: session, wanted: { try isWanted($0, $1, session) }).follow(bases) }
        let runs = try chosen(bases, tasks, session)
        let names = Dictionary(uniqueKeysWithValues: bases.map { ($0.id, $0) })
        for run in runs {
            try session.console.say(run.json(task: tasks[run.task]?.name, base: names[run.base]?.key))
        }
        let rows = runs.map { run in
            [
                names[run.base]?.title ?? "-", run.file.orDash, tasks[run.task]?.name ?? "-",
                LondonTime.text(run.dateLogged), run.state.words, run.exceptionWords,
            ]
        }
        if let file {
            let objects = runs.map { $0.json(task: tasks[$0.task]?.name, base: names[$0.base]?.key) }
            try file.write("syncd-task-log", Self.columns, rows: rows, objects: objects, at: session.now)
            session.console.remark("Written: \(file.names.joined(separator: ", ")).")
        }
        guard !runs.isEmpty else { return try session.console.say("No task has run yet, or none that you ask for.") }
        var table = TextTable(["#Run"] + Self.columns + ["#Pupils", "#Groups", "#Unchanged"])
        for (run, row) in zip(runs, rows) {
            let counts = [run.counts.pupils, run.counts.groups, run.counts.trapped].map { Counts.grouped($0) }
            table.add([String(run.startedAt.rawValue)] + row + counts)
        }
        try session.console.say(table.text)
        try session.console.say("Task Count: \(Counts.grouped(runs.count))")
    }

    /// The runs that are asked for, by the date logged.
    private func chosen(_ bases: [Base], _ tasks: [TaskID: TransferTask], _ session: Session) throws -> [TaskRun] {
        var runs: [TaskRun] = []
        try session.state.read { snapshot in
            for base in bases {
                try snapshot.taskRuns(at: base.id) { run in
                    if let task = tasks[run.task], try isWanted(run, task, session) { runs.append(run) }
                    return true
                }
            }
        }
        return runs.sorted { ($0.dateLogged, $0.startedAt) < ($1.dateLogged, $1.startedAt) }
    }

    /// Whether a run is asked for (S2-91 to S2-94).
    private func isWanted(_ run: TaskRun, _ task: TransferTask, _ session: Session) throws -> Bool {
        let cohort = try cohort.map { try Cohort($0) }
        let days = (first: try from.map(ScheduleOptions.day), last: try until.map(ScheduleOptions.day))
        let day = LondonTime.day(run.dateLogged)
        return (name == nil || task.name == name)
            && (cohort == nil || task.ruled.map { session.words(of: $0.terms.cohort) } == cohort?.description)
            && (type == nil || task.type == type?.rawValue)
            && (status == nil || run.state.words.lowercased() == status?.lowercased())
            && (days.first.map { $0.description <= day } ?? true)
            && (days.last.map { $0.description >= day } ?? true)
    }
}

extension TaskRun {
    /// When it ended; while it has not, when it began.
    var dateLogged: Timestamp { endedAt == .origin ? started : ended }

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
