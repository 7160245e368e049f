import Identifiers
import Projections
import School

/// Finds people by what an office knows of them: name, UPN, the MIS's own key, or our id.
struct SubjectSearch {
    /// Somebody who was found.
    struct Found {
        var entity: Entity
        var basics: FieldRow
        var year: String
    }

    let session: Session
    /// Only people of this base.
    var base: BaseID?
    /// As known then; nil for now.
    var point: PastPoint?

    /// The pupils in whose names, UPN or MIS key every word occurs, in the order of their names.
    func pupils(matching text: String) throws -> [Found] {
        let words = text.lowercased().split(separator: " ")
        var found: [Found] = []
        try session.read(asOf: point, [Entities(), Bases()]) { snapshot in
            for base in try bases(snapshot) {
                var ids: [SubjectID] = []
                try snapshot.entities(.pupil, at: base) { id in
                    ids.append(id)
                    return true
                }
                for id in ids {
                    guard let pupil = try Self.read(id, snapshot) else { continue }
                    let told = pupil.basics.entries.filter { Self.searched.contains($0.field) }.map(\.value)
                    let text = (told + [pupil.entity.key]).joined(separator: " ").lowercased()
                    if words.allSatisfy({ text.contains($0) }) { found.append(pupil) }
                }
            }
        }
        return found.sorted { ($0.name, $0.entity.id) < ($1.name, $1.entity.id) }
    }

    /// The one entity that a person means: by id, UPN or MIS key.
    ///
    /// - Throws: `subjectUnknown` when there is none, or more than one.
    func one(_ text: String) throws -> Entity {
        if let id = SubjectID(hex: text), let entity = try session.state.read({ try $0.entity(id) }) {
            if session.reaches(entity.base) { return entity }
            try session.tellForeign(entity.base)
        }
        let upper = text.uppercased()
        let found = try pupils(matching: text).filter { $0.entity.key == text || $0.basics[.upn] == upper }
        if let only = found.first, found.count == 1 { return only.entity }
        throw CommandError(
            .subjectUnknown,
            found.isEmpty
                ? "Nobody here has this id, UPN or MIS key. Look for the name with `syncd pupil find`."
                : "\(found.count) people have this MIS key. Name the school with --base, or give the id."
        )
    }

    private static let searched: Set<Field> = [
        .surname, .forename, .middleNames, .preferredSurname, .preferredForename, .upn,
    ]

    private func bases(_ snapshot: borrowing Snapshot) throws -> [BaseID] {
        if let base { return [base] }
        return try snapshot.bases().map(\.id).filter(session.reaches)
    }

    private static func read(_ id: SubjectID, _ snapshot: borrowing Snapshot) throws -> Found? {
        guard let entity = try snapshot.entity(id) else { return nil }
        let basics = try snapshot.group(.basicDetails, of: id)?.content?.rows.first ?? FieldRow()
        let year = try snapshot.group(.registration, of: id)?.content?.rows.first?[.yearGroup] ?? ""
        return Found(entity: entity, basics: basics, year: year)
    }
}

extension SubjectSearch.Found {
    /// Surname, then forename.
    var name: String {
        [basics[.surname], basics[.forename]].compactMap { $0 }.joined(separator: ", ")
    }
}

extension EntityStatus {
    /// Where somebody stands, in words.
    var words: String {
        switch self {
        case .present: "in the MIS's exports"
        case .absent: "no longer in the MIS's exports"
        case .left: "left"
        case .deletedAtSource: "deleted in the MIS"
        case .movedAway: "at another school now"
        }
    }
}
