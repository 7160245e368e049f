import ArgumentParser
import EventLog
import Projections
import School

/// Restoring a store, and saying that what was lost has been decided again.
struct RestoreGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a store from a backup; confirm that what was lost has been decided again.",
        discussion: """
            Without a subcommand a store is made: `syncd restore store --help` has all its options.

            Example: syncd restore /media/backup/school school --custodian /media/head-teacher
            Example: syncd restore confirm --store school --reason "Withdrawals since Friday repeated"
            """,
        subcommands: [RestoreCommand.self, RestoreConfirm.self],
        defaultSubcommand: RestoreCommand.self
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// Says that what a restore lost has been decided again.
struct RestoreConfirm: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Say that what was decided after the backup has been decided again: files leave again from here on.",
        discussion: """
            After a restore no file leaves: a withdrawal of the head, a hold or a restriction of after the backup may be \
            lost. Import the newest exports, repeat what was withdrawn, held and opted out, and then confirm. The next run \
            of each task sends everything anew.

            Example: syncd restore confirm --store school --reason "Withdrawals since Friday repeated"
            """
    )

    @Option(help: "Who has looked, and what was repeated; written in the log, sealed.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    func run(in session: Session) throws {
        let restored = try session.state.read { try $0.restoredEpoch() }
        if let restored, !restored.isConfirmed {
            let note = try session.actor().note(reason)
            let confirmed = BackupEvents.restoreConfirmed(restored.number, owner: session.log.owner, note: note)
            try session.append([confirmed] + (try BackupTargets(session).adopted()))
            try BackupTargets(session).bringKeys()
        }
        try session.console.say(["epoch": JSON(session.log.epoch), "confirmed": .bool(true)])
        try session.console.say(
            restored == nil
                ? "This store was never restored: there is nothing to confirm."
                : restored?.isConfirmed == true
                    ? "This restore was confirmed before: nothing has changed."
                    : "Confirmed: tasks run again, and the next run of each sends everything."
        )
    }
}
