import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School
import Sealing

/// Gives a new invitation or token.
struct UserInvite: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite",
        abstract: "Give a user a new invitation, or a machine a new token; what was before is void.",
        discussion: """
            For a password or an authenticator that is lost, an invitation that has expired, a token that is to be \
            changed. The old password, code secret and sessions, or the old token, end at once.

            Example: syncd user invite ada --store school
            """
    )

    @Argument(help: "The user name.")
    var name: String

    @Option(help: ArgumentHelp("How many days a machine's token holds.", valueName: "days"))
    var tokenDays = SessionRule.tokenDays

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard (1...3650).contains(tokenDays) else { throw ValidationError("--token-days goes from 1 to 3650.") }
    }

    func run(in session: Session) throws {
        let account = try session.account(name)
        let token = Token(drawnFrom: SystemRandomness())
        let seconds = account.kind == .person ? SessionRule.invitation : Int64(tokenDays) * 24 * 3600
        let kept = Account.Token(hash: token.hash, expires: session.now.advanced(bySeconds: seconds))
        let decision = try AccountRules.renew(kept, of: account, owner: session.log.owner)
        try session.append(decision.events, conditions: decision.conditions)
        try session.tell(token, of: name, account.kind)
    }
}
