import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// What may leave a school.
struct ConsentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Accept and withdraw reports: nothing leaves a school that its head has not accepted.",
        discussion: "Example: syncd consent reports --base 8201001 --store school",
        subcommands: [
            ConsentSettings.self, ConsentReports.self, ConsentAccept.self, ConsentWithdraw.self, ConsentHistory.self,
        ]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// What accepting and withdrawing have in common: some reports, some bases, and a decision for each.
///
/// Everything is decided before anything is appended; what concerns one base is appended in one batch, an event a report.
protocol ConsentDecision: StoreCommand {
    var reports: [String] { get }
    var bases: [String] { get }
    /// The word in JSON.
    static var word: String { get }
    /// Decides.
    func decide(_ report: Report, _ acceptance: ReportAcceptance, by accepter: Accepter, mis: MISType?) throws
        -> Decision
    /// Does what follows from the decision at once.
    static func follow(_ base: Base, _ report: Report, in session: Session) throws
}

extension ConsentDecision {
    static func follow(_ base: Base, _ report: Report, in session: Session) throws {}

    func run(in session: Session) throws {
        var names: [String] = []
        for name in reports where !names.contains(name) { names.append(name) }
        let reports = try names.map { try ReportCatalogue.newest($0) }
        let decided = try bases.map { try session.base($0) }.map { base in
            let accepter = try session.accepter(at: base.id)
            let mis = try session.state.read { try $0.mis(of: base.id) }
            let decisions = try reports.map { report in
                try decide(report, session.acceptance(of: report.name, at: base.id), by: accepter, mis: mis)
            }
            return (base: base, decisions: decisions)
        }
        for (base, decisions) in decided {
            let events = decisions.flatMap(\.events)
            if !events.isEmpty { try session.append(events, conditions: decisions.flatMap(\.conditions)) }
            for (report, decision) in zip(reports, decisions) {
                try session.tell(decision, of: base.title)
                try Self.follow(base, report, in: session)
                try session.console.say([
                    "base": .string(base.key), "report": .string(report.name), "version": JSON(report.version),
                    "state": .string(Self.word), "changed": .bool(!decision.isUnchanged),
                ])
            }
        }
    }
}

extension Session {
    /// Who accepts or withdraws at a base, and as what.
    func accepter(at base: BaseID) throws -> Accepter {
        let actor = try actor()
        let role = principal?.grants.first { [.head, .headProxy].contains($0.role) && $0.base == base }?.role
        return Accepter(actor: actor.id, name: actor.account, role: role)
    }
}
