import ArgumentParser
import EventLog
import Projections

/// Tries again what waits.
struct ParkedRetry: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try again to take in events that wait, and what waits behind them.",
        discussion: """
            The retry is an event; what it changes counts as changed there, so that no task has been past it.

            Example: syncd projections parked retry 1043 --store school
            Example: syncd projections parked retry --all --store school
            """
    )

    @Argument(help: ArgumentHelp("The event.", valueName: "position"))
    var position: UInt64?

    @Flag(help: "All that wait.")
    var all = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if all == (position != nil) { throw ValidationError("Name the event, or give --all.") }
    }

    func run(in session: Session) throws {
        let before = try position.map { [try session.parkedEvent($0)] } ?? session.parkedEvents()
        if before.isEmpty {
            try session.console.say(["applied": JSON(0), "parked": .array([])])
            return try session.console.say("Nothing is parked.")
        }
        try session.parkingNotes.retry(before.map(\.event))
        try session.state.catchUp()
        let streams = Set(before.map(\.event.stream))
        let after = try session.parkedEvents().filter { streams.contains($0.event.stream) }
        let waiting = { (items: [ParkedItem]) in items.reduce(0) { $0 + 1 + $1.event.waiting.count } }
        let applied = waiting(before) - waiting(after)
        try session.console.say(["applied": JSON(applied), "parked": .array(after.map(\.json))])
        if applied > 0 { try session.console.say("Applied \(Counts.of(applied, "event")).") }
        guard let first = after.first else { return }
        throw CommandError(
            .stillParked,
            "Event \(Counts.grouped(first.event.position.rawValue)) still cannot be applied (\(first.reason)): update syncd, "
                + "and report it with its number and type, \(first.type)."
        )
    }
}
