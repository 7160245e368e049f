import ArgumentParser
import EventLog
import Identifiers
import Projections
import School
import Transfer

/// Runs a task now.
struct TaskRunCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a task: send what changed and was accepted, school by school.",
        discussion: """
            Nothing leaves a school whose head has not accepted the report: its run is held, and says so. When \
            nothing changed, no file is made. --preview shows what would leave, and sends nothing.

            Ends with exit code 1 when a run was held or failed.

            Example: syncd task run nightly --preview --store school
            Example: syncd task run nightly --store school
            Example: syncd task run nightly --snapshot --store school
            Example: syncd task run --failed --store school
            """
    )

    @Argument(help: "The tasks' names.")
    var names: [String] = []

    @Flag(help: "Run what failed or was interrupted last, of all tasks or of those named.")
    var failed = false

    @Option(help: ArgumentHelp("Only this school of the task.", valueName: "key"))
    var base: String?

    @Flag(help: "Show what would leave, to whom and which fields; send nothing.")
    var preview = false

    @Flag(help: "Send again what the recipient has already.")
    var ignoreCache = false

    @Flag(help: "Send everyone and everything once more, for a recipient who has lost a file.")
    var snapshot = false

    @OptionGroup
    var acting: ActingOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if names.isEmpty, !failed { throw ValidationError("Name a task, or give --failed.") }
    }

    func run(in session: Session) throws {
        let names = try names.isEmpty ? session.tasks().map(\.name) : names
        var isFaulty = false
        for name in names {
            let task = try session.task(name)
            let bases = try chosen(task, session)
            // Of all tasks, those without a failure have nothing to run again.
            if failed, bases.isEmpty { continue }
            isFaulty = try run(task, at: bases, session) || isFaulty
        }
        if isFaulty { throw ExitCode(1) }
    }

    /// The schools to run for.
    private func chosen(_ task: TransferTask, _ session: Session) throws -> [Base] {
        var bases = try base.map { [try session.base($0)] } ?? task.bases.compactMap { try session.base($0) }
        guard bases.allSatisfy({ task.bases.contains($0.id) }) else {
            throw CommandError(
                .baseUnknown,
                "Task \(task.name) does not run for \(base ?? "that school"). See `syncd task show \(task.name)`."
            )
        }
        guard failed else { return bases }
        try session.state.read { snapshot in
            bases = try bases.filter { base in
                let last = try snapshot.lastRun(of: task.id, at: base.id)?.state
                return last == .failed || last == .running
            }
        }
        return bases
    }

    /// Runs or previews a task; true when a run was held or failed.
    private func run(_ task: TransferTask, at chosen: [Base], _ session: Session) throws -> Bool {
        let runner = try session.transferRunner()
        let options = RunOptions(ignoresCache: ignoreCache, isSnapshot: snapshot)
        if preview {
            for base in chosen {
                let preview = RunPreviewText(
                    preview: try runner.preview(task: task.id, base: base.id, options: options),
                    base: base
                )
                try session.console.say(preview.json)
                try session.console.say(preview.text)
            }
            return false
        }
        let bases = try allowed(task, chosen, session)
        try session.makeFirstAuditKey()
        var outcomes: [(Base, RunOutcome)] = []
        for base in bases {
            session.console.progress("Task \(task.name): \(base.title)")
            let outcome = try runner.run(task: task.id, base: base.id, options: options)
            outcomes.append((base, outcome))
        }
        session.console.endProgress()
        try session.state.catchUp()
        try report(outcomes, task, session)
        return outcomes.contains { $0.1.state == .held || $0.1.state == .failed }
    }

    /// Refuses what must not run: a task that is locked to who asks, inactive, or waits for a migration.
    private func allowed(_ task: TransferTask, _ bases: [Base], _ session: Session) throws -> [Base] {
        let side = try session.acting(acting)
        if side.side == .authority, task.isLocked {
            throw SchoolError(.lockedDown, "\(task.name) is locked down to school use only: ask the school")
        }
        guard let terms = task.ruled?.terms else { return bases }
        guard terms.isActive else {
            throw CommandError(
                .taskInactive,
                "Task \(task.name) is inactive. Let it run with `syncd task edit \(task.name) --active`."
            )
        }
        guard !terms.waitsForMigration else {
            throw CommandError(
                .taskInactive,
                "Task \(task.name) is \(terms.state.rawValue): it runs once its schools are on SIMS Primary. Until then "
                    + "use another sub-type of attendance."
            )
        }
        return try session.open(bases, side, acting)
    }

    private func report(_ outcomes: [(Base, RunOutcome)], _ task: TransferTask, _ session: Session) throws {
        var table = TextTable("Base", "State", "#Pupils", "#Groups", "#Unchanged", "File")
        for (base, outcome) in outcomes {
            if let run = try session.state.read({ try $0.taskRun(outcome.run) }) {
                try session.console.say(run.json(task: task.name, base: base.key))
            }
            let file = outcome.files.first.flatMap { $0.split(separator: "/").last }.map(String.init)
            table.add(
                base.key,
                outcome.state.name,
                Counts.grouped(outcome.counts.sentPupils),
                Counts.grouped(outcome.counts.sentGroups),
                Counts.grouped(outcome.counts.trapped),
                file ?? "-"
            )
        }
        try session.console.say(table.text)
        for (base, outcome) in outcomes {
            switch outcome.state {
            case .held where outcome.code == RunEnd.notAccepted:
                session.console.remark(
                    "\(base.title): \(outcome.reason). Its head can let it out with "
                        + "`syncd consent accept \(task.report) --base \(base.key)`."
                )
            case .held, .failed:
                session.console.remark("\(base.title): \(outcome.reason).")
            default:
                break
            }
        }
    }
}
