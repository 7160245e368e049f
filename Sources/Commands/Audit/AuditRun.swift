import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Tells what one run told, and of whom.
struct AuditRun: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Tell what one file told: to whom, under which acceptance, and with --people of whom, for a breach notice.",
        discussion: """
            A run's number is the position at which it stands in the log, as `syncd task log` and `syncd audit \
            disclosures` have it. --people names everybody whose data the file held, with the data groups: it opens \
            personal data, needs --reason, and is written in the log first. Who has been erased since has no name any more.

            Example: syncd audit run 1905 --store school
            Example: syncd audit run 1905 --people --csv breach.csv --reason "Breach 3: file left on a train" --store school
            """
    )

    @Argument(help: "The run's number.")
    var number: UInt64

    @Flag(help: "Name the people; needs --reason, and is written down.")
    var people = false

    @Option(
        help: ArgumentHelp(
            "Write the people to this file, with JSON Lines and a manifest beside it.",
            valueName: "file"
        ),
        completion: .file(extensions: ["csv"])
    )
    var csv: OutputPath?

    @Option(help: "Why they are named.")
    var reason: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if people { try ReadingReason.check(reason ?? "") }
        if reason != nil && !people { throw ValidationError("--reason goes with --people.") }
        if csv != nil && !people { throw ValidationError("--csv goes with --people.") }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        if people { try session.require("audit run --people") }
        let file = try csv.map { try ListFile($0.path) }
        let ledger = try DisclosureLedger(session)
        var told = ToldPeople()
        let run = try ledger.forEach(inRun: Position(number)) { told.add($0) }
        let named = told.people.filter { session.opens($0.pupil, at: $0.base) }
        guard let run, session.reaches(run.base), let start = told.start else {
            throw CommandError(
                .runUnknown,
                "No file that left begins at \(number). `syncd audit disclosures` lists those that did."
            )
        }
        if people {
            try session.recordReading(
                "audit run --people",
                Position(number)...Position(number),
                of: named.map(\.pupil),
                reason: reason ?? ""
            )
        }
        let names = try DisclosureNames(session)
        try session.console.say(json(run, start, told, names))
        try session.console.say(text(run, start, told, names))
        guard people else { return }
        let withholding = Withholding(session)
        let rows = try named.map { try PersonLine($0, session, withholding) }
        for row in rows { try session.console.say(row.json) }
        var table = TextTable("Name", "Year", "Base", "Change", "Data groups", "Standing", "Id")
        for row in rows { table.add(row.cells) }
        try session.console.say(table.text)
        let closed = told.people.count - named.count
        if closed > 0 { try session.console.say("\(Counts.of(closed, "other")) stay closed: no grant names them.") }
        guard let file else { return }
        try file.write(
            "syncd-run-people",
            PersonLine.columns,
            rows: rows.map(\.cells),
            objects: rows.map(\.json),
            at: session.now
        )
        session.console.remark(
            "Written: \(file.names.joined(separator: ", ")). They hold personal data: remove them when they have served."
        )
    }

    private func text(_ run: TaskRun, _ start: RecordedStart, _ told: ToldPeople, _ names: DisclosureNames) -> String {
        let left = run.hasLeft ? "left" : "may have left"
        var lines = [
            "Run \(number), \(LondonTime.text(run.started)): \(start.file.name) \(left) \(names.base(run.base)) for "
                + "\(names.recipient(run.recipient)).",
            "Report \(start.report) \(start.reportVersion), accepted at event \(start.acceptance). "
                + "\(Counts.of(told.people.count, "person", "people")).",
        ]
        lines += told.counts.map { "  \($0.key.name.padding(24))  \(Counts.grouped($0.value))" }
        if !people { lines.append("--people names them, with --reason.") }
        return lines.joined(separator: "\n")
    }

    private func json(_ run: TaskRun, _ start: RecordedStart, _ told: ToldPeople, _ names: DisclosureNames) -> JSON {
        [
            "run": JSON(number), "when": .string(LondonTime.iso(run.started)), "task": .string(names.task(run.task)),
            "base": .string(names.base(run.base)), "recipient": .string(names.recipient(run.recipient)),
            "file": .string(start.file.name), "report": .string(start.report),
            "reportVersion": JSON(start.reportVersion),
            "acceptedAt": JSON(start.acceptance.rawValue), "state": .string(run.state.words),
            "mayHaveLeft": .bool(run.mayHaveLeft), "pupils": JSON(told.people.count),
            "groups": .object(told.counts.map { JSON.Member(name: $0.key.name, value: JSON($0.value)) }),
        ]
    }
}
