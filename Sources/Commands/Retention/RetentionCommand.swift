import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// How long data are kept, and what keeps them longer.
struct RetentionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "Say how long data are kept, order what may go, and keep a person's data from being erased.",
        discussion: "Example: syncd retention hold A123456789012 --reason \"Claim 7\" --store school",
        subcommands: [RetentionHold.self, RetentionRuleCommand.self, RetentionPlan.self, RetentionRun.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// Puts a person's data on hold, or lifts that.
struct RetentionHold: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Put a person's data on hold: nothing of it is erased until the hold is lifted.",
        discussion: """
            For a legal claim or an inquiry. Orders to delete leave the person out until then.

            Example: syncd retention hold A123456789012 --reason "Claim 7" --store school
            Example: syncd retention hold A123456789012 --lift --reason "Claim 7 is settled" --store school
            """
    )

    @Argument(help: "A pupil's UPN or MIS key, or the id of anybody.")
    var subject: String

    @Option(help: ArgumentHelp("The school, when two have this MIS key.", valueName: "key"))
    var base: String?

    @Flag(help: "Lift the hold.")
    var lift = false

    @Option(help: "Why; written in the log, sealed.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    func run(in session: Session) throws {
        let search = SubjectSearch(session: session, base: try base.map { try session.base($0).id })
        let entity = try search.one(subject)
        let isHeld = try session.state.read { try $0.hold(on: entity.id) } != nil
        if isHeld == lift {
            let note = try session.actor().note(reason)
            try session.append([ErasureEvents.hold(entity.id, isPlaced: !lift, at: entity.base, note: note)])
        }
        try session.console.say(["subject": .string(entity.id.hex), "onHold": .bool(!lift)])
        try session.console.say(
            lift ? "The hold is lifted." : "On hold: nothing of \(entity.id.hex) is erased until this is lifted."
        )
    }
}
