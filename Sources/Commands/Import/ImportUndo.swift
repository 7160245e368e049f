import ArgumentParser
import EventLog
import Identifiers
import Import
import Projections
import School

/// Takes an import back.
struct ImportUndo: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Take an import back: what it changed and nobody has changed since is as it was before.",
        discussion: """
            Nothing is deleted: further events change back what the import changed, and what it brought in is no longer \
            present. What another import has changed since stays, and is listed with the reason. The same files may be \
            imported again. It asks first; where nobody can answer, it needs --yes.

            Example: syncd import undo 1043 --store school --dry-run
            Example: syncd import undo 1043 --store school --yes
            """
    )

    @Argument(help: ArgumentHelp("The run's number, as `import list` has it.", valueName: "number"))
    var number: UInt64

    @Flag(help: "Show what would happen, and append nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "End with exit code 3 when something was left as it is.")
    var strict = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let runs = try ImportedRun.within(session)
        guard let found = runs.first(where: { $0.run.startedAt == Position(number) }) else {
            throw CommandError(
                .runUnknown,
                "There is no import \(number) in this store. See what there is with `syncd import list`."
            )
        }
        guard ReferenceList(rawValue: found.run.format) == nil else {
            throw CommandError(
                .notUndoable,
                "Import \(number) is a public list (\(found.run.format)), which is not undone: import the list that is right."
            )
        }
        if !dryRun && !yes { try confirm(found, session) }
        let console = session.console
        let runner = UndoRunner(
            log: session.log,
            state: session.state,
            actor: try dryRun ? .zero : session.actor().id,
            now: session.clock,
            batchEventsMax: session.testSettings.batchEvents,
            progress: { console.progress("Undoing: \(Counts.of($0, "event"))") }
        )
        let report = try runner.undo(found.run, isDryRun: dryRun)
        console.endProgress()
        try session.state.catchUp()
        let numbers = Dictionary(uniqueKeysWithValues: runs.map { ($0.run.id, $0.number) })
        let result = UndoResult(report: report, run: found, numbers: numbers)
        try console.say(result.json)
        try console.say(result.text)
        result.remarks.forEach(console.remark)
        if strict && report.leftCount > 0 { throw ExitCode(3) }
    }

    /// Asks; refuses where nobody can answer.
    private func confirm(_ found: ImportedRun, _ session: Session) throws {
        guard session.console.canAsk else {
            throw CommandError(
                .notConfirmed,
                "Undoing an import needs a yes. See with --dry-run what would happen, then give --yes."
            )
        }
        let question =
            "Undo import \(number) of \(found.source), started \(LondonTime.text(found.run.started))? Type yes:"
        guard try session.ask(question) == "yes" else {
            throw CommandError(.notConfirmed, "Nothing was undone: the answer was not yes.")
        }
    }
}
