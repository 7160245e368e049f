import ArgumentParser
import EventLog
import Projections

/// Rebuilds the projections.
struct ProjectionsRebuild: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make all projections again from the log, and put them in place of the present ones.",
        discussion: """
            The new ones are filled beside the present ones and take their place at once.

            Example: syncd projections rebuild --store school
            """
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        try session.state.rebuild()
        session.console.endProgress()
        let end = session.log.durableEnd
        try session.console.say([
            "generation": JSON(session.state.generation), "position": JSON(end.rawValue),
        ])
        try session.console.say(
            "Rebuilt from \(Counts.of(end.rawValue, "event")); generation \(session.state.generation) is in place."
        )
    }
}
