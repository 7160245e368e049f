import ArgumentParser

/// What imports could not take in.
struct IssuesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issues",
        abstract: "See what imports could not take in, and how to mend it.",
        discussion: """
            Every row that was held back and every value that was left out is a data issue until a later file mends it \
            or no longer has it.

            Example: syncd issues list --store school
            """,
        subcommands: [IssuesList.self, IssuesShow.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}
