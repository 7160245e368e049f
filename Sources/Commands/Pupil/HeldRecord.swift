import EventLog
import Identifiers
import Projections
import School

/// What is held of a pupil, now or as it was known at an earlier point; the past costs the pupil's own events.
struct HeldRecord {
    /// A data group of the pupil, and the school that told it: a second registration is told by another one.
    struct Group {
        var base: BaseID
        var state: GroupState

        /// Its rows as they may be shown; nil for all that is held.
        var shownRows: [FieldRow]?

        var rows: [FieldRow] { shownRows ?? state.content?.rows ?? [] }
    }

    /// The pupil.
    var pupil: Entity
    /// The pupil's own groups, then those of second registrations.
    var groups: [Group]

    /// Reads a record.
    ///
    /// - Parameters:
    ///   - pupil: the pupil as known now.
    ///   - point: how far the log counts; nil for now.
    /// - Returns: nil when nothing had been told by then.
    init?(of pupil: Entity, at point: PastPoint?, in session: Session) throws {
        let seconds = try session.state.read { snapshot in
            var ids: [SubjectID] = []
            try snapshot.entities(.registration, of: pupil.id) { id in
                ids.append(id)
                return true
            }
            return ids
        }
        guard let own = try Self.read(pupil.id, point, session) else { return nil }
        self.pupil = own.entity
        groups = own.groups.map { Group(base: own.entity.base, state: $0) }
        for id in seconds {
            guard let second = try Self.read(id, point, session) else { continue }
            groups += second.groups.map { Group(base: second.entity.base, state: $0) }
        }
    }

    /// The record with the word restricted in the place of what is kept back.
    func shown(by withholding: Withholding) throws -> HeldRecord {
        var record = self
        for index in groups.indices {
            guard var content = groups[index].state.content else { continue }
            content.rows = try withholding.shown(content.rows, of: content.group, of: pupil.id)
            record.groups[index].shownRows = content.rows
        }
        return record
    }

    /// The schools whose registration has the pupil on roll on a day, each with whether it has.
    func roll(on day: String) -> [(base: BaseID, isOnRoll: Bool)] {
        groups.filter { $0.state.group == .registration }.map { group in
            (group.base, group.state.content.map { Roll.isOnRoll($0, on: day) } ?? false)
        }
    }

    private static func read(_ id: SubjectID, _ point: PastPoint?, _ session: Session) throws -> PastEntity? {
        try session.state.read { snapshot in
            if let point { return try snapshot.past(of: id, at: point.position, from: session.log).entity() }
            guard let entity = try snapshot.entity(id) else { return nil }
            return PastEntity(entity: entity, groups: try snapshot.groups(of: id))
        }
    }
}
