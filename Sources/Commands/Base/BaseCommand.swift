import ArgumentParser
import Identifiers
import Projections
import School

/// Schools as the store knows them.
struct BaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "base",
        abstract: "Register schools, and say who they are.",
        discussion: """
            A base is one school. Its key is what the MIS calls it; its DfE number is needed for files to an authority.

            Example: syncd base list --store school
            """,
        subcommands: [BaseAdd.self, BaseList.self, BaseShow.self, BaseConfig.self, BasePrerequisites.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// The attributes of a base as options take them.
struct BaseAttributeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The DfE number, seven digits; empty clears it.", valueName: "number"))
    var laestab: String?

    @Option(help: ArgumentHelp("The unique reference number, six digits; empty clears it.", valueName: "number"))
    var urn: String?

    @Option(help: "The school's name; empty clears it.")
    var name: String?

    /// What is to be set.
    var attributes: BaseRegistration.Attributes { .init(laestab: laestab, urn: urn, name: name) }
}

extension Base {
    /// True for where stands what an authority tells of the schools: it is no school.
    var isOfAuthority: Bool { key.hasSuffix("LLLL") }

    /// The base as the rules know it.
    var registration: BaseRegistration { BaseRegistration(id: id, key: key, laestab: laestab, urn: urn) }

    /// The key, and the name where there is one.
    var title: String { name.isEmpty ? key : "\(key) \(name)" }

    /// The base for machines.
    var members: [JSON.Member] {
        [
            .init(name: "key", value: .string(key)), .init(name: "id", value: .string(id.hex)),
            .init(name: "name", value: .string(name)), .init(name: "laestab", value: .string(laestab)),
            .init(name: "urn", value: .string(urn)),
        ]
    }
}
