import ArgumentParser
import Connectors
import Identifiers
import School

/// Registers a school, or many from a list.
struct BaseAdd: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Register a school, or many from a list.",
        discussion: """
            An import with --register does the same for every school that its files name.

            A list is the public one of Get Information about Schools, plain or gzip, or a CSV file with the columns \
            key, laestab, urn and name. Schools that are registered by now keep what they have and get what they lack; \
            the same list again changes nothing.

            Example: syncd base add 8201001 --laestab 8201001 --name "Oakfield Primary School" --store school
            Example: syncd base add --from edubasealldata20250422.csv --la 820 --open-only --dry-run --store school
            """
    )

    @Argument(help: "What the MIS calls the school; any text.")
    var key: String?

    @OptionGroup
    var attributes: BaseAttributeOptions

    @OptionGroup(title: "From a list")
    var list: BaseListOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard (key == nil) != (list.from == nil) else {
            throw ValidationError("Give the school's KEY, or a list with --from FILE.")
        }
        if list.from != nil, !attributes.attributes.isEmpty {
            throw ValidationError("--laestab, --urn and --name are for one school: a list has them in its columns.")
        }
        if list.from == nil, list.isUsed {
            throw ValidationError("--la, --open-only, --key, --dry-run and --strict go with --from FILE.")
        }
    }

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        if let file = list.from {
            let isClean = try BaseListIntake(file: file.path, options: list).run(in: session)
            if list.strict && !isClean { throw ExitCode(3) }
            return
        }
        guard let key else { return }
        let others = try session.everyBase().map(\.registration)
        let base = BaseRegistration(id: session.draw(), key: key)
        var decision = try BaseRegistration.register(base, beside: others)
        let configured = try BaseRegistration.configure(base, attributes.attributes, beside: others)
        decision.events += configured.events
        try session.carryOut(decision)
        try session.console.say(.object(try session.base(key).members))
    }
}

/// How a list of schools is to be taken in.
struct BaseListOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A list of schools.", valueName: "file"), completion: .file())
    var from: InputPath?

    @Option(help: ArgumentHelp("Only schools of this authority, three digits; may be given again.", valueName: "code"))
    var la: [String] = []

    @Flag(help: "Only schools that are open.")
    var openOnly = false

    @Option(name: .customLong("key"), help: "What the MIS calls the schools of the public list: laestab or urn.")
    var keyColumn: BaseListFile.KeyColumn?

    @Flag(help: "Show what would happen, and append nothing.")
    var dryRun = false

    @Flag(help: "End with exit code 3 when rows were parked.")
    var strict = false

    /// True when anything but the file is given.
    var isUsed: Bool { !la.isEmpty || openOnly || keyColumn != nil || dryRun || strict }

    func validate() throws {
        for code in la where code.count != 3 || !code.allSatisfy(\.isNumber) {
            throw ValidationError("--la takes the three digits of an authority, for example 820.")
        }
    }
}

extension BaseListFile.KeyColumn: ExpressibleByArgument {}
