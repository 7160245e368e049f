import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Tells who has read what.
struct AuditAccess: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "access",
        abstract: "Tell who has looked at whose data, when, with which command, and why.",
        discussion: """
            Every look at personal data is an event before anything is shown. --subject tells the looks at one person: \
            those at this person by name, and those over a range of events that hold something of the person. Closed, actors \
            are ids; --open also tells their names and their reasons, needs --reason, and is itself written down.

            Example: syncd audit access --from 01/11/2026 --to 30/11/2026 --store school
            Example: syncd audit access --subject A123456789012 --open --reason "Complaint 12" --store school
            Example: syncd audit access --actor anna --csv anna.csv --open --reason "Review of access" --store school
            """
    )

    @Option(help: ArgumentHelp("Only looks at this person: UPN, MIS key, whole name or id.", valueName: "person"))
    var subject: String?

    @Option(help: ArgumentHelp("The school, when two have this MIS key or name.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("Only looks by this account, by name or id.", valueName: "name"))
    var actor: String?

    @Option(help: ArgumentHelp("From this day on, dd/MM/yyyy or yyyy-MM-dd.", valueName: "day"))
    var from: DayArgument?

    @Option(help: ArgumentHelp("To this day, dd/MM/yyyy or yyyy-MM-dd.", valueName: "day"))
    var to: DayArgument?

    @Flag(help: "Also tell names and reasons; needs --reason, and is written down.")
    var open = false

    @Option(help: "Why they are opened.")
    var reason: String?

    @Option(
        help: ArgumentHelp("Write the list to this file, with JSON Lines and a manifest beside it.", valueName: "file"),
        completion: .file(extensions: ["csv"])
    )
    var csv: OutputPath?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if open { try ReadingReason.check(reason ?? "") }
        if reason != nil && !open { throw ValidationError("--reason goes with --open.") }
        if base != nil && subject == nil { throw ValidationError("--base goes with --subject.") }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        if open { try session.require("audit access --open") }
        let file = try csv.map { try ListFile($0.path) }
        let names = try ActorNames(session)
        let person = try subject.map { text in
            try SubjectSearch(session: session, base: try base.map { try session.base($0).id }).one(text, orNamed: true)
        }
        let looks = try Looks(at: person, in: session)
        let by = try actor.map { try names.actor($0) }
        let end = session.log.durableEnd
        if open { try session.recordReading("audit access", of: person.map { [$0.id] } ?? [], reason: reason ?? "") }
        let list = LookList(open: open)
        let query = LogQuery(
            through: end,
            type: EventType.recordsRead.number,
            stream: by.map { StreamID($0) },
            opensParts: open
        )
        func tell(_ add: ([String], JSON) throws -> Void) throws {
            try session.log.read(query) { event in
                let day = LondonTime.day(event.recordedAt)
                guard from.map({ $0.day <= day }) ?? true, to.map({ day <= $0.day }) ?? true,
                    let look = try looks.look(event, names: open ? names : nil)
                else { return true }
                list.add(look)
                try session.console.say(look.json)
                try add(look.values, look.json)
                return true
            }
        }
        if let file {
            try file.stream("syncd-access", Look.columns, at: session.now, tell)
            session.console.remark("Written: \(file.names.joined(separator: ", ")).")
        } else {
            try tell { _, _ in }
        }
        try session.console.say(list.text)
    }
}

/// Looks as a table for people.
private final class LookList {
    private var table: TextTable
    private var count = 0

    init(open: Bool) {
        table = TextTable(["#Event", "When", "Who", "Command", "#People", "Events"] + (open ? ["Reason"] : []))
    }

    func add(_ look: Look) {
        table.add(look.cells)
        count += 1
    }

    var text: String {
        count == 0 ? "Nobody has looked in this selection." : table.text + "\n" + Counts.of(count, "look") + "."
    }
}
