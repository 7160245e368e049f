import ArgumentParser
import Identifiers
import Projections
import School

/// Shows both values.
struct ConflictsShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what waits of one pupil, as the authority tells it and as the school has it.",
        discussion: """
            This opens personal data: who asked, and why, is written in the log. Of a group all rows are shown. What is \
            restricted shows as restricted.

            Example: syncd conflicts show 0f1e… --reason "Conflicts of the week" --store school
            """
    )

    @OptionGroup
    var options: TheirsOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let (inbound, theirs) = try options.find(in: session)
        let found = try session.state.read { try inbound.conflicts(of: theirs, $0) }
        let pair = [theirs] + found.prefix(1).map(\.link.ours)
        let concerned = found.contains { $0.item.group == .contacts } ? pair : []
        let contacts = try session.state.read { snapshot in
            try concerned.flatMap { try ToldContacts(of: $0, snapshot).people.map(\.id) }
        }
        try session.recordReading("conflicts show", of: pair + contacts, reason: options.reason)
        for conflict in found {
            let values = try ConflictValues(conflict, in: session)
            try session.console.say([
                "item": .string(conflict.item.name), "theirs": values.json(values.theirs),
                "ours": values.json(values.ours),
            ])
            let lines = values.lines("theirs", values.theirs) + values.lines("ours", values.ours)
            try session.console.say(([conflict.item.name] + lines).joined(separator: "\n"))
        }
        if found.isEmpty { try session.console.say("No conflict waits of this pupil.") }
    }
}

/// What two sources tell of one item, as it may be shown: by what is known of either, what is restricted is kept back.
struct ConflictValues {
    private let item: InboundItem
    /// The rows of the other source.
    let theirs: [FieldRow]
    /// The rows of the school's own.
    let ours: [FieldRow]

    init(_ conflict: Inbound.Conflict, in session: Session) throws {
        item = conflict.item
        let pair = (theirs: conflict.link.theirs, ours: conflict.link.ours)
        let withholding = Withholding(session)
        if conflict.item.group == .contacts {
            (theirs, ours) = try Self.contacts(pair, withholding, session)
        } else {
            theirs = try Self.rows(of: conflict.item, pair.theirs, hiddenAs: pair, withholding, session)
            ours = try Self.rows(of: conflict.item, pair.ours, hiddenAs: pair, withholding, session)
        }
    }

    private static func rows(
        of item: InboundItem,
        _ pupil: SubjectID,
        hiddenAs pair: (theirs: SubjectID, ours: SubjectID),
        _ withholding: Withholding,
        _ session: Session
    ) throws -> [FieldRow] {
        var rows = try session.state.read { try $0.group(item.group, of: pupil)?.content?.rows } ?? []
        for one in [pair.theirs, pair.ours] { rows = try withholding.shown(rows, of: item.group, of: one) }
        guard let field = item.field else { return rows }
        return rows.prefix(1).map { row in FieldRow(row.entries.filter { $0.field == field }) }.filter { !$0.isEmpty }
    }

    /// A row for each contact; of nobody's whereabouts where one of them lives with a child whose address is restricted:
    /// what the other source tells may be the same person's.
    private static func contacts(
        _ pair: (theirs: SubjectID, ours: SubjectID),
        _ withholding: Withholding,
        _ session: Session
    ) throws -> (theirs: [FieldRow], ours: [FieldRow]) {
        let told = try session.state.read {
            (try ToldContacts(of: pair.theirs, $0), try ToldContacts(of: pair.ours, $0))
        }
        let concerned = [pair.theirs, pair.ours] + (told.0.people + told.1.people).map(\.id)
        let isRestricted = try concerned.contains { try withholding.protection(of: $0).isRestricted }
        func rows(_ contacts: ToldContacts) -> [FieldRow] {
            contacts.people.map { person in
                let entries = person.details.flatMap(\.entries) + person.link.entries
                return FieldRow(
                    entries.filter { $0.field != .contactKey }.map { entry in
                        isRestricted && Field.ofWhereabouts.contains(entry.field)
                            ? .init(entry.field, SafeguardingTable.word) : entry
                    }
                )
            }
        }
        return (rows(told.0), rows(told.1))
    }

    /// For machines: the value of a field, the rows of a group, or null.
    func json(_ rows: [FieldRow]) -> JSON {
        guard !rows.isEmpty else { return .null }
        guard item.field == nil else { return JSON(rows.first?.entries.first?.value) }
        return .array(rows.map(\.json))
    }

    /// For people: whose, then a line for each row.
    func lines(_ whose: String, _ rows: [FieldRow]) -> [String] {
        let texts = rows.map { row in
            row.entries.map { entry in
                (item.field == nil ? entry.field.name + " " : "") + LondonTime.shown(entry.value)
            }.joined(separator: ", ")
        }
        return (texts.isEmpty ? ["-"] : texts).enumerated().map { index, text in
            "  " + (index == 0 ? whose : "").padding(6) + "  " + text
        }
    }
}
