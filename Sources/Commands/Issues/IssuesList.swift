import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Lists data issues.
struct IssuesList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List data issues: file, line, field, the rule that was broken, since when.",
        discussion: """
            Open ones unless --resolved or --all is given. What the files hold is sealed and not shown; --open shows it, \
            needs --reason, and is written down. --csv also writes a file for a spreadsheet, with JSON Lines and a \
            manifest beside it.

            Example: syncd issues list --store school --base 0012001 --rule upn1510
            Example: syncd issues list --store school --csv issues.csv
            Example: syncd issues list --store school --as-of 03/03/2024
            """
    )

    @Option(help: ArgumentHelp("Only issues of this base.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("Only issues of this rule, such as upn1510.", valueName: "code"))
    var rule: String?

    @Flag(help: "Which issues: open ones unless told otherwise.")
    var state: State?

    @Option(
        help: ArgumentHelp(
            "Write the list to this file, with JSON Lines and a manifest beside it.",
            valueName: "file"
        ),
        completion: .file(extensions: ["csv"])
    )
    var csv: OutputPath?

    @Flag(help: "Show what the files hold; needs --reason, and is written down.")
    var open = false

    @Option(help: "Why it is opened.")
    var reason: String?

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    /// Which issues, as flags.
    enum State: String, EnumerableFlag {
        case resolved
        case all

        static func help(for value: Self) -> ArgumentHelp? {
            switch value {
            case .resolved: "Only resolved ones."
            case .all: "Open and resolved ones."
            }
        }
    }

    func validate() throws {
        if open { try ReadingReason.check(reason ?? "") }
        if reason != nil && !open { throw ValidationError("--reason goes with --open.") }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let wanted = try base.map { try session.base($0).id }
        let file = try csv.map { try ListFile($0.path) }
        if open { try session.recordReading("issues list", reason: reason ?? "") }
        let rows = try IssueRows(session, opened: open)
        var issues: [DataIssue] = []
        let point = try asOf.map(session.point)
        if let point { try session.console.say(point.sentence) }
        try session.read(asOf: point, [DataIssues()]) { snapshot in
            try snapshot.dataIssues { issue in
                if session.reaches(issue.base), matches(issue, base: wanted) { issues.append(issue) }
                return true
            }
        }
        if let wanted, !session.seesRestricted(at: wanted) { try issues.removeAll(where: rows.isKeptBack) }
        for issue in issues { try session.console.say(rows.json(issue)) }
        try session.console.say(text(issues, rows))
        if let file {
            try file.write(
                "syncd-issues",
                rows.columns,
                rows: try issues.map(rows.values),
                objects: try issues.map(rows.json),
                at: session.now
            )
            session.console.remark(
                "Written: \(file.names.joined(separator: ", "))"
                    + (open ? ". They hold personal data: remove them when they have served." : ".")
            )
        }
    }

    private func matches(_ issue: DataIssue, base: BaseID?) -> Bool {
        if let base, issue.base != base { return false }
        if let rule, issue.rule.rawValue != rule { return false }
        switch state {
        case nil: return issue.isOpen
        case .resolved: return !issue.isOpen
        case .all: return true
        }
    }

    private func text(_ issues: [DataIssue], _ rows: IssueRows) throws -> String {
        guard !issues.isEmpty else {
            return state == nil ? "There are no open data issues." : "There are no data issues of this sort."
        }
        var titles = ["#Issue", "Base", "Kind", "File", "#Line", "Field", "Rule", "Last seen", "State"]
        if open { titles += ["Key", "Value"] }
        var table = TextTable(titles)
        for issue in issues {
            var cells = [
                String(issue.number.rawValue), (try rows.base(issue) ?? "").orDash, (rows.kinds(issue) ?? "").orDash,
                issue.file,
                issue.line == 0 ? "-" : String(issue.line), issue.field.orDash, issue.rule.rawValue,
                LondonTime.text(issue.lastSeen), rows.state(issue),
            ]
            if open { cells += [issue.key, try rows.value(issue)].map { IssueRows.shown($0).orDash } }
            table.add(cells)
        }
        let count = Counts.of(issues.count, "data issue")
        return table.text + "\n\(count). `syncd issues show NUMBER` says what is wrong and how to mend it."
    }
}
