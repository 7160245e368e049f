import EventLog
import Identifiers
import Projections
import School

/// What of people's records is kept back on screens, in lists and in bundles for a child's safety (rulings 11).
///
/// It asks what is known now, also for answers about the past: who is protected today was told of before. A class because it
/// remembers whom it has looked up; it lives as long as one command.
final class Withholding {
    private let session: Session
    private var known: [SubjectID: Protection] = [:]
    private var names: [SubjectID: FieldRow] = [:]

    init(_ session: Session) { self.session = session }

    /// What of somebody is kept back: a pupil's own protection, or that a contact lives with a pupil who is protected.
    func protection(of subject: SubjectID) throws -> Protection {
        if let known = known[subject] { return known }
        let owned = try session.store.state.read { try $0.entity(subject) }
        if let owned, [.registration, .enrolment, .mark].contains(owned.kind) {
            return try protection(of: owned.owner)
        }
        let found = try session.store.state.read { snapshot -> Protection in
            guard let entity = try snapshot.entity(subject) else { return .none }
            switch entity.kind {
            case .pupil:
                // What another source tells of a child is kept back as the school's own is.
                var found = try snapshot.protection(of: subject)
                guard let link = try snapshot.link(of: subject) else { return found }
                let own = try snapshot.protection(of: link.ours)
                found.isRestricted = found.isRestricted || own.isRestricted
                found.isAdopted = found.isAdopted || own.isAdopted
                return found
            case .contact:
                let details = try snapshot.group(.contactDetails, of: subject)?.content
                let lives = try snapshot.livesWithRestricted(entity.key, of: entity.source, details)
                return Protection(isRestricted: lives, isAdopted: false)
            default: return .none
            }
        }
        known[subject] = found
        return found
    }

    /// The key of a thing of somebody inside the source; of somebody whose school is kept back without the part that names
    /// the school or the class there.
    func key(_ key: String, of kind: EntityKind?, of subject: SubjectID) throws -> String {
        guard try protection(of: subject).isRestricted else { return key }
        let parts = key.split(separator: "\u{1F}").map(String.init)
        // A membership is known by its class and its pupil, a mark and a registration by the pupil first.
        return (kind == .enrolment ? parts.last : parts.first) ?? key
    }

    /// Whether it is kept back from who asks that any of these is at a school.
    func hides(_ subjects: [SubjectID], at base: BaseID) throws -> Bool {
        try !session.seesRestricted(at: base) && subjects.contains { try protection(of: $0).isRestricted }
    }

    /// A school's key, or the word in its place.
    func base(_ key: String?, of subject: SubjectID) throws -> String? {
        try protection(of: subject).isRestricted ? SafeguardingTable.word : key
    }

    /// Whether a value of somebody's data group is kept back.
    ///
    /// - Parameter row: the values beside it.
    func hides(_ field: Field, _ value: String, in group: DataGroup, of subject: SubjectID, row: FieldRow) throws
        -> Bool
    {
        let protection = try protection(of: subject)
        switch group {
        case .address, .contactDetails:
            return protection.isRestricted && (group == .address || Field.ofWhereabouts.contains(field))
        case .contacts:
            return try field == .addressAsPupil && (protection.isRestricted || livesWithRestricted(row, subject))
        case .basicDetails:
            guard protection.isAdopted else { return false }
            return try Field.ofFormerNames.contains(field)
                || (Field.ofNames.contains(field) && value != nowNamed(subject)[field])
        case .classMembership: return protection.isRestricted && field == .classKey
        default: return false
        }
    }

    /// Rows with the word in the place of what is kept back.
    func shown(_ rows: [FieldRow], of group: DataGroup, of subject: SubjectID) throws -> [FieldRow] {
        try rows.map { row in
            FieldRow(
                try row.entries.map { entry in
                    try hides(entry.field, entry.value, in: group, of: subject, row: row)
                        ? .init(entry.field, SafeguardingTable.word) : entry
                }
            )
        }
    }

    /// The contact of a link lives with some pupil whose address is restricted.
    private func livesWithRestricted(_ link: FieldRow, _ pupil: SubjectID) throws -> Bool {
        guard let key = link[.contactKey] else { return false }
        return try session.store.state.read { snapshot in
            guard let entity = try snapshot.entity(pupil) else { return false }
            let contact = try snapshot.mirrorEntry(entity.source, .contact, key: key)
            let details = try contact.flatMap { try snapshot.group(.contactDetails, of: $0.id)?.content }
            return try snapshot.livesWithRestricted(key, of: entity.source, details)
        }
    }

    private func nowNamed(_ pupil: SubjectID) throws -> FieldRow {
        if let known = names[pupil] { return known }
        let row =
            try session.store.state.read { try $0.group(.basicDetails, of: pupil)?.content?.rows.first } ?? FieldRow()
        names[pupil] = row
        return row
    }
}
