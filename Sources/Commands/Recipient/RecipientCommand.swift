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
        subcommands: [
            RecipientAdd.self, RecipientEdit.self, RecipientComplete.self, RecipientList.self, RecipientShow.self,
        ]
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
            .init(name: "way", value: .string((try? ruled().way.rawValue) ?? "folder")),
            .init(name: "missing", value: .array(((try? ruled().record.missing) ?? []).map(JSON.string))),
        ]
    }
}
