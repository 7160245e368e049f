import EventLog
import Identifiers
import Projections
import School
import Synchronization

/// Which pupils a contact's changed details concern, by base: gathered once for all runs of a night.
///
/// The changes of contacts lie in one order for all bases, since a contact's children may go to several schools. Were each
/// run to go through them, a night would cost schools times schools. What is gathered are candidates: a run looks in its
/// own snapshot whether a pupil is still there and linked. A pupil who came or was linked after the gathering is in the
/// change index with that change.
final class ContactChanges: Sendable {
    /// A contact's details changed, and a pupil was linked to it.
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
                for base in try snapshot.bases(ofPupil: pupil, in: source) {
                    known.changes[base, default: []].append(change)
                }
            }
        }
        known.upper = position
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
