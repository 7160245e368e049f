import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Appoints the head's proxy.
struct UserProxy: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "As a head, appoint who stands in for you at your school, or take it back.",
        discussion: """
            A proxy accepts and withdraws reports like the head. Only the head of the school appoints and removes one, \
            among people who have a role there. A proxy needs one-time codes: whoever has none yet gets an invitation, \
            which sets password and codes anew.

            Example: syncd user proxy ben --base 8201001 --store school
            Example: syncd user proxy ben --base 8201001 --remove --store school
            """
    )

    @Argument(help: "The user name.")
    var name: String

    @Option(help: ArgumentHelp("Your school's key.", valueName: "key"))
    var base: String

    @Flag(help: "Take it back.")
    var remove = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let base = try session.base(base)
        let act = remove ? ProxyAct.remove(name) : .appoint(name)
        let (decision, invitation) = try act.carryOut(at: base, in: session)
        try session.tell(decision, of: base.title)
        if let invitation { return try session.tell(invitation, of: name, .person) }
        try session.console.say([
            "user": .string(name), "base": .string(base.key), "isProxy": .bool(!remove),
            "changed": .bool(!decision.isUnchanged),
        ])
    }
}
