import ArgumentParser
import EventLog
import Identifiers
import Projections

/// Shows one that waits.
struct ParkedShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an event that state could not take in, and what waits behind it.",
        discussion: "Example: syncd projections parked show 1043 --store school"
    )

    @Argument(help: ArgumentHelp("The event.", valueName: "position"))
    var position: UInt64

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let item = try session.parkedEvent(position)
        try session.console.say(item.json)
        let behind = item.event.waiting.map { Counts.grouped($0.rawValue) }
        try session.console.say(
            """
            Event \(Counts.grouped(item.event.position.rawValue)), \(item.type)
              Stream      \(item.event.stream.hex)
              Projection  \(item.projection.isEmpty ? "none: the event cannot be read" : item.projection)
              Reason      \(item.reason)
              Told        \(item.event.toldAt.map { "by event \(Counts.grouped($0.rawValue))" } ?? "not yet")
              Behind it   \(behind.isEmpty ? "nothing" : behind.joined(separator: " "))
            `syncd replay --from \(position) --to \(position)` prints it; `syncd projections parked retry \(position)` \
            tries it again.
            """
        )
    }
}
