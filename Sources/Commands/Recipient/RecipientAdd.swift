import ArgumentParser
import EventLog
import Foundation
import Identifiers
import Projections
import School

/// Adds a recipient.
struct RecipientAdd: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a recipient, with the folder that its files are delivered to.",
        discussion: """
            An authority is named by its three digits, a school by the seven of its DfE number.

            Example: syncd recipient add Council --party 820 --folder out --store school
            """
    )

    @Argument(help: "The recipient's name.")
    var name: String

    @Option(help: ArgumentHelp("An authority's three digits, or a school's seven.", valueName: "number"))
    var party: String

    @Option(
        help: ArgumentHelp("The folder that files are delivered to; it must be there.", valueName: "folder"),
        completion: .directory
    )
    var folder: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    /// What to do without the folder.
    static let folderAdvice = "Make it, or name another with --folder."

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let path = try session.existingFolder(session.absolute(folder), Self.folderAdvice)
        let others = try session.state.read { try $0.recipients() }.map { try $0.ruled() }
        let recipient = School.Recipient(
            id: session.draw(),
            name: name,
            folder: path,
            party: try TransferParty(party)
        )
        try session.carryOut(try School.Recipient.add(recipient, to: others, owner: session.log.owner))
        try session.console.say(.object(try session.recipient(name).members))
    }
}
