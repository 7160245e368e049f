import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School
import Sealing
import Transfer

/// Installs the agent, before or after the head's consent.
struct AgentInstall: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Register the agent of a school, and create and run its scheduled tasks in the same step.",
        discussion: """
            IT support, or the head's proxy, does this; the head's login is not needed. It can be done before or after \
            the head accepts reports, and comes to the same: what is not accepted stays disabled until it is, then runs \
            by itself.

            Once the store has accounts the agent gets a token, which is shown once.

            Example: syncd agent install --base 8201001 --store school
            Example: syncd agent install --base 8201001 --to Council --task nightly --run --store school
            """
    )

    @Option(help: ArgumentHelp("The school's key.", valueName: "key"))
    var base: String

    @Option(help: ArgumentHelp("The school's licence key, to be sure of the right one.", valueName: "key"))
    var licence: String?

    @Option(name: .customLong("agent-version"), help: ArgumentHelp("The agent's version.", valueName: "version"))
    var agentVersion = ProgramVersion.text

    @Option(help: ArgumentHelp("Create a task of this name for the report.", valueName: "name"))
    var task: String?

    @Option(help: ArgumentHelp("To whom the task sends.", valueName: "recipient"))
    var to: String?

    @Option(help: "The report that the task sends.")
    var report = ReportCatalogue.pupilCore.name

    @Flag(help: "Run the task at once.")
    var run = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard (task == nil) == (to == nil) else { throw ValidationError("--task and --to go together.") }
        if run && task == nil { throw ValidationError("--run goes with --task.") }
    }

    func run(in session: Session) throws {
        let base = try session.base(base)
        let before = try session.state.read { try $0.agent(at: base.id) }
        var decision = try AgentRules.install(at: base.id, version: agentVersion, account: nil, licence: licence)
        let prepared = try task.map { try prepare($0, at: base, in: session) }
        var token: Token?
        if session.principal != nil {
            let (machine, secret) = try account(at: base, before, in: session)
            decision = try AgentRules.install(
                at: base.id,
                version: agentVersion,
                account: machine,
                licence: licence
            )
            token = secret
        }
        try session.append(decision.events, conditions: decision.conditions)
        if let prepared { try session.carryOut(prepared) }
        try tell(base, token, in: session)
        if run, let task { try start(task, at: base, in: session) }
    }

    /// The task that is to be created, decided before anything is appended.
    private func prepare(_ name: String, at base: Base, in session: Session) throws -> Decision {
        let task = TaskDefinition(
            id: session.draw(),
            name: name,
            bases: [base.id],
            recipient: try session.recipient(to ?? "").id,
            type: .changedData,
            report: report
        )
        let others = try session.state.read { try $0.tasks() }.compactMap(\.ruled)
        return try TaskDefinition.create(task, beside: others, owner: session.log.owner)
    }

    /// The machine's account with a new token; one that was there keeps its id.
    private func account(at base: Base, _ before: Agent?, in session: Session) throws -> (ActorID, Token) {
        if let id = before?.account, let known = try session.state.read({ try $0.account(id) }), !known.isDisabled {
            let token = Token(drawnFrom: SystemRandomness())
            let ends = session.now.advanced(bySeconds: Int64(SessionRule.tokenDays) * 24 * 3600)
            let renewed = try AccountRules.renew(
                Account.Token(hash: token.hash, expires: ends),
                of: known,
                owner: session.log.owner
            )
            try session.append(renewed.events, conditions: renewed.conditions)
            return (id, token)
        }
        let taken = try session.state.read { try $0.accounts() }.count { $0.name.hasPrefix("agent \(base.key)") }
        let name = "agent \(base.key)" + (taken == 0 ? "" : " \(taken + 1)")
        let token = try session.addAccount(
            name,
            RoleGrant(.agent, at: base.id),
            tokenDays: SessionRule.tokenDays
        )
        return (try session.account(name).id, token)
    }

    private func tell(_ base: Base, _ token: Token?, in session: Session) throws {
        let view = try SettingsView(of: base, in: session)
        let isAccepted = view.offers.contains { $0.state == .accepted }
        try session.console.say([
            "base": .string(base.key), "licenceKey": .string(LicenceKey(of: base.id).description),
            "version": .string(agentVersion), "token": JSON(token?.text),
            "exports": .string(isAccepted ? "enabled" : "disabled"),
            "text": isAccepted ? .null : .string(AgentRules.disabledText),
            "tasks": .array(
                view.schedules.map { ["task": .string($0.task.name), "state": .string($0.state.rawValue)] }
            ),
        ])
        try session.console.say(
            "Installation completed: \(base.title), licence key \(LicenceKey(of: base.id)), version \(agentVersion)."
        )
        if let token {
            try session.console.say(
                """
                The agent's token, which is not shown again:
                  \(token.text)
                """
            )
        }
        for (task, state) in view.schedules { try session.console.say("  \(task.name): \(state.rawValue)") }
        guard !isAccepted else { return }
        try session.console.say(AgentRules.disabledText)
        session.console.remark(AgentRules.recommendation)
    }

    private func start(_ name: String, at base: Base, in session: Session) throws {
        try session.makeFirstAuditKey()
        let outcome = try session.transferRunner().run(
            task: try session.task(name).id,
            base: base.id,
            options: RunOptions()
        )
        try session.state.catchUp()
        try session.console.say(["task": .string(name), "run": .string(outcome.state.name)])
        try session.console.say("Task \(name): \(outcome.state.name)")
    }
}
