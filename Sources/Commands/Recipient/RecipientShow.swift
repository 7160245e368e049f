import ArgumentParser
import Projections

/// Shows one recipient.
struct RecipientShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a recipient, and which tasks send to it.",
        discussion: "Example: syncd recipient show Council --store school"
    )

    @Argument(help: "The recipient's name.")
    var name: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let recipient = try session.recipient(name)
        let tasks = try session.tasks().filter { $0.recipient == recipient.id }.map(\.name)
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
