import ArgumentParser
import Identifiers
import Projections
import School

/// Who receives transfer files.
struct RecipientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recipient",
        abstract: "Say who receives transfer files, and where they are delivered.",
        discussion: "Example: syncd recipient list --store school",
        subcommands: [RecipientAdd.self, RecipientList.self, RecipientShow.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

extension Projections.Recipient {
    /// The recipient for machines.
    var members: [JSON.Member] {
        [
            .init(name: "name", value: .string(name)), .init(name: "id", value: .string(id.hex)),
            .init(name: "party", value: .string(party)), .init(name: "folder", value: .string(folder)),
        ]
    }

    /// The recipient as the rules know it.
    func ruled() throws -> School.Recipient {
        School.Recipient(id: id, name: name, folder: folder, party: try TransferParty(party))
    }
}
