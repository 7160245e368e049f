import ArgumentParser
import Projections

/// Shows one recipient.
struct RecipientShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a recipient, and which tasks send to it.",
        discussion: """
            Example: syncd recipient show Council --store school
            Example: syncd recipient show Council --as-of 03/03/2024 --store school
            """
    )

    @Argument(help: "The recipient's name.")
    var name: String

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let point = try asOf.map(session.point)
        let recipient = try session.recipient(name, asOf: point)
        let known = try session.read(asOf: point, [Tasks()]) { try $0.tasks() }
        let tasks = session.withinReach(known).filter { $0.recipient == recipient.id }.map(\.name)
        if let point { try session.console.say(point.sentence) }
        try session.console.say(
            .object(recipient.members + [.init(name: "tasks", value: .array(tasks.map(JSON.string)))])
        )
        try session.console.say(
            """
            \(recipient.name)
              Party   \(recipient.party)
              Folder  \(recipient.folder)
              Tasks   \(tasks.isEmpty ? "none" : tasks.joined(separator: ", "))
            """
        )
    }
}
