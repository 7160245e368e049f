import ArgumentParser
import Projections

/// Lists the recipients.
struct RecipientList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the recipients of transfer files.",
        discussion: """
            Example: syncd recipient list --store school
            Example: syncd recipient list --as-of 03/03/2024 --store school
            """
    )

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let point = try asOf.map(session.point)
        let recipients = try session.read(asOf: point, [Recipients()]) { try $0.recipients() }
        if let point { try session.console.say(point.sentence) }
        try session.console.say(.array(recipients.map { .object($0.members) }))
        guard !recipients.isEmpty else {
            return try session.console.say("There is no recipient yet. Add one with `syncd recipient add NAME`.")
        }
        var table = TextTable("Recipient", "Party", "Folder")
        for recipient in recipients { table.add(recipient.name, recipient.party, recipient.folder) }
        try session.console.say(table.text)
    }
}
