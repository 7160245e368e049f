import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows one pupil.
struct PupilShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what is held of one pupil, group by group, now or as it was known at an earlier time.",
        discussion: """
            This opens personal data: who asked, and why, is written in the log.

            Of a pupil whose address is restricted, address, phones and school show as restricted; --restricted shows \
            them to the school's office, its head and the data protection officer, as held now.

            Two dates: --as-of says how far the log is read, what was known then; --effective says which day it is about.

            Example: syncd pupil show A123456789012 --reason "Query of a parent" --store school
            Example: syncd pupil show A123456789012 --effective 18/01/2024 --as-of 03/03/2024 --reason "Census query"
            """
    )

    @Argument(help: "The pupil's UPN, MIS key or id, as known now.")
    var subject: String

    @Option(help: ArgumentHelp("The school, when two have this MIS key.", valueName: "key"))
    var base: String?

    @Option(help: "Why you look; written in the log.")
    var reason: String

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @Option(help: ArgumentHelp("Also say whether the pupil was on roll on this day.", valueName: "date"))
    var effective: DayArgument?

    @Flag(help: "Also show what is restricted.")
    var restricted = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        try ReadingReason.check(reason)
        if restricted && asOf != nil {
            throw ValidationError("--restricted shows what is held now: leave --as-of out.")
        }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let search = SubjectSearch(session: session, base: try base.map { try session.base($0).id })
        let found = try search.one(subject)
        let point = try asOf.map(session.point)
        if restricted { try session.require("pupil show --restricted") }
        try session.recordReading(restricted ? "pupil show --restricted" : "pupil show", of: [found.id], reason: reason)
        guard let record = try HeldRecord(of: found, at: point, in: session) else {
            throw CommandError.unknownThen
        }
        let withholding = Withholding(session)
        let isHidden = try !restricted && withholding.protection(of: found.id).isRestricted
        let keys = try session.baseKeys()
        let view = PupilView(
            record: restricted ? record : try record.shown(by: withholding),
            keys: isHidden ? keys.mapValues { _ in SafeguardingTable.word } : keys,
            point: point,
            day: effective?.day
        )
        try session.console.say(view.json)
        for line in view.lines { try session.console.say(line) }
        for order in try session.state.read({ try $0.ordersAhead(of: found.id) }) {
            let what = order.groups.isEmpty ? "the whole record" : "data groups"
            session.console.remark(
                "On order to be deleted by \(LondonTime.day(order.due)), \(what): order \(order.id.hex), `syncd leavers queue`."
            )
        }
    }
}

extension FieldRow {
    /// The row as a list of field and value, since a field may stand in it twice.
    var json: JSON { .array(entries.map { [.string($0.field.name), .string($0.value)] }) }
}
