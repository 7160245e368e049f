import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows the agents.
struct AgentStatus: PastCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the agents: version, when they were heard of, and what waits for consent.",
        discussion: "Example: syncd agent status --store school"
    )

    @Option(help: ArgumentHelp("Only this school.", valueName: "key"))
    var base: String?

    @OptionGroup
    var moment: AsOfOption

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func show(in session: Session) throws {
        let bases = try base.map { [try session.base($0)] } ?? session.bases()
        var table = TextTable("School", "Licence key", "Version", "Installed", "Heard of", "Exports")
        for base in bases {
            let view = try SettingsView(of: base, in: session)
            let isAccepted = view.offers.contains { $0.state == .accepted }
            let agent = view.agent
            let isOld = agent.map { AgentRules.isOlder($0.version, than: ProgramVersion.text) } ?? false
            try session.console.say([
                "base": .string(base.key), "licenceKey": .string(LicenceKey(of: base.id).description),
                "installed": agent.map { .string(LondonTime.iso($0.installed)) } ?? .null,
                "version": JSON(agent?.version), "updateDue": .bool(isOld),
                "seen": agent?.seen.map { .string(LondonTime.iso($0)) } ?? .null,
                "exports": .string(isAccepted ? "enabled" : "disabled"),
            ])
            table.add(
                base.title,
                LicenceKey(of: base.id).description,
                agent.map { $0.version + (isOld ? ", update due" : "") } ?? "-",
                agent.map { LondonTime.text($0.installed) } ?? "not installed",
                agent?.seen.map { LondonTime.text($0) } ?? "-",
                isAccepted ? "enabled" : "disabled until accepted"
            )
        }
        try session.console.say(table.isEmpty ? "There is no school yet." : table.text)
    }
}
