import EventLog
import Identifiers
import Projections
import School

// Contacts as persons of their own, and classes.
extension ProjectedState {
    func contact(_ link: FieldRow, of pupil: SubjectID) throws -> SubjectID? {
        guard let key = link[.contactKey], let entity = try snapshot.entity(pupil) else { return nil }
        return try snapshot.mirrorEntry(entity.source, .contact, key: key)?.id
    }

    func isLinked(_ link: FieldRow, of pupil: SubjectID, at base: BaseID) throws -> Bool {
        guard let key = link[.contactKey], let entity = try snapshot.entity(pupil) else { return false }
        return try snapshot.pupils(linkedTo: key, of: entity.source).contains { other in
            guard other != pupil else { return false }
            let standing = try standing(of: other, at: base)
            return standing == .present || standing == .left
        }
    }

    func memberships(of pupil: SubjectID, at base: BaseID) throws -> [HeldMembership] {
        var held: [HeldMembership] = []
        try snapshot.entities(.enrolment, of: pupil) { id in
            if let membership = try membership(id, at: base) { held.append(membership) }
            return true
        }
        return held.sorted { $0.id < $1.id }
    }

    func forEachClassChange(at base: BaseID, after lower: Position, _ visit: (SubjectID) throws -> Void) throws {
        var keys = ChangedKeys()
        try snapshot.changes(at: base, after: lower, to: position) { change in
            switch change.what {
            case .group(.classMembership, _), .status(_, .enrolment):
                if let entity = try snapshot.entity(change.entity) { try visit(entity.owner) }
            case .group(.classDetails, _), .group(.courseDetails, _), .group(.termDetails, _), .status(_, .class),
                .status(_, .course), .status(_, .term):
                try keys.add(change.entity, snapshot)
            default: break
            }
            return true
        }
        guard !keys.isEmpty else { return }
        // A class has no list of its members; a change of one is rare.
        try forEachPupil(at: base) { pupil in
            var isTouched = false
            try snapshot.entities(.enrolment, of: pupil) { membership in
                isTouched = try keys.touches(membership, snapshot)
                return !isTouched
            }
            if isTouched { try visit(pupil) }
        }
    }

    private func membership(_ id: SubjectID, at base: BaseID) throws -> HeldMembership? {
        guard let entity = try snapshot.entity(id),
            let row = try snapshot.group(.classMembership, of: id)?.content?.rows.first,
            let key = row[.classKey], let found = try snapshot.mirrorEntry(entity.source, .class, key: key),
            found.base == base, let details = try snapshot.group(.classDetails, of: found.id)?.content
        else { return nil }
        let isHere = entity.status == .present && found.status == .present
        let changes = [
            try snapshot.statusPosition(of: id, at: entity.base),
            try snapshot.statusPosition(of: found.id, at: found.base),
        ]
        return HeldMembership(
            id: id,
            row: row,
            isPresent: isHere,
            changed: changes.max() ?? .origin,
            schoolClass: HeldMembership.Thing(id: found.id, content: details),
            isOfFormerClass: found.status != .present,
            course: try things(.course, .courseDetails, details, .courseKey, entity.source).first,
            terms: try things(.term, .termDetails, details, .termKey, entity.source)
        )
    }

    /// The things that a class names by a field.
    private func things(
        _ kind: EntityKind,
        _ group: DataGroup,
        _ details: GroupContent,
        _ field: Field,
        _ source: SourceID
    ) throws -> [HeldMembership.Thing] {
        try details.rows.flatMap(\.entries).filter { $0.field == field }.compactMap { entry in
            guard let found = try snapshot.mirrorEntry(source, kind, key: entry.value), found.status == .present,
                let content = try snapshot.group(group, of: found.id)?.content
            else { return nil }
            return HeldMembership.Thing(id: found.id, content: content)
        }
    }
}
