import EventLog
import Identifiers
import Projections
import School
import Transfer

/// What follows when a school has a new legal owner (rulings 3).
struct NewController {
    /// The reports that lapse.
    let reports: [String]
    /// The events, to stand in one batch with the key change.
    let events: [NewEvent]
    /// What must hold of the acceptances.
    let conditions: [StreamCondition]
    private let base: BaseID
    private let tasks: [TaskID]

    /// Finds what lapses at a base, and which cursors begin anew.
    ///
    /// - Parameter asks: false only to look: the account that acts is not written down then.
    init(at base: BaseID, in session: Session, asks: Bool = true) throws {
        self.base = base
        let actor: ActorID = asks ? try session.actor().id : .zero
        var (reports, events, conditions): ([String], [NewEvent], [StreamCondition]) = ([], [], [])
        for name in ReportCatalogue.names {
            let decision = AcceptanceRules.lapse(try session.acceptance(of: name, at: base), by: actor)
            guard !decision.isUnchanged else { continue }
            reports.append(name)
            events += decision.events
            conditions += decision.conditions
        }
        tasks = try session.state.read { snapshot in
            try snapshot.tasks().filter { $0.bases.contains(base) }.map(\.id)
        }
        for task in tasks {
            let cursor = try session.state.read { try $0.cursor(of: task, at: base) }
            if cursor.position > .origin { events.append(CursorResets.event(of: task, at: base, to: .origin)) }
        }
        (self.reports, self.events, self.conditions) = (reports, events, conditions)
    }

    /// Destroys files that still wait for delivery, once the events are durable (rulings 8).
    func endInterrupted(in session: Session) throws {
        try session.transferRunner().endInterrupted(at: base, of: tasks)
    }
}
