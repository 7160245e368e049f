import EventLog
import Identifiers
import Projections
import School

/// What the rules of a school say may be kept no longer at a day.
struct DueRetention {
    /// The school.
    let base: Base
    /// The rule.
    let rule: RetentionRule
    /// The pupils whose period has ended by the day, and who have something of it.
    let subjects: [SubjectID]
    /// The first day on which another period ends; nil for none.
    let next: CalendarDate?

    /// Every rule of some schools.
    ///
    /// - Parameter day: the day that is asked about.
    static func all(of bases: [Base], on day: CalendarDate, in session: Session) throws -> [DueRetention] {
        try session.state.read { snapshot in
            try bases.flatMap { base in
                try snapshot.retentionRules(at: base.id).map { rule in
                    try DueRetention(base, rule, on: day, in: snapshot)
                }
            }
        }
    }

    private init(_ base: Base, _ rule: RetentionRule, on day: CalendarDate, in snapshot: borrowing Snapshot) throws {
        (self.base, self.rule) = (base, rule)
        var due: [SubjectID] = []
        var next: CalendarDate?
        try snapshot.leaving(from: base.id, between: nil, and: CalendarDate.latest.description) { id in
            guard let entity = try snapshot.entity(id), entity.kind == .pupil, entity.base == base.id,
                let text = try snapshot.group(.registration, of: id)?.content?.rows.last?[.leavingDate],
                let leaving = CalendarDate(iso: text), try Self.holds(rule.group, id, snapshot)
            else { return true }
            let ends = rule.ends(leaving: leaving)
            if ends <= day { due.append(id) } else { next = min(next ?? ends, ends) }
            return true
        }
        (subjects, self.next) = (due, next)
    }

    /// Whether there is anything of the group, which has not been erased already.
    private static func holds(_ group: DataGroup?, _ id: SubjectID, _ snapshot: borrowing Snapshot) throws -> Bool {
        guard let group else { return true }
        if try snapshot.group(group, of: id)?.content != nil { return true }
        for kind in EntityKind.allCases where kind.goesAlone(with: [group]) {
            var found = false
            try snapshot.entities(kind, of: id) { _ in
                found = true
                return false
            }
            if found { return true }
        }
        return false
    }
}
