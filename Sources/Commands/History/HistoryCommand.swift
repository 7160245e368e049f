import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows what happened to somebody's data.
struct HistoryCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show everything that happened to one person's data: before, after, and what left the building.",
        discussion: """
            This opens personal data: who asked, and why, is written in the log.

            Example: syncd history A123456789012 --reason "Subject access request 14" --store school
            Example: syncd history A123456789012 --as-of 03/03/2024 --reason "Subject access request 14"
            """
    )

    @Argument(help: "A pupil's UPN or MIS key, or the id of anybody.")
    var subject: String

    @Option(help: ArgumentHelp("The school, when two have this MIS key.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("Only what was known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @Option(help: "Why it is opened; written in the log.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let search = SubjectSearch(session: session, base: try base.map { try session.base($0).id })
        let entity = try search.one(subject)
        let point = try asOf.map(session.point)
        try session.recordReading("history", of: [entity.id], reason: reason)
        let keys = try session.baseKeys()
        var entries = try session.state.read { try Self.entries(of: entity, in: $0) }
        if let point {
            entries.removeAll { $0.entry.position > point.position }
            try session.console.say(point.sentence)
        }
        try session.console.say("\(entity.kind.name) \(entity.id.hex): \(Counts.of(entries.count, "event"))")
        var story = SubjectStory(bases: keys) { run in try session.state.read { try $0.taskRun(run) } }
        for (thing, entry) in entries {
            try session.log.read(LogQuery(from: entry.position, through: entry.position, opensParts: true)) { event in
                // A link shows neither school the other's history (rulings 2).
                guard session.reaches(event.base) else { return true }
                let step = try story.step(event, entry.group, of: thing)
                let place = keys[event.base] ?? "-"
                try session.console.say(step.json(event, base: place))
                try session.console.say(step.text(event, base: place))
                return true
            }
        }
    }

    /// The events about a person and about what belongs to a person, in the order of the log.
    private static func entries(
        of person: Entity,
        in snapshot: borrowing Snapshot
    ) throws -> [(thing: Entity, entry: HistoryEntry)] {
        var things = [person]
        for kind in [EntityKind.registration, .enrolment, .mark] {
            var ids: [SubjectID] = []
            try snapshot.entities(kind, of: person.id) { id in
                ids.append(id)
                return true
            }
            things += try ids.compactMap { try snapshot.entity($0) }
        }
        var entries: [(thing: Entity, entry: HistoryEntry)] = []
        for thing in things {
            try snapshot.history(of: thing.id) { entry in
                entries.append((thing, entry))
                return true
            }
        }
        return entries.sorted { $0.entry.position < $1.entry.position }
    }
}
