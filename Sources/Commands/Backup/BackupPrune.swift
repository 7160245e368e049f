import ArgumentParser
import EventLog

/// Takes older sets of a backup away.
struct BackupPrune: SyncdCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Take the oldest full copies of a backup away, never the last good one.",
        discussion: """
            A set is a full copy with what was added to it since. What stays is read from its first byte to its last \
            before anything goes; sets that are damaged count for nothing.

            Example: syncd backup prune /media/backup/school --keep 2
            """
    )

    @Argument(help: ArgumentHelp("The folder.", valueName: "folder"), completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("How many whole sets stay.", valueName: "number"))
    var keep = 2

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard keep >= 1 else { throw ValidationError("--keep begins with 1: the last good set always stays.") }
    }

    func run(_ console: Console, _ surroundings: Surroundings) throws {
        let target = BackupFolder(StorePlace.absolute(folder, in: surroundings.directory))
        let removed = try target.prune(keeping: keep) { console.progress("Read \(Counts.of($0, "event"))") }
        console.endProgress()
        let kept = try target.sets().map(\.number)
        try console.say(["removed": .array(removed.map { JSON($0) }), "kept": .array(kept.map { JSON($0) })])
        try console.say(
            "\(Counts.of(removed.count, "set")) removed, \(Counts.grouped(kept.count)) kept"
                + (kept.isEmpty ? "." : ": \(kept.map(String.init).joined(separator: ", ")).")
        )
    }
}
