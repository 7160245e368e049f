import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows all that a head needs to decide (S0-05).
struct ConsentSettings: PastCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Show a school's settings: licence key, reports and where they stand, and what has been sent.",
        discussion: """
            Heads, proxies and nominated contacts see the same page; only the first two can accept.

            Example: syncd consent settings --base 8201001 --store school
            """
    )

    @Option(help: ArgumentHelp("The school's key.", valueName: "key"))
    var base: String

    @OptionGroup
    var moment: AsOfOption

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func show(in session: Session) throws {
        let view = try SettingsView(of: try session.base(base), in: session)
        try session.console.say(view.json)
        for line in view.lines { try session.console.say(line) }
    }
}

/// The settings of one school.
struct SettingsView {
    /// The school.
    let base: Base
    /// What it runs; nil when nobody has said.
    let mis: MISType?
    /// Every report of the catalogue, and where it stands.
    let offers: [ReportOffer]
    /// How far the school has come.
    let onboarding: Onboarding
    /// Its agent; nil when none is installed.
    let agent: Agent?
    /// Whether who looks may accept.
    let canAccept: Bool
    /// The tasks for it, and whether their schedules run.
    let schedules: [(task: TransferTask, state: ScheduleState)]
    /// What was sent, the newest first.
    let uploads: [(run: TaskRun, report: String)]

    /// Reads what there is.
    init(of base: Base, in session: Session) throws {
        self.base = base
        mis = try session.state.read { try $0.mis(of: base.id) }
        offers = try session.offers(to: base.id)
        agent = try session.state.read { try $0.agent(at: base.id) }
        let tasks = try session.state.read { try $0.tasks() }
        schedules = try tasks.filter { $0.bases.contains(base.id) }.map { task in
            (task, ScheduleState(task.ruled?.terms, try session.acceptance(of: task.report, at: base.id)))
        }
        let reports = Dictionary(tasks.map { ($0.id, $0.report) }) { first, _ in first }
        var uploads: [(run: TaskRun, report: String)] = []
        try session.state.read { snapshot in
            try snapshot.taskRuns(at: base.id) { run in
                uploads.append((run, reports[run.task] ?? "-"))
                return true
            }
        }
        self.uploads = uploads.sorted { $0.run.startedAt > $1.run.startedAt }
        canAccept = session.mayAccept(at: base.id)
        onboarding = Onboarding(
            acceptedReports: offers.count { $0.state == .accepted },
            hasAgent: agent != nil,
            hasTask: !schedules.isEmpty
        )
    }

    /// The list that a head reviews.
    var listVersion: String { ReportCatalogue.listVersion(for: mis) }

    /// The settings for people, a paragraph each.
    var lines: [String] {
        var head = [
            base.title,
            "  MIS           \(mis?.words ?? "not recorded: `syncd base config \(base.key) --mis …`")",
            "  Licence key   \(LicenceKey(of: base.id))",
            "  Phase         \(onboarding.words)",
            "  Agent         \(agent.map { "installed \(LondonTime.text($0.installed)), version \($0.version)" } ?? "none")",
        ]
        head += ["", "Reports (list \(listVersion))"]
        let width = offers.map(\.report.name.count).max() ?? 0
        head += offers.map { "  \($0.mark) \($0.report.name.padding(width))  \($0.words)" }
        head += [
            "",
            canAccept
                ? "You can accept: `syncd consent accept REPORT… --base \(base.key) --reviewed \(listVersion)`."
                : "Only the head teacher or a head proxy can accept.",
        ]
        if !schedules.isEmpty {
            head += ["", "Tasks"]
            head += schedules.map { "  \($0.task.name): \($0.task.report), \($0.state.rawValue)" }
        }
        head += ["", "Upload History"]
        guard !uploads.isEmpty else { return [(head + ["  No export has run yet."]).joined(separator: "\n")] }
        var table = TextTable("Time", "Report", "File", "Result")
        for (run, report) in uploads {
            table.add(LondonTime.text(run.started), report, run.file.orDash, run.state.words)
        }
        return [head.joined(separator: "\n"), table.text]
    }

    /// The settings for machines.
    var json: JSON {
        [
            "base": .string(base.key), "name": .string(base.name), "mis": JSON(mis?.rawValue),
            "licenceKey": .string(LicenceKey(of: base.id).description), "listVersion": .string(listVersion),
            "phase": .string(onboarding.phase.rawValue), "missing": .array(onboarding.missing.map(JSON.string)),
            "canAccept": .bool(canAccept), "agentInstalled": .bool(agent != nil),
            "reports": .array(offers.map(\.json)),
            "tasks": .array(
                schedules.map { task, state in
                    [
                        "task": .string(task.name), "report": .string(task.report), "state": .string(state.rawValue),
                    ]
                }
            ),
            "uploads": .array(
                uploads.map { run, report in
                    [
                        "time": .string(LondonTime.iso(run.started)), "report": .string(report),
                        "file": .string(run.file), "result": .string(run.state.words),
                    ]
                }
            ),
        ]
    }
}

extension Session {
    /// Every report, and where it stands at a school.
    func offers(to base: BaseID) throws -> [ReportOffer] {
        let mis = try state.read { try $0.mis(of: base) }
        return try ReportCatalogue.newestReports.map { report in
            ReportOffer(report, try acceptance(of: report.name, at: base), mis: mis)
        }
    }

    /// Whether who is logged in may accept for a school; while the store has no accounts, everybody may.
    func mayAccept(at base: BaseID) -> Bool { may("consent accept", at: base) }

    /// Whether who is logged in may give a command for a school; while the store has no accounts, everybody may.
    func may(_ command: String, at base: BaseID) -> Bool {
        guard let principal else { return true }
        guard case .allowed(let bases) = AccessTable.ask(command, principal.grants) else { return false }
        return bases?.contains(base) ?? true
    }
}

extension Onboarding {
    /// The phase, and what is missing.
    var words: String {
        let name =
            switch phase {
            case .consent: "One: the head teacher's consent"
            case .deployment: "Two: deployment"
            case .complete: "complete"
            }
        return missing.isEmpty ? name : "\(name); missing: \(missing.joined(separator: "; "))"
    }
}

extension ReportOffer {
    /// The green square of an accepted report (S0-10).
    var mark: String { state == .accepted ? "🟩" : "  " }

    /// Where it stands, in words.
    var words: String {
        switch state {
        case .accepted where isReviewDue:
            "accepted (version \(acceptedVersion)); review due: version \(report.version) is available"
        case .accepted: "accepted"
        case .available: "available to be accepted"
        case .notAvailable: "not available for this MIS"
        }
    }

    /// The report for machines.
    var json: JSON {
        [
            "report": .string(report.name), "version": JSON(report.version), "state": .string(state.rawValue),
            "mark": state == .accepted ? "green-square" : .null, "acceptedVersion": JSON(acceptedVersion),
            "reviewDue": .bool(isReviewDue), "purpose": .string(report.purpose),
            "lawfulBasis": .string(report.lawfulBasis), "recipientRole": .string(report.role.rawValue),
            "retention": .string(report.retention),
        ]
    }
}
