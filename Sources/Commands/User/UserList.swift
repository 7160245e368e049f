import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Lists the accounts.
struct UserList: PastCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List who may use the store, with which roles.",
        discussion: "Example: syncd user list --store school"
    )

    @OptionGroup
    var moment: AsOfOption

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func show(in session: Session) throws {
        let accounts = try session.state.read { try $0.accounts() }
        guard !accounts.isEmpty else {
            try session.console.say(.array([]))
            return try session.console.say(
                "This store has no accounts: whoever may open it may do all. Begin with "
                    + "`syncd user add NAME --role operator`."
            )
        }
        var table = TextTable("User", "State", "Roles")
        var objects: [JSON] = []
        for account in accounts {
            let roles = try session.words(of: account.grants)
            table.add(account.name.orDash, account.condition, roles.map(\.plain).joined(separator: ", ").orDash)
            objects.append([
                "user": .string(account.name), "id": .string(account.id.hex), "state": .string(account.condition),
                "roles": .array(roles),
            ])
        }
        try session.console.say(.array(objects))
        try session.console.say(table.text)
    }
}

extension Account {
    /// Whether it can be used, in a word.
    fileprivate var condition: String {
        if isDisabled { return "disabled" }
        if kind != .person { return "machine" }
        return passwordHash.isEmpty ? "invited" : "active"
    }
}
