import Identifiers
import Projections
import School

/// Of how many pupils of a school there is something in each data group.
struct GroupCounts {
    /// Pupils in the MIS's exports.
    private(set) var pupils = 0
    private var counts: [DataGroup: Int] = [:]

    /// Groups that stand for themselves in an export; the others travel inside them.
    private static let counted: [DataGroup] = [
        .basicDetails, .address, .contacts, .registration, .sen, .fsm, .lookedAfter, .characteristics, .attendance,
        .classMembership, .attainment, .account,
    ]

    /// Counts the pupils of a base.
    init(of base: BaseID, in snapshot: borrowing Snapshot) throws {
        var present: [SubjectID] = []
        try snapshot.entities(.pupil, at: base) { pupil in
            present.append(pupil)
            return true
        }
        for pupil in present where try snapshot.status(of: pupil, at: base) == .present {
            pupils += 1
            var groups = Set(try snapshot.groups(of: pupil).filter { $0.change == .set }.map(\.group))
            for (kind, group) in [(EntityKind.enrolment, DataGroup.classMembership), (.mark, .attendance)] {
                var isThere = false
                try snapshot.entities(kind, of: pupil) { _ in
                    isThere = true
                    return false
                }
                if isThere { groups.insert(group) }
            }
            for group in groups { counts[group, default: 0] += 1 }
        }
    }

    /// Of how many pupils; nil for a group that travels inside another.
    func of(_ group: DataGroup) -> Int? { Self.counted.contains(group) ? counts[group] ?? 0 : nil }
}
