import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows what the head of a school has said of its reports, from the beginning.
struct ConsentHistory: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show when a school's reports were accepted and withdrawn.",
        discussion: """
            Who did so is sealed in the log: open it with `syncd replay --open --reason R` at the position.

            Example: syncd consent history --base 8201001 --store school
            Example: syncd consent history --base 8201001 --as-of 03/03/2024 --store school
            """
    )

    @Option(help: ArgumentHelp("The school's key.", valueName: "key"))
    var base: String

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let base = try session.base(base)
        let point = try asOf.map(session.point)
        if let point { try session.console.say(point.sentence) }
        var table = TextTable("When", "#Position", "Report", "#Version", "Decision")
        for name in ReportCatalogue.names {
            let query = LogQuery(
                through: point?.position ?? session.log.durableEnd,
                stream: TransferStreams.acceptance(of: name, at: base.id)
            )
            try session.log.read(query) { event in
                guard let decision = try AcceptanceEvent(event) else { return true }
                let (word, version) =
                    switch decision {
                    case .accepted(let version): ("accepted", version)
                    case .withdrawn(let version): ("withdrawn", version)
                    case .lapsed(let version): ("lapsed", version)
                    case .notOffered(let version): ("no longer available", version)
                    }
                table.add(
                    LondonTime.text(event.recordedAt),
                    String(event.position.rawValue),
                    name,
                    String(version),
                    word
                )
                try session.console.say([
                    "recordedAt": .string(LondonTime.iso(event.recordedAt)),
                    "position": JSON(event.position.rawValue), "base": .string(base.key), "report": .string(name),
                    "version": JSON(version), "decision": .string(word), "actor": .string(event.actor.hex),
                ])
                return true
            }
        }
        try session.console.say(
            table.isEmpty ? "\(base.title): no report has been accepted or withdrawn yet." : table.text
        )
    }
}
