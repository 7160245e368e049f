import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Lists what left the building.
struct AuditDisclosures: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "disclosures",
        abstract: "List what left the school: which data group of whom went to which recipient, when, on whose word.",
        discussion: """
            One row for each pupil and data group, with the run, the file, the report and its version, and the position of \
            the acceptance that it rested on. Pupils are shown as ids; `syncd history` says whose an id is, with a reason. \
            A run that was interrupted is listed as one whose file may have left. Text is a summary of the runs; --csv \
            writes every row for a spreadsheet, with JSON Lines and a manifest beside it.

            Example: syncd audit disclosures --recipient council --from 01/09/2026 --to 30/11/2026 --csv sent.csv
            """
    )

    @Option(help: ArgumentHelp("Only what went to this recipient.", valueName: "name"))
    var recipient: String?

    @Option(help: ArgumentHelp("Only from this school.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("From this day on, dd/MM/yyyy or yyyy-MM-dd.", valueName: "day"), transform: Self.day)
    var from: String?

    @Option(help: ArgumentHelp("To this day, dd/MM/yyyy or yyyy-MM-dd.", valueName: "day"), transform: Self.day)
    var to: String?

    @Option(
        help: ArgumentHelp(
            "Write every row to this file, with JSON Lines and a manifest beside it.",
            valueName: "file"
        ),
        completion: .file(extensions: ["csv"])
    )
    var csv: OutputPath?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    private static func day(_ text: String) throws -> String {
        do {
            return try CalendarDate(text, order: .dmy).description
        } catch {
            throw ValidationError("\(text) is no day: write it as 30/11/2026 or 2026-11-30.")
        }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let wanted = try recipient.map { try session.recipient($0).id }
        let base = try base.map { try session.base($0).id }
        let file = try csv.map { try ListFile($0.path) }
        let names = try DisclosureNames(session)
        let ledger = try DisclosureLedger(session)
        var runs: [RunLine] = []
        try with(file, at: session.now) { add in
            try ledger.forEach(where: { session.reaches($0.base) && fits($0, to: wanted, at: base) }) { disclosure in
                if runs.last?.id != disclosure.run.id { runs.append(RunLine(disclosure)) }
                runs[runs.count - 1].add(disclosure)
                try session.console.say(disclosure.json(names))
                try add(disclosure.values(names), disclosure.json(names))
            }
        }
        try session.console.say(text(runs, names))
        if let file { session.console.remark("Written: \(file.names.joined(separator: ", ")).") }
    }

    private func fits(_ run: TaskRun, to recipient: RecipientID?, at base: BaseID?) -> Bool {
        let day = LondonTime.day(run.started)
        return (recipient.map { $0 == run.recipient } ?? true) && (base.map { $0 == run.base } ?? true)
            && (from.map { $0 <= day } ?? true) && (to.map { day <= $0 } ?? true)
    }

    /// Does the work with a file that takes the rows, or without one.
    private func with(
        _ file: ListFile?,
        at now: Timestamp,
        _ work: (([String], JSON) throws -> Void) throws -> Void
    ) throws {
        guard let file else { return try work { _, _ in } }
        try file.stream("syncd-disclosures", Disclosure.columns, at: now, work)
    }

    /// A run in the summary: numbers alone, so that the list of people is never in memory.
    private struct RunLine {
        let first: Disclosure
        private var last: SubjectID?
        private(set) var pupils = 0
        private(set) var groups = 0

        var id: RunID { first.run.id }

        init(_ first: Disclosure) { self.first = first }

        /// Counts; a pupil's groups come one after the other.
        mutating func add(_ disclosure: Disclosure) {
            if last != disclosure.sent.pupil { pupils += 1 }
            last = disclosure.sent.pupil
            if disclosure.group != nil { groups += 1 }
        }
    }

    private func text(_ runs: [RunLine], _ names: DisclosureNames) -> String {
        guard !runs.isEmpty else { return "Nothing left the school in this selection." }
        var table = TextTable("#Run", "When", "Base", "Recipient", "Report", "#Pupils", "#Groups", "File")
        for line in runs {
            let (run, start) = (line.first.run, line.first.start)
            table.add(
                String(run.startedAt.rawValue),
                LondonTime.text(run.started),
                names.base(run.base),
                names.recipient(run.recipient),
                "\(start.report) \(start.reportVersion)",
                Counts.grouped(line.pupils),
                Counts.grouped(line.groups),
                start.file.name + (run.hasLeft ? "" : " (may have left)")
            )
        }
        return table.text
    }
}
