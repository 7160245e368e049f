import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows one pupil.
struct PupilShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what is held of one pupil, group by group.",
        discussion: "Example: syncd pupil show A123456789012 --store school"
    )

    @Argument(help: "The pupil's UPN, MIS key or id.")
    var subject: String

    @Option(help: ArgumentHelp("The school, when two have this MIS key.", valueName: "key"))
    var base: String?

    @Option(help: "Why you look; written in the log.")
    var reason = "looked up by hand"

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let search = SubjectSearch(session: session, base: try base.map { try session.base($0).id })
        try session.recordReading("pupil show", reason: reason)
        let entity = try search.one(subject)
        let groups = try session.state.read { try $0.groups(of: entity.id) }
        let key = try session.baseKeys()[entity.base] ?? "-"
        try session.console.say([
            "id": .string(entity.id.hex), "kind": .string(entity.kind.name), "base": .string(key),
            "misKey": .string(entity.key), "status": .string(entity.status.words),
            "groups": .array(
                groups.map { group in
                    [
                        "group": .string(group.group.name), "position": JSON(group.position.rawValue),
                        "rows": .array((group.content?.rows ?? []).map(\.json)),
                    ]
                }
            ),
        ])
        try session.console.say(
            "\(entity.kind.name) \(entity.id.hex)\n  at \(key), MIS key \(entity.key), \(entity.status.words)"
        )
        for group in groups {
            try session.console.say("\(group.group.name), since position \(Counts.grouped(group.position.rawValue))")
            for (index, row) in (group.content?.rows ?? []).enumerated() {
                if index > 0 { try session.console.say("") }
                for entry in row.entries {
                    try session.console.say("  \(entry.field.name.padding(24))  \(entry.value)")
                }
            }
        }
    }
}

extension FieldRow {
    /// The row as a list of field and value, since a field may stand in it twice.
    var json: JSON { .array(entries.map { [.string($0.field.name), .string($0.value)] }) }
}
