import ArgumentParser
import Projections
import School

/// The agent tells that it is alive.
struct AgentHeartbeat: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "heartbeat",
        abstract: "Tell, as the agent, that it is alive and which version it is.",
        discussion: """
            The agent itself does this, with its token: name the file that holds it with --session.

            Example: syncd agent heartbeat --base 8201001 --agent-version 0.1.0 --session agent.token --store school
            """
    )

    @Option(help: ArgumentHelp("The school's key.", valueName: "key"))
    var base: String

    @Option(name: .customLong("agent-version"), help: ArgumentHelp("The agent's version.", valueName: "version"))
    var agentVersion = ProgramVersion.text

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let base = try session.base(base)
        guard try session.state.read({ try $0.agent(at: base.id) }) != nil else {
            throw CommandError(
                .agentMissing,
                "No agent is installed at \(base.title): `syncd agent install --base \(base.key)`."
            )
        }
        let decision = try AgentRules.seen(at: base.id, version: agentVersion)
        try session.append(decision.events)
        let isOld = AgentRules.isOlder(agentVersion, than: ProgramVersion.text)
        try session.console.say([
            "base": .string(base.key), "version": .string(agentVersion), "updateDue": .bool(isOld),
            "currentVersion": .string(ProgramVersion.text),
        ])
        try session.console.say(
            isOld ? "Version \(agentVersion) is older than \(ProgramVersion.text): update the agent." : "Heard."
        )
    }
}
