import ArgumentParser
import EventLog
import Projections

/// Lists what waits.
struct ParkedList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List events that state could not take in, and how many wait behind each.",
        discussion: "Example: syncd projections parked list --store school"
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let parked = try session.parkedEvents()
        for item in parked { try session.console.say(item.json) }
        if parked.isEmpty { return try session.console.say("Nothing is parked.") }
        var table = TextTable("#Event", "Type", "Projection", "#Behind it", "Reason")
        for item in parked {
            table.add(
                Counts.grouped(item.event.position.rawValue),
                item.type,
                item.projection.isEmpty ? "-" : item.projection,
                Counts.grouped(item.event.waiting.count),
                item.reason
            )
        }
        try session.console.say(table.text)
    }
}
