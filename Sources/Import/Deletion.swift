import Events
import Identifiers
import School

/// What the MIS says that it deleted: a whole record, or some data groups of a pupil (S1-23 to S1-26).
struct Deletion {
    var kind: EntityKind
    var key: String
    /// The groups; none for the whole record.
    var groups: [DataGroup]
    var origin: SourceRecord.Origin
    /// What the whole record is from now on.
    var departure = Departure.deletedAtSource

    /// The same, as an event says it.
    var status: Syncd_Events_EntityStatusChanged.Status {
        switch departure {
        case .absent: .absent
        case .left: .left
        case .deletedAtSource: .deletedAtSource
        }
    }

    /// True when the same set of files still tells what this deletes.
    func contradicts(_ told: Scratch.Entry?) -> Bool {
        guard let told else { return false }
        let tellsRegistration = told.registrations.contains { $0.saying != .claimed }
        guard !groups.isEmpty else {
            return told.isInFiles || tellsRegistration || told.groups.contains { $0.value.saying != .deleted }
        }
        if groups.contains(.registration), tellsRegistration { return true }
        return groups.contains { group in told.groups[group].map { $0.saying != .deleted } ?? false }
    }

    /// The second registration that is meant: its key in the mirror, the pupil's key and the base; nil when the base is
    /// not known, or not one of the run's.
    func registration(_ bases: BaseBook) throws -> (key: String, pupil: String, base: BaseID)? {
        let parts = key.split(separator: "\u{1F}").map(String.init)
        guard parts.count == 2, let base = try bases.id(of: parts[1]) else { return nil }
        return (RowResolver.registrationKey(parts[0], base), parts[0], base)
    }
}

extension DataGroup {
    /// The things that tell a group of a pupil; nil for a group that the pupil's own record tells.
    var thing: EntityKind? {
        switch self {
        case .attendance: .mark
        case .classMembership: .enrolment
        default: nil
        }
    }
}
