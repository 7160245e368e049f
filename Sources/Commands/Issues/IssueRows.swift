import EventLog
import Identifiers
import Projections
import School

/// A data issue as rows and objects, the same in every way out.
struct IssueRows {
    /// The columns of a file; the last two only when the values are opened.
    static let columns = [
        "issue", "state", "base", "source", "about", "file", "line", "field", "rule", "held_back", "reason",
        "how_to_mend", "first_seen", "last_seen", "resolved", "key", "value",
    ]

    private let bases: [BaseID: String]
    private let sources: [SourceID: String]
    private let isOpened: Bool
    private let withholding: Withholding

    init(_ session: Session, opened: Bool) throws {
        bases = try session.baseKeys()
        let known = try session.state.read { try $0.sources() }
        sources = Dictionary(uniqueKeysWithValues: known.map { ($0.id, $0.name) })
        isOpened = opened
        withholding = Withholding(session)
    }

    /// The columns of these rows.
    var columns: [String] { isOpened ? Self.columns : Self.columns.dropLast(2) }

    /// The school's key, or the word in its place for somebody whose whereabouts are kept back (rulings 11).
    func base(_ issue: DataIssue) throws -> String? {
        try isKeptBack(issue) ? SafeguardingTable.word : bases[issue.base]
    }

    /// The source's name; sources are named after schools.
    func source(_ issue: DataIssue) throws -> String {
        try isKeptBack(issue) ? SafeguardingTable.word : sources[issue.source] ?? issue.source.hex
    }

    func isKeptBack(_ issue: DataIssue) throws -> Bool {
        try issue.person.map { try withholding.protection(of: $0).isRestricted } ?? false
    }

    func kinds(_ issue: DataIssue) -> String? {
        let names = issue.kinds.compactMap { EntityKind(rawValue: $0)?.name }
        return names.isEmpty ? nil : names.joined(separator: " or ")
    }

    /// Open, or how it came to its end.
    func state(_ issue: DataIssue) -> String {
        switch issue.resolution?.how {
        case nil: "open"
        case .mended: "mended"
        case .gone: "no longer in the files"
        case .undone: "its import was undone"
        }
    }

    /// A value as a terminal may show it: what would steer the terminal is taken out.
    static func shown(_ value: String) -> String {
        String(
            String.UnicodeScalarView(
                value.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }
            )
        )
    }

    /// What could not be taken in; the word in its place for somebody whose whereabouts are kept back (rulings 11).
    func value(_ issue: DataIssue) throws -> String {
        try isKeptBack(issue) ? SafeguardingTable.word : issue.value
    }

    /// The values of a row, in the order of the columns.
    func values(_ issue: DataIssue) throws -> [String] {
        var values = [
            String(issue.number.rawValue), state(issue), try base(issue) ?? "", try source(issue), kinds(issue) ?? "",
            issue.file, issue.line == 0 ? "" : String(issue.line), issue.field, issue.rule.rawValue,
            issue.isParked ? "yes" : "no", issue.reason, issue.rule.mending, LondonTime.text(issue.firstSeen),
            LondonTime.text(issue.lastSeen), issue.resolution.map { LondonTime.text($0.when) } ?? "",
        ]
        if isOpened { values += [issue.key, try value(issue)] }
        return values
    }

    /// The issue for machines.
    func json(_ issue: DataIssue) throws -> JSON {
        var members: [JSON.Member] = [
            .init(name: "issue", value: JSON(issue.number.rawValue)),
            .init(name: "id", value: .string(issue.id.hex)),
            .init(name: "state", value: .string(issue.isOpen ? "open" : "resolved")),
            .init(name: "resolution", value: JSON(issue.resolution.map { String(describing: $0.how) })),
            .init(name: "base", value: JSON(try base(issue))),
            .init(name: "source", value: .string(try source(issue))),
            .init(
                name: "kinds",
                value: .array(issue.kinds.compactMap { EntityKind(rawValue: $0).map { .string($0.name) } })
            ),
            .init(name: "person", value: JSON(issue.person?.hex)),
            .init(name: "file", value: .string(issue.file)),
            .init(name: "line", value: JSON(issue.line)),
            .init(name: "field", value: .string(issue.field)),
            .init(name: "rule", value: .string(issue.rule.rawValue)),
            .init(name: "heldBack", value: .bool(issue.isParked)),
            .init(name: "reason", value: .string(issue.reason)),
            .init(name: "howToMend", value: .string(issue.rule.mending)),
            .init(name: "firstSeen", value: .string(LondonTime.iso(issue.firstSeen))),
            .init(name: "lastSeen", value: .string(LondonTime.iso(issue.lastSeen))),
            .init(name: "resolved", value: JSON(issue.resolution.map { LondonTime.iso($0.when) })),
        ]
        if isOpened {
            members.append(.init(name: "key", value: .string(issue.key)))
            members.append(.init(name: "value", value: .string(try value(issue))))
        }
        return .object(members)
    }
}
