import EventLog
import Identifiers
import Projections
import School

/// Finds out whether something that a run brought in is needed by what other runs have told since.
///
/// Otherwise the undo would end a class in which pupils stand, or a parent to whom a child links.
final class UndoNeeds {
    private let run: RunID
    private let source: SourceID
    private let undone: [RunID: RunID]
    private let reader: PastReader
    /// Nothing was imported from the source after the run.
    private let isLatest: Bool
    private var classes: Set<String>?

    init(run: RunID, source: SourceID, undone: [RunID: RunID], reader: PastReader, isLatest: Bool) {
        self.run = run
        self.source = source
        self.undone = undone
        self.reader = reader
        self.isLatest = isLatest
    }

    /// True when others have told since of what belongs to the entity, or points at it.
    func isInUse(_ entity: Entity, in snapshot: borrowing Snapshot) throws -> Bool {
        guard !isLatest else { return false }
        switch entity.kind {
        case .pupil, .teacher: return try ownsOthers(entity.id, in: snapshot)
        case .contact:
            for pupil in try snapshot.pupils(linkedTo: entity.key, of: source) {
                let past = try EntityPast(of: pupil, in: snapshot, reader, undone: undone)
                let chain = past.groups[.contacts] ?? []
                if let last = past.last(chain), chain[last].run != run { return true }
            }
            return false
        case .class: return try classesOfOthers(in: snapshot).contains(entity.key)
        default: return false
        }
    }

    private func ownsOthers(_ person: SubjectID, in snapshot: borrowing Snapshot) throws -> Bool {
        for kind in [EntityKind.registration, .enrolment, .mark, .teaching] {
            var owned: [SubjectID] = []
            try snapshot.entities(kind, of: person) { id in
                owned.append(id)
                return true
            }
            for id in owned where try isOfOthers(id, in: snapshot) { return true }
        }
        return false
    }

    /// The keys of classes that memberships and assignments name which others have told.
    private func classesOfOthers(in snapshot: borrowing Snapshot) throws -> Set<String> {
        if let classes { return classes }
        var found: Set<String> = []
        for (kind, group) in [(EntityKind.enrolment, DataGroup.classMembership), (.teaching, .teachingAssignment)] {
            var ids: [SubjectID] = []
            try snapshot.mirror(of: source, kind) { entry in
                if entry.status == .present { ids.append(entry.id) }
                return true
            }
            for id in ids {
                guard let rows = try snapshot.group(group, of: id)?.content?.rows else { continue }
                let keys = rows.compactMap { $0[.classKey] }
                if !Set(keys).isSubset(of: found), try isOfOthers(id, in: snapshot) { found.formUnion(keys) }
            }
        }
        classes = found
        return found
    }

    /// It is there, and not by the run alone.
    private func isOfOthers(_ id: SubjectID, in snapshot: borrowing Snapshot) throws -> Bool {
        guard try snapshot.entity(id)?.status == .present else { return false }
        let past = try EntityPast(of: id, in: snapshot, reader, undone: undone)
        guard past.last(past.standing) != nil else { return false }
        return !past.isAlone(run)
    }
}
