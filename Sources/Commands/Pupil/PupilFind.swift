import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Finds pupils.
struct PupilFind: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Find pupils by name, UPN or the MIS's key.",
        discussion: """
            This shows personal data: who asked, and why, is written in the log.

            Example: syncd pupil find "sami ach" --base 8201001 --reason "Query of a parent" --store school
            Example: syncd pupil find "sami ach" --as-of 03/03/2024 --reason "Query of a parent" --store school
            """
    )

    @Argument(help: "Parts of names, a UPN or a MIS key; every word must occur.")
    var text: String

    @Option(help: ArgumentHelp("Only this school.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @Option(help: "Why you look; written in the log.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        try ReadingReason.check(reason)
        if text.filter({ !$0.isWhitespace }).count < 2 {
            throw ValidationError("Give at least two letters of a name, or a UPN or MIS key.")
        }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let base = try base.map { try session.base($0).id }
        let search = SubjectSearch(session: session, base: base, point: try asOf.map(session.point))
        let found = try search.pupils(matching: text)
        try session.recordReading("pupil find", of: found.map(\.entity.id), reason: reason)
        let keys = try session.baseKeys()
        let withholding = Withholding(session)
        let schools = try found.map { try withholding.base(keys[$0.entity.base], of: $0.entity.id) }
        for (pupil, school) in zip(found, schools) {
            try session.console.say([
                "id": .string(pupil.entity.id.hex), "base": JSON(school),
                "misKey": .string(pupil.entity.key), "surname": JSON(pupil.basics[.surname]),
                "forename": JSON(pupil.basics[.forename]), "upn": JSON(pupil.basics[.upn]),
                "yearGroup": .string(pupil.year), "status": .string(pupil.entity.status.words),
            ])
        }
        if let point = search.point { try session.console.say(point.sentence) }
        if let base, !session.seesRestricted(at: base) {
            try session.console.say("Whoever's whereabouts are kept back is found without --base alone.")
        }
        guard !found.isEmpty else { return try session.console.say("No pupil fits.") }
        var table = TextTable("Name", "Year", "UPN", "Base", "MIS key", "Stands", "Id")
        for (pupil, school) in zip(found, schools) {
            table.add(
                pupil.name.orDash,
                pupil.year.orDash,
                pupil.basics[.upn] ?? "-",
                school ?? "-",
                pupil.entity.key,
                pupil.entity.status.words,
                pupil.entity.id.hex
            )
        }
        try session.console.say(table.text)
        try session.console.say(Counts.of(found.count, "pupil") + ".")
    }
}
