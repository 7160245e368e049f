import ArgumentParser
import EventLog

/// What is computed from the log.
struct ProjectionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projections",
        abstract: "List, rebuild and check what is computed from the log.",
        discussion: "Example: syncd projections verify --store school",
        subcommands: [ProjectionsList.self, ProjectionsRebuild.self, ProjectionsVerify.self, ParkedCommand.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}
