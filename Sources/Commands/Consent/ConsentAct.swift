import Access
import EventLog
import Identifiers
import Projections
import School
import Transfer

/// Accepting and withdrawing, whichever way somebody comes: by command or through the head's page.
///
/// Everything is decided before anything is appended; what concerns one base is appended in one batch, an event a report.
enum ConsentAct: Sendable {
    /// Accepting: what was looked at; nil for the present list.
    case accept(reviewed: String?)
    /// Withdrawing.
    case withdraw

    /// Whether a delivery may go on meanwhile: accepting ends none, and it began under what was accepted before.
    var goesBesideDeliveries: Bool {
        switch self {
        case .accept: true
        case .withdraw: false
        }
    }

    /// Decides, appends and does what follows at once; durable when it is told.
    ///
    /// - Parameters:
    ///   - names: the reports; one that is named twice counts once.
    ///   - told: told of each decision.
    /// - Throws: `SchoolError` as `AcceptanceRules` does; nothing is appended then.
    func carryOut(
        _ names: [String],
        at bases: [Base],
        in session: Session,
        told: (Base, Report, Decision) throws -> Void
    ) throws {
        var distinct: [String] = []
        for name in names where !distinct.contains(name) { distinct.append(name) }
        let reports = try distinct.map { try ReportCatalogue.newest($0) }
        let decided = try bases.map { base in
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
                try follow(base, report, in: session)
                try told(base, report, decision)
            }
        }
    }

    private func decide(
        _ report: Report,
        _ acceptance: ReportAcceptance,
        by accepter: Accepter,
        mis: MISType?
    ) throws -> Decision {
        switch self {
        case .accept(let reviewed):
            try AcceptanceRules.accept(report, acceptance, by: accepter, mis: mis, reviewed: reviewed)
        case .withdraw: try AcceptanceRules.withdraw(report, acceptance, by: accepter)
        }
    }

    /// Once a report is withdrawn, destroys what an interrupted run has left waiting (rulings 8).
    private func follow(_ base: Base, _ report: Report, in session: Session) throws {
        guard case .withdraw = self else { return }
        let tasks = try session.state.read { try $0.tasks() }
        let concerned = tasks.filter { $0.report == report.name && $0.bases.contains(base.id) }
        try session.transferRunner().endInterrupted(at: base.id, of: concerned.map(\.id))
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
