import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Adds an account.
struct UserAdd: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Give somebody, or a machine, an account with its first role.",
        discussion: """
            A person gets an invitation, with which a password is set; a machine (agent, recipient) gets a token. Both \
            are shown once.

            Roles at a school: head, nominated_contact, it_support, school_admin, multi_user_admin. For the \
            whole store: operator, la_admin, la_officer. Either: dpo, auditor, agent, recipient, it_support, school_admin.

            The head appoints the proxy: `syncd user proxy`.

            Example: syncd user add ada --role head --base 8201001 --store school
            Example: syncd user add office --role school_admin --store school
            """
    )

    @Argument(help: "The user name.")
    var name: String

    @Option(help: "The first role.")
    var role: Role

    @Option(help: ArgumentHelp("The school where the role is held; without it, the whole store.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("How many days a machine's token holds.", valueName: "days"))
    var tokenDays = SessionRule.tokenDays

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard (1...3650).contains(tokenDays) else { throw ValidationError("--token-days goes from 1 to 3650.") }
    }

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        try AccountRules.requireOperatorsRole(role)
        let grant = RoleGrant(role, at: try base.map { try session.base($0).id })
        let token = try session.addAccount(name, grant, tokenDays: tokenDays)
        try session.tell(token, of: name, try session.account(name).kind)
    }
}
