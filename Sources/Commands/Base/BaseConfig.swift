import ArgumentParser
import School

/// Sets what is known of a school.
struct BaseConfig: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Set a school's DfE number, URN or name.",
        discussion: """
            Files for an authority need the DfE number (LAESTAB).

            Example: syncd base config 8201001 --laestab 8201001 --store school
            """
    )

    @Argument(help: "The school's key.")
    var key: String

    @OptionGroup
    var attributes: BaseAttributeOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if attributes.attributes.isEmpty { throw ValidationError("Give --laestab, --urn or --name.") }
    }

    func run(in session: Session) throws {
        let base = try session.base(key)
        let others = try session.bases().map(\.registration)
        try session.carryOut(try BaseRegistration.configure(base.registration, attributes.attributes, beside: others))
        try session.console.say(.object(try session.base(key).members))
    }
}
