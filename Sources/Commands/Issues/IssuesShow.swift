import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows one data issue.
struct IssuesShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a data issue: where it stands, what is wrong, how to mend it.",
        discussion: """
            What the file holds is sealed: --open shows it, needs --reason, and is written down first.

            Example: syncd issues show 1043 --store school
            Example: syncd issues show 1043 --as-of 03/03/2024 --store school
            Example: syncd issues show 1043 --store school --open --reason "Correcting the row with the office"
            """
    )

    @Argument(help: ArgumentHelp("The issue's number, as `issues list` has it.", valueName: "number"))
    var number: UInt64

    @Flag(help: "Show what the file holds; needs --reason, and is written down.")
    var open = false

    @Option(help: "Why it is opened.")
    var reason: String?

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if open { try ReadingReason.check(reason ?? "") }
        if reason != nil && !open { throw ValidationError("--reason goes with --open.") }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let point = try asOf.map(session.point)
        guard let issue = try session.read(asOf: point, [DataIssues()], { try $0.dataIssue(Position(number)) }),
            session.reaches(issue.base)
        else {
            throw CommandError(
                .issueUnknown,
                "There is no data issue \(number). See what there is with `syncd issues list --all`."
            )
        }
        if open { try session.recordReading("issues show", of: [issue.subject], reason: reason ?? "") }
        let rows = try IssueRows(session, opened: open)
        if let point { try session.console.say(point.sentence) }
        try session.console.say(rows.json(issue))
        try session.console.say(text(issue, rows))
    }

    private func text(_ issue: DataIssue, _ rows: IssueRows) throws -> String {
        var lines = [
            ("Issue", String(issue.number.rawValue)), ("State", rows.state(issue)),
            ("Base", (try rows.base(issue) ?? "").orDash),
            ("Source", try rows.source(issue)), ("About", (rows.kinds(issue) ?? "").orDash), ("File", issue.file),
            ("Line", issue.line == 0 ? "-" : String(issue.line)), ("Field", issue.field.orDash),
            ("Rule", issue.rule.rawValue), ("What is wrong", issue.reason), ("How to mend it", issue.rule.mending),
            ("Held back", issue.isParked ? "the row" : "no, only the value is wrong"),
            ("First seen", LondonTime.text(issue.firstSeen)), ("Last seen", LondonTime.text(issue.lastSeen)),
        ]
        if let end = issue.resolution { lines.append(("Resolved", LondonTime.text(end.when))) }
        if open {
            lines.append(("Key", IssueRows.shown(issue.key).orDash))
            lines.append(("Value", IssueRows.shown(try rows.value(issue)).orDash))
        }
        let width = lines.map(\.0.count).max() ?? 0
        return lines.map { $0 + String(repeating: " ", count: width - $0.count + 2) + $1 }.joined(separator: "\n")
    }
}
