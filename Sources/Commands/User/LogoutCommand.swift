import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Ends the session.
struct LogoutCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "End your session.",
        discussion: "Example: syncd logout --store school"
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        guard let principal = session.principal else {
            return try session.console.say("This store has no accounts: nobody is logged in.")
        }
        try session.gate.logout(principal)
        session.file.remove()
        try session.console.say(["user": .string(principal.name), "loggedOut": true])
        try session.console.say("\(principal.name) is logged out.")
    }
}
