import ArgumentParser

/// Pupils.
struct PupilCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pupil",
        abstract: "Find pupils, show what is held of one, and what parents permit.",
        discussion: """
            Both print personal data: who looked, and why, is written in the log.

            Example: syncd pupil find "sami achterberg" --reason "Query of a parent" --store school
            """,
        subcommands: [
            PupilFind.self, PupilShow.self, PupilAttendance.self, PupilProtect.self, PupilConsentCommand.self,
            PupilConsentsCommand.self,
        ]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}
