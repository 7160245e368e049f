import ArgumentParser

/// Backups: taking, verifying, pruning, forgetting.
struct BackupGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Back a store up while it is in use; verify backups; prune them.",
        discussion: """
            Without a subcommand a backup is taken: what has come since the last one in that folder. The key-encryption \
            key is in no backup: keep it, and its custodians' copies, apart.

            Example: syncd backup /media/backup/school --store school
            Example: syncd backup verify /media/backup/school --store school
            Example: syncd backup prune /media/backup/school --keep 2
            """,
        subcommands: [BackupTake.self, BackupVerify.self, BackupPrune.self, BackupForget.self],
        defaultSubcommand: BackupTake.self
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}
