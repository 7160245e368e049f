import ArgumentParser

/// What auditors ask for.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Sign what the log holds, prove it, and check that nobody has changed it.",
        discussion: """
            Every event is a leaf of its school's tree, and a checkpoint signs the tree's root. Whoever has kept an old \
            checkpoint can tell whether the log has only grown since; tools/audit-verify does so without syncd.

            Example: syncd audit checkpoint --store school > checkpoint.txt
            """,
        subcommands: [
            AuditCheckpoint.self, AuditProve.self, AuditVerify.self, AuditBundle.self, AuditDisclosures.self,
            AuditRun.self, AuditAccess.self, AuditTiles.self, AuditPublish.self,
        ]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}
