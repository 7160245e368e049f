import ArgumentParser

/// Imports: taking files in, seeing what was taken in, taking it back.
struct ImportGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in a folder of exports; list what was imported; undo it.",
        discussion: """
            Without a subcommand the files of a folder are taken in; `syncd import files --help` has all its options.

            Example: syncd import --store school --format syncd-csv --full --register out/days/day-01
            Example: syncd import list --store school
            Example: syncd import undo 1043 --store school --dry-run
            """,
        subcommands: [ImportCommand.self, ImportList.self, ImportUndo.self],
        defaultSubcommand: ImportCommand.self
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}
