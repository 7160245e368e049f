import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Takes a place off the list of backups.
struct BackupForget: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Forget a place of backups: no keys are brought there, and no erasure waits for it any more.",
        discussion: """
            For a disk that is lost or destroyed. What lies there stays, and opens nothing after the next change of keys.

            Example: syncd backup forget /media/old/school --store school
            """
    )

    @Argument(help: ArgumentHelp("The folder, as `syncd status` has it.", valueName: "folder"))
    var folder: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let path = session.absolute(folder)
        let found = try session.state.read { try $0.backups() }.filter { $0.folder == path }
        guard !found.isEmpty else {
            throw CommandError(
                .folderUnusable,
                "No backup of this store is known at \(path). `syncd status` shows those that are."
            )
        }
        try session.append(found.map { BackupEvents.forgotten($0.target, owner: session.log.owner) })
        try session.console.say(["forgotten": .array(found.map { .string($0.target.hex) })])
        try session.console.say("\(path) is no backup of this store any more.")
    }
}
