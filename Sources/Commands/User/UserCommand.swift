import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School
import Sealing

/// Who may use the store.
struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Give people and machines accounts and roles, and take them away.",
        discussion: """
            As soon as a store has its first account, an operator's, every command needs somebody who is logged in.

            Example: syncd user add ada --role head --base 8201001 --store school
            """,
        subcommands: [
            UserAdd.self, UserRole.self, UserProxy.self, UserInvite.self, UserDisable.self, UserList.self,
        ]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

extension Role: ExpressibleByArgument {}

extension Session {
    /// The account of a name.
    ///
    /// - Throws: `userUnknown`.
    func account(_ name: String) throws -> Account {
        if let account = try state.read({ try $0.accounts() }).first(where: { $0.name == name }) { return account }
        throw AccessError(.userUnknown, "there is no user of this name: see `syncd user list`")
    }

    /// How many accounts that can be used hold the role of an operator.
    func operators() throws -> Int {
        try state.read { try $0.accounts() }.count { account in
            !account.isDisabled && account.grants.contains { $0.role == .operator }
        }
    }

    /// Adds an account, and gives the secret that is shown once.
    ///
    /// - Parameter days: how long a machine's token holds.
    func addAccount(_ name: String, _ grant: RoleGrant, tokenDays days: Int) throws -> Token {
        var randomness = SystemRandomness()
        let kind: Account.Kind =
            switch grant.role {
            case .agent: .agent
            case .recipient: .recipient
            default: .person
            }
        let token = Token(drawnFrom: randomness)
        let seconds = kind == .person ? SessionRule.invitation : Int64(days) * 24 * 3600
        let decision = try AccountRules.add(
            Account(id: .random(using: &randomness), kind: kind, name: name),
            grant,
            Account.Token(hash: token.hash, expires: now.advanced(bySeconds: seconds)),
            beside: try state.read { try $0.accounts() }.map(\.name),
            roster: try log.version(of: AccountStreams.roster(of: log.owner)),
            owner: log.owner
        )
        try append(decision.events, conditions: decision.conditions)
        return token
    }

    /// Tells a secret that is shown once.
    func tell(_ token: Token, of name: String, _ kind: Account.Kind) throws {
        switch kind {
        case .person:
            try console.say(["user": .string(name), "invitation": .string(token.text)])
            try console.say(
                """
                \(name) has an invitation, which holds for 7 days and is not shown again:
                  \(token.text)
                Hand it over in person, or by a way that is safe. With it: `syncd login \(name) --first`.
                """
            )
        case .agent, .recipient:
            try console.say(["user": .string(name), "token": .string(token.text)])
            try console.say(
                """
                \(name) has a token, which is not shown again:
                  \(token.text)
                Put it into a file that only the machine's own account can read, and name that file with --session.
                """
            )
        }
    }
}
