import EventLog
import Events
import Identifiers
import Projections
import School

/// What changes back what a run did to one entity (docs/decisions/0065).
///
/// A data group gets the content that it had before, or none; an entity that moved goes back; one that went away is
/// there again; one that came in is ended. What another run has changed since stays.
struct Compensation {
    /// What becomes of the entity.
    enum Fate {
        case ended
        case restored
    }

    /// The events, in order: a move, groups, a status.
    private(set) var events: [NewEvent] = []
    /// Changes of a mark or a session, which go into registers.
    private(set) var marks: [EventComposer.GroupChange] = []
    /// Day and half of a mark or session that has no content any more.
    private(set) var session = FieldRow()
    /// Where it is then.
    private(set) var home: BaseID
    private(set) var fate: Fate?
    private(set) var left: [UndoReport.Left] = []

    init(
        of entity: Entity,
        _ past: EntityPast,
        by planner: UndoPlanner,
        in snapshot: borrowing Snapshot
    ) throws {
        home = entity.base
        let run = planner.run
        if past.isBroughtIn(by: run), !past.isUndone(run),
            try !past.isAlone(run) || planner.needs.isInUse(entity, in: snapshot)
        {
            left = [UndoReport.Left(kind: entity.kind, entity: entity.id, group: nil, reason: .inUse)]
            return
        }
        var status: EntityStatus?
        let standing = past.verdict(on: past.standing, run)
        switch standing {
        case .untouched: break
        case .changedSince(let step): leave(entity, nil, .changedSince(step.position, step.run))
        case .undone: fate = past.isBroughtIn(by: run) ? .ended : .restored
        case .back(let index):
            guard let now = past.standing(after: past.standing.count - 1) else { break }
            let wanted = past.standing(after: index) ?? EntityPast.Standing(home: now.home, status: .absent)
            fate = index == nil ? .ended : .restored
            var after = now.status
            if wanted.home != now.home {
                events += try planner.composer.moved(entity.kind, id: entity.id, from: now.home, to: wanted.home)
                home = wanted.home
                after = .present
            }
            if wanted.status != after { status = wanted.status }
        }
        try restore(entity, past, planner, snapshot)
        if let status {
            events.append(
                try planner.composer.status(entity.kind, id: entity.id, base: home, Self.word(status))
            )
        }
    }

    /// Gives the groups the content that they had.
    private mutating func restore(
        _ entity: Entity,
        _ past: EntityPast,
        _ planner: UndoPlanner,
        _ snapshot: borrowing Snapshot
    ) throws {
        var changes: [EventComposer.GroupChange] = []
        for (group, chain) in past.groups.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            switch past.verdict(on: chain, planner.run) {
            case .untouched: break
            case .changedSince(let step): leave(entity, group, .changedSince(step.position, step.run))
            case .undone: fate = fate ?? .restored
            case .back(nil): changes.append(EventComposer.GroupChange(group: group, change: .cleared, rows: []))
            case .back(let index?):
                guard let part = try planner.reader.part(at: chain[index].position, of: group, of: entity.id) else {
                    leave(entity, group, .keyDestroyed)
                    continue
                }
                changes.append(EventComposer.GroupChange(group, part))
            }
        }
        guard !changes.isEmpty else { return }
        fate = fate ?? .restored
        guard !Register.takes(entity.kind) else {
            marks = changes
            session = try snapshot.groups(of: entity.id).first?.content?.rows.first ?? FieldRow()
            return
        }
        let hasOwner = [EntityKind.enrolment, .teaching, .registration].contains(entity.kind)
        events.append(
            try planner.composer.changed(
                entity.kind,
                key: entity.key,
                id: entity.id,
                owner: hasOwner ? entity.owner : nil,
                base: home,
                groups: changes
            )
        )
    }

    private mutating func leave(_ entity: Entity, _ group: DataGroup?, _ reason: UndoReport.Left.Reason) {
        left.append(UndoReport.Left(kind: entity.kind, entity: entity.id, group: group, reason: reason))
    }

    private static func word(_ status: EntityStatus) -> Syncd_Events_EntityStatusChanged.Status {
        switch status {
        case .present: .present
        case .absent, .movedAway: .absent
        case .left: .left
        case .deletedAtSource: .deletedAtSource
        }
    }
}

extension EventComposer.GroupChange {
    /// A group as an event told it once.
    init(_ group: DataGroup, _ part: Syncd_Events_GroupPart) {
        let rows = part.rows.map { row in
            FieldRow(
                zip(row.fields, row.values).compactMap { number, value in
                    UInt16(exactly: number).flatMap(Field.init(rawValue:)).map { FieldRow.Entry($0, value) }
                }
            )
        }
        self.init(group: group, change: part.change, rows: rows)
    }
}

/// What a chain of steps says of a run.
extension EntityPast {
    /// Whether what a run did in a chain can be changed back.
    enum Verdict {
        /// The run did nothing there.
        case untouched
        /// The run did what counts now; before it counted this step, or none.
        case back(Int?)
        /// Its undo has changed it back.
        case undone
        /// Another run did something after it.
        case changedSince(PastReader.Step)
    }

    func verdict(on chain: [PastReader.Step], _ run: RunID) -> Verdict {
        guard let lastOfRun = chain.lastIndex(where: { $0.run == run }) else { return .untouched }
        if chain[lastOfRun...].contains(where: { isUndo($0.run, of: run) }) { return .undone }
        if let last = last(chain), chain[last].run == run { return .back(before(run, chain, from: last)) }
        return .changedSince(chain[chain.count - 1])
    }

    /// The run brought the entity in: nothing that counts came before it.
    func isBroughtIn(by run: RunID) -> Bool {
        guard let first = standing.firstIndex(where: { $0.run == run }) else { return false }
        return last(Array(standing[..<first])) == nil
    }

    /// Everything that the run did to the entity has been changed back.
    func isUndone(_ run: RunID) -> Bool {
        ([standing] + groups.values).allSatisfy { chain in
            switch verdict(on: chain, run) {
            case .untouched, .undone: true
            case .back, .changedSince: false
            }
        }
    }

    /// Nothing that counts was done to the entity by any other run.
    func isAlone(_ run: RunID) -> Bool {
        ([standing] + groups.values).allSatisfy { chain in
            guard let last = last(chain) else { return true }
            return chain[last].run == run
        }
    }
}
