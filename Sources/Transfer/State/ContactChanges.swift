import EventLog
import Identifiers
import Projections
import School
import Synchronization

/// Which pupils a contact's changed details concern, or what changed of a protected child with whom a contact lives, by
/// base: gathered once for all runs of a night.
///
/// The changes of contacts lie in one order for all bases, since a contact's children may go to several schools; so do
/// the children, and where one of them lives decides what is told of the contact beside another (rulings 11). Were each
/// run to go through all that, a night would cost schools times schools. What is gathered are candidates: a run looks in its
/// own snapshot whether a pupil is still there and linked. A pupil who came or was linked after the gathering is in the
/// change index with that change.
final class ContactChanges: Sendable {
    /// What is told of a contact may have changed, and a pupil was linked to it.
    struct Change {
        var position: Position
        var source: SourceID
        var key: String
        var pupil: SubjectID
    }

    /// What happened after one position and up to another; changes of a base in order.
    private struct Gathered {
        var lower: Position
        var upper: Position
        var changes: [BaseID: [Change]] = [:]
    }

    private let gathered = Mutex<Gathered?>(nil)

    /// Changes that may concern pupils of a base, after a position and up to the snapshot's.
    ///
    /// - Returns: nil when more has been gathered than the snapshot knows: whoever asks must look for himself.
    func changes(
        at base: BaseID,
        after lower: Position,
        in snapshot: borrowing Snapshot,
        to position: Position
    ) throws -> [Change]? {
        try gathered.withLock { gathered in
            if let known = gathered, known.lower <= lower {
                guard known.upper <= position else { return nil }
            } else {
                gathered = Gathered(lower: lower, upper: lower)
            }
            guard var known = gathered.take() else { return nil }
            try Self.gather(&known, in: snapshot, to: position)
            defer { gathered = known }
            return known.changes[base]?.filter { $0.position > lower } ?? []
        }
    }

    private static func gather(_ known: inout Gathered, in snapshot: borrowing Snapshot, to position: Position) throws {
        guard known.upper < position else { return }
        try snapshot.changedContacts(after: known.upper, to: position) { at, source, key in
            for pupil in try snapshot.pupils(everLinkedTo: key, of: source) {
                let change = Change(position: at, source: source, key: key, pupil: pupil)
                try note(change, &known, in: snapshot)
            }
        }
        for change in try snapshot.changesByProtection(after: known.upper, to: position) {
            try note(change, &known, in: snapshot)
        }
        known.upper = position
    }

    private static func note(_ change: Change, _ known: inout Gathered, in snapshot: borrowing Snapshot) throws {
        for base in try snapshot.bases(ofPupil: change.pupil, in: change.source) {
            known.changes[base, default: []].append(change)
        }
    }
}

extension Snapshot {
    /// Pupils beside whom a contact may be told differently, because something changed of a child who is or was protected
    /// and whom the contact is or was linked to: the protection, the address or the links, at whatever base.
    func changesByProtection(after lower: Position, to upper: Position) throws -> [ContactChanges.Change] {
        var moved: [SubjectID: Position] = [:]
        for base in try bases() {
            try changes(at: base.id, after: lower, to: upper) { change in
                guard case .group(let group, _) = change.what, try decides(group, of: change.entity) else {
                    return true
                }
                moved[change.entity] = max(moved[change.entity] ?? .origin, change.position)
                return true
            }
        }
        return try links(everOf: Set(moved.keys)).flatMap { link in
            try pupils(everLinkedTo: link.key, of: link.source).filter { $0 != link.pupil }.map { pupil in
                ContactChanges.Change(
                    position: moved[link.pupil] ?? upper,
                    source: link.source,
                    key: link.key,
                    pupil: pupil
                )
            }
        }
    }

    /// Whether a change of a group decides what is told of the contacts of others.
    private func decides(_ group: DataGroup, of pupil: SubjectID) throws -> Bool {
        switch group {
        case .protection, .ownProtection: true
        case .address, .contacts: try protection(of: pupil).isRestricted
        default: false
        }
    }
}

extension Snapshot {
    /// The bases where a pupil of a source is registered now, the home first.
    fileprivate func bases(ofPupil pupil: SubjectID, in source: SourceID) throws -> [BaseID] {
        guard let entity = try entity(pupil), entity.source == source else { return [] }
        var bases = [entity.base]
        try entities(.registration, of: pupil) { id in
            if let second = try self.entity(id), !bases.contains(second.base) { bases.append(second.base) }
            return true
        }
        return bases
    }
}
