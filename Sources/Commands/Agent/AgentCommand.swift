import ArgumentParser
import Projections
import School

/// The software at a school.
struct AgentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "Install the agent of a school, and see how it is.",
        discussion: "Example: syncd agent install --base 8201001 --store school",
        subcommands: [AgentInstall.self, AgentStatus.self, AgentHeartbeat.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// The program's own version, which an agent's is compared with.
enum ProgramVersion {
    static let text = Syncd.configuration.version
}
