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
        var found: [Disclosure] = []
        try Disclosure.forEach(in: session, to: wanted) { disclosure in
            let day = LondonTime.day(disclosure.run.started)
            guard base == nil || disclosure.run.base == base, from.map({ $0 <= day }) ?? true,
                to.map({ day <= $0 }) ?? true
            else { return }
            found.append(disclosure)
        }
        for disclosure in found { try session.console.say(disclosure.json(names)) }
        try session.console.say(text(found, names))
        guard let file else { return }
        try file.write(
            "syncd-disclosures",
            Disclosure.columns,
            rows: found.map { $0.values(names) },
            objects: found.map { $0.json(names) },
            at: session.now
        )
        session.console.remark("Written: \(file.names.joined(separator: ", ")).")
    }

    private func text(_ found: [Disclosure], _ names: DisclosureNames) -> String {
        guard !found.isEmpty else { return "Nothing left the school in this selection." }
        var table = TextTable("#Run", "When", "Base", "Recipient", "Report", "#Pupils", "#Groups", "File")
        var rest = found[...]
        while let first = rest.first {
            let run = rest.prefix { $0.run.id == first.run.id }
            rest = rest.dropFirst(run.count)
            table.add(
                String(first.run.startedAt.rawValue),
                LondonTime.text(first.run.started),
                names.base(first.run.base),
                names.recipient(first.run.recipient),
                "\(first.start.report) \(first.start.reportVersion)",
                Counts.grouped(Set(run.map(\.sent.pupil)).count),
                Counts.grouped(run.count { $0.group != nil }),
                first.start.file.name + (first.run.state == .exported ? "" : " (may have left)")
            )
        }
        return table.text
    }
}
