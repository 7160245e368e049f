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
    /// Only people of this base; without those whose whereabouts are kept back from who asks: an answer would say that they
    /// are there.
    var base: BaseID?
    /// As known then; nil for now.
    var point: PastPoint?

    /// The pupils in whose names, UPN or MIS key every word occurs, in the order of their names.
    func pupils(matching text: String) throws -> [Found] {
        let words = text.lowercased().split { $0 == " " || $0 == "," }
        let found = try people(of: [.pupil]) { pupil in
            let told = pupil.basics.entries.filter { Self.searched.contains($0.field) }.map(\.value)
            let text = (told + [pupil.entity.key]).joined(separator: " ").lowercased()
            return words.allSatisfy { text.contains($0) }
        }
        return found.sorted { ($0.name, $0.entity.id) < ($1.name, $1.entity.id) }
    }

    /// The one entity that a person means: by id, UPN or MIS key.
    ///
    /// Pupils come first; contacts and staff are looked for when no pupil fits.
    ///
    /// - Parameter names: also by the whole name, which is for looking and not for changing anything.
    /// - Throws: `subjectUnknown` when there is none, or more than one.
    func one(_ text: String, orNamed names: Bool = false) throws -> Entity {
        if let id = SubjectID(hex: text), let entity = try session.state.read({ try $0.entity(id) }) {
            if session.reaches(entity.base), session.opens(entity.id, at: entity.base) { return entity }
            if !session.reaches(entity.base) { try session.tellForeign(entity.base) }
        }
        for kinds in names ? [[EntityKind.pupil], [.contact, .teacher]] : [[.pupil]] {
            let found = try people(of: kinds) { $0.isMeant(by: text, orNamed: names) }
            if let only = found.first, found.count == 1 { return only.entity }
            guard found.isEmpty else {
                throw CommandError(
                    .subjectUnknown,
                    "\(found.count) people have this MIS key\(names ? " or name" : ""). Name the school with --base, or give the id, which "
                        + "`syncd pupil find` tells of pupils."
                )
            }
        }
        if let principal = session.principal, !session.opensEverybody {
            throw try session.refuseUngranted(principal)
        }
        throw CommandError(
            .subjectUnknown,
            "Nobody here has this id, UPN\(names ? ", MIS key or whole name" : " or MIS key"). Look for part of the name with `syncd pupil find`."
        )
    }

    private func people(of kinds: [EntityKind], where fits: (Found) -> Bool) throws -> [Found] {
        let found = try session.read(asOf: point, [Entities(), Bases()]) { snapshot in
            var found: [Found] = []
            for base in try bases(snapshot) {
                for kind in kinds {
                    var ids: [SubjectID] = []
                    try snapshot.entities(kind, at: base) { id in
                        ids.append(id)
                        return true
                    }
                    found += try ids.compactMap { try Self.read($0, snapshot) }
                        .filter { session.opens($0.entity.id, at: $0.entity.base) && fits($0) }
                }
            }
            return found
        }
        guard let base, !session.seesRestricted(at: base) else { return found }
        let withholding = Withholding(session)
        return try found.filter { try !withholding.protection(of: $0.entity.id).isRestricted }
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
        let named: DataGroup =
            switch entity.kind {
            case .contact: .contactDetails
            case .teacher: .staffDetails
            default: .basicDetails
            }
        let basics = try snapshot.group(named, of: id)?.content?.rows.first ?? FieldRow()
        let year = try snapshot.group(.registration, of: id)?.content?.rows.first?[.yearGroup] ?? ""
        return Found(entity: entity, basics: basics, year: year)
    }
}

extension SubjectSearch.Found {
    /// Whether a text is the MIS key, the UPN, or the whole name in either order.
    fileprivate func isMeant(by text: String, orNamed isNamed: Bool) -> Bool {
        if entity.key == text || basics[.upn] == text.uppercased() { return true }
        guard isNamed else { return false }
        let names = [basics[.forename], basics[.surname]].compactMap { $0?.lowercased() }
        guard names.count == 2 else { return false }
        let words = text.lowercased().replacing(",", with: " ").split(separator: " ").joined(separator: " ")
        return words == names.joined(separator: " ") || words == names.reversed().joined(separator: " ")
    }

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
