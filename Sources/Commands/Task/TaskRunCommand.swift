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
            """
    )

    @Argument(help: "The task's name.")
    var name: String

    @Option(help: ArgumentHelp("Only this school of the task.", valueName: "key"))
    var base: String?

    @Flag(help: "Show what would leave, to whom and which fields; send nothing.")
    var preview = false

    @Flag(help: "Send again what the recipient has already.")
    var ignoreCache = false

    @Flag(help: "Send everyone and everything once more, for a recipient who has lost a file.")
    var snapshot = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let task = try session.task(name)
        let bases = try base.map { [try session.base($0)] } ?? task.bases.compactMap { try session.base($0) }
        guard bases.allSatisfy({ task.bases.contains($0.id) }) else {
            throw CommandError(
                .baseUnknown,
                "Task \(name) does not run for \(base ?? "that school"). See `syncd task show \(name)`."
            )
        }
        let runner = try session.transferRunner()
        let options = RunOptions(ignoresCache: ignoreCache, isSnapshot: snapshot)
        if preview {
            for base in bases {
                let preview = RunPreviewText(
                    preview: try runner.preview(task: task.id, base: base.id, options: options),
                    base: base
                )
                try session.console.say(preview.json)
                try session.console.say(preview.text)
            }
            return
        }
        var outcomes: [(Base, RunOutcome)] = []
        for base in bases {
            session.console.progress("Task \(name): \(base.title)")
            let outcome = try runner.run(task: task.id, base: base.id, options: options)
            outcomes.append((base, outcome))
        }
        session.console.endProgress()
        try session.state.catchUp()
        try report(outcomes, task, session)
        if outcomes.contains(where: { $0.1.state == .held || $0.1.state == .failed }) { throw ExitCode(1) }
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
            case .held:
                session.console.remark(
                    "\(base.title): \(outcome.reason). Its head can let it out with "
                        + "`syncd consent accept \(task.report) --base \(base.key)`."
                )
            case .failed:
                session.console.remark("\(base.title): \(outcome.reason).")
            default:
                break
            }
        }
    }
}
