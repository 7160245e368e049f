import ArgumentParser
import Identifiers
import School

/// Registers a school.
struct BaseAdd: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Register a school.",
        discussion: """
            An import with --register does the same for every school that its files name.

            Example: syncd base add 8201001 --laestab 8201001 --name "Oakfield Primary School" --store school
            """
    )

    @Argument(help: "What the MIS calls the school; any text.")
    var key: String

    @OptionGroup
    var attributes: BaseAttributeOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let others = try session.bases().map(\.registration)
        let base = BaseRegistration(id: session.draw(), key: key)
        var decision = try BaseRegistration.register(base, beside: others)
        let configured = try BaseRegistration.configure(base, attributes.attributes, beside: others)
        decision.events += configured.events
        try session.carryOut(decision)
        try session.console.say(.object(try session.base(key).members))
    }
}
