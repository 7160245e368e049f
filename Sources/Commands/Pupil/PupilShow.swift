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
        discussion: """
            This opens personal data: who asked, and why, is written in the log.

            Example: syncd pupil show A123456789012 --reason "Query of a parent" --store school
            """
    )

    @Argument(help: "The pupil's UPN, MIS key or id.")
    var subject: String

    @Option(help: ArgumentHelp("The school, when two have this MIS key.", valueName: "key"))
    var base: String?

    @Option(help: "Why you look; written in the log.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    func run(in session: Session) throws {
        let search = SubjectSearch(session: session, base: try base.map { try session.base($0).id })
        let entity = try search.one(subject)
        try session.recordReading("pupil show", of: [entity.id], reason: reason)
        let held = try session.state.read { try HeldGroup.all(of: entity, in: $0) }
        let keys = try session.baseKeys()
        let key = keys[entity.base] ?? "-"
        try session.console.say([
            "id": .string(entity.id.hex), "kind": .string(entity.kind.name), "base": .string(key),
            "misKey": .string(entity.key), "status": .string(entity.status.words),
            "groups": .array(
                held.map { held in
                    [
                        "group": .string(held.state.group.name), "base": JSON(keys[held.base]),
                        "position": JSON(held.state.position.rawValue), "rows": .array(held.rows.map(\.json)),
                    ]
                }
            ),
        ])
        try session.console.say(
            "\(entity.kind.name) \(entity.id.hex)\n  at \(key), MIS key \(entity.key), \(entity.status.words)"
        )
        for held in held {
            let place = held.base == entity.base ? "" : " at \(keys[held.base] ?? "-")"
            let since = Counts.grouped(held.state.position.rawValue)
            try session.console.say("\(held.state.group.name)\(place), since position \(since)")
            for (index, row) in held.rows.enumerated() {
                if index > 0 { try session.console.say("") }
                for entry in row.entries {
                    try session.console.say("  \(entry.field.name.padding(24))  \(entry.value)")
                }
            }
        }
    }
}

/// A data group of a pupil, and the school that told it: a second registration is told by another one.
private struct HeldGroup {
    var base: BaseID
    var state: GroupState

    var rows: [FieldRow] { state.content?.rows ?? [] }

    /// The pupil's own groups, then those of second registrations.
    static func all(of pupil: Entity, in snapshot: borrowing Snapshot) throws -> [HeldGroup] {
        var held = try snapshot.groups(of: pupil.id).map { HeldGroup(base: pupil.base, state: $0) }
        var seconds: [SubjectID] = []
        try snapshot.entities(.registration, of: pupil.id) { id in
            seconds.append(id)
            return true
        }
        for id in seconds {
            guard let second = try snapshot.entity(id) else { continue }
            held += try snapshot.groups(of: id).map { HeldGroup(base: second.base, state: $0) }
        }
        return held
    }
}

extension FieldRow {
    /// The row as a list of field and value, since a field may stand in it twice.
    var json: JSON { .array(entries.map { [.string($0.field.name), .string($0.value)] }) }
}
