import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Gives a role, or takes it away.
struct UserRole: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "role",
        abstract: "Give a user another role, or take one away; sessions of before end.",
        discussion: """
            Example: syncd user role ada --role head --base 8201002 --store school
            Example: syncd user role ada --role head --base 8201002 --remove --store school
            """
    )

    @Argument(help: "The user name.")
    var name: String

    @Option(help: "The role.")
    var role: Role

    @Option(help: ArgumentHelp("The school where it is held; without it, the whole store.", valueName: "key"))
    var base: String?

    @Flag(help: "Take it away.")
    var remove = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let account = try session.account(name)
        try AccountRules.requireOperatorsRole(role)
        let grant = RoleGrant(role, at: try base.map { try session.base($0).id })
        let owner = session.log.owner
        try session.carryOut(
            remove
                ? AccountRules.revoke(grant, from: account, operators: session.operators(), owner: owner)
                : AccountRules.grant(grant, to: account, owner: owner)
        )
        let after = try session.account(name)
        try session.console.say(["user": .string(name), "roles": .array(try session.words(of: after.grants))])
    }
}
