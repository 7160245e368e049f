import ArgumentParser
import EventLog
import Projections

/// Events that state could not take in.
struct ParkedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parked",
        abstract: "List, show and retry events that state could not take in.",
        discussion: """
            Such an event waits, and what follows it in its stream; everything else goes on. After an update of syncd \
            that can apply it, retry.

            Example: syncd projections parked list --store school
            """,
        subcommands: [ParkedList.self, ParkedShow.self, ParkedRetry.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}
