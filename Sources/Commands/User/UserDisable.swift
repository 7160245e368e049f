import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Disables an account.
struct UserDisable: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Disable a user: sessions and tokens end at once.",
        discussion: "Example: syncd user disable ada --store school"
    )

    @Argument(help: "The user name.")
    var name: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let account = try session.account(name)
        try session.carryOut(
            AccountRules.disable(account, operators: session.operators(), owner: session.log.owner)
        )
        try session.console.say(["user": .string(name), "disabled": true])
    }
}
