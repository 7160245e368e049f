import EventLog
import Identifiers
import Projections
import School

/// Tells what the events of a window come to for one thing: between what the consumer has and what there is now.
///
/// What the consumer has is what stood in the log at `known`; when the log went on while the window before was read, that
/// is not certain of everything, and then everything that was touched is told: twice rather than not at all.
struct NetChange {
    let gate: FeedGate
    let log: any EventSource
    let lower: Position
    let known: Position
    let upper: Position
    /// Where everyone is told of; nil for nowhere.
    let everyone: Position?

    /// True when what the consumer has is known to the letter.
    private var isExact: Bool { known == lower }

    private var base: BaseID? { gate.selection.base }

    /// The line of an item; nil when it comes at another place of the window, or comes to nothing.
    func line(_ item: FeedScan.Item, in snapshot: borrowing Snapshot) throws -> FeedLine? {
        if let kind = item.erased { return try erased(item, kind, snapshot) }
        let entity = try snapshot.entity(item.entity)
        let held = try snapshot.groups(of: item.entity).filter { group in
            gate.takes(group.group) && (base.map { $0 == group.base } ?? true)
        }
        let place = base ?? entity?.base ?? item.base
        let status = try snapshot.statusPosition(of: item.entity, at: place)
        let deciding = try decidingPosition(item.entity, snapshot)
        let last = (held.map(\.position) + [status, deciding]).filter { isInside($0) }.max()
        // Who is at the school comes with everyone.
        if item.kind == 0, let everyone, item.version <= everyone, entity?.base == base { return nil }
        guard let version = version(of: item, last) else { return nil }
        var line = FeedLine(entity: item.entity, kind: entity?.kind, base: place, version: version, what: .changed)
        if gate.isEnding {
            // Whoever may have been told of before; who came afterwards is nobody's business.
            let end = gate.turn?.position ?? lower
            guard try snapshot.past(of: item.entity, at: end, from: log).wasTold else { return nil }
            line.what = .deleted(.sharingEnded)
            return line
        }
        if let reason = try tombstone(of: entity, snapshot) { return try gone(line, reason, snapshot) }
        line.sourceKey = entity?.key
        line.upn = try upn(of: item.entity, held, snapshot)
        // A thing of which something moved behind the window before was passed over there with all that it had.
        let touched = held.filter { $0.position > known && $0.position <= upper }
        return try there(line, held, touched, isBack: status > known && status <= upper, snapshot)
    }

    /// Where a line stands; nil for a row of something that comes later, has changed behind the window, or comes with
    /// everyone.
    private func version(of item: FeedScan.Item, _ last: Position?) -> Position? {
        guard item.kind != 0 else { return last == item.version ? last : nil }
        return last.map { $0 <= item.version } ?? true ? item.version : nil
    }

    /// The UPN at the window's upper bound; one that came behind it is told in the next window, as a change of key.
    private func upn(of id: SubjectID, _ held: [GroupState], _ snapshot: borrowing Snapshot) throws -> String? {
        guard let details = held.first(where: { $0.group == .basicDetails }) else { return nil }
        if details.position <= upper { return details.upn }
        return try snapshot.past(of: id, at: upper, from: log).group(.basicDetails)?.upn
    }

    private func isInside(_ position: Position) -> Bool { position > lower && position <= upper }

    /// The line of somebody erased: once, where the receipt stands; nil for whom the consumer never had.
    private func erased(_ item: FeedScan.Item, _ kind: EntityKind, _ snapshot: borrowing Snapshot) throws -> FeedLine? {
        // Taken in again since, as somebody with other keys under the old id, it would be told as what is there.
        guard try snapshot.entity(item.entity) == nil else { return nil }
        if gate.isEnding || !gate.selection.takes(kind) { return nil }
        // What was told stands in the open; whether it was told of this selection's groups went with the keys.
        guard try snapshot.past(of: item.entity, at: lower, from: log).wasTold else { return nil }
        return FeedLine(
            entity: item.entity,
            kind: kind,
            base: item.base,
            version: item.version,
            what: .deleted(.erased)
        )
    }

    /// Where what decides on the cohort changed last; the origin without a cohort.
    private func decidingPosition(_ id: SubjectID, _ snapshot: borrowing Snapshot) throws -> Position {
        guard let group = gate.selection.cohort?.decidingGroup else { return .origin }
        return try snapshot.group(group, of: id)?.position ?? .origin
    }

    /// Why something is not there for the selection; nil when it is.
    private func tombstone(of entity: Entity?, _ snapshot: borrowing Snapshot) throws -> Tombstone? {
        guard let entity else { return .erased }
        if let reason = standing(of: entity) { return reason }
        guard let cohort = gate.selection.cohort else { return nil }
        let isIn = cohort.takes(
            registration: try snapshot.group(.registration, of: entity.id)?.content,
            lookedAfter: try snapshot.group(.lookedAfter, of: entity.id)?.content
        )
        return entity.kind == .pupil && isIn ? nil : .outOfReach
    }

    private func standing(of entity: Entity) -> Tombstone? {
        if let base, entity.base != base { return .left }
        switch entity.status {
        case .present: return nil
        case .absent: return .absent
        case .left, .movedAway: return .left
        case .deletedAtSource: return .deletedAtSource
        }
    }

    private func gone(_ line: FeedLine, _ reason: Tombstone, _ snapshot: borrowing Snapshot) throws -> FeedLine? {
        // Made and gone inside the window: the consumer has nothing to take away.
        guard try wasThere(line.entity, isErased: reason == .erased, snapshot) else { return nil }
        var line = line
        line.what = .deleted(reason)
        let past = try snapshot.past(of: line.entity, at: known, from: log).entity()
        line.sourceKey = past?.entity.key
        line.upn = past?.group(.basicDetails)?.upn
        return line
    }

    /// Whether the consumer has it, or may have it.
    private func wasThere(_ id: SubjectID, isErased: Bool = false, _ snapshot: borrowing Snapshot) throws -> Bool {
        let past = try snapshot.past(of: id, at: lower, from: log)
        return isExact && !isErased ? reaches(try past.entity()) : past.wasTold
    }

    private func reaches(_ past: PastEntity?) -> Bool {
        guard let past, past.entity.status == .present, past.groups.contains(where: { gate.takes($0.group) }) else {
            return false
        }
        guard base.map({ $0 == past.entity.base }) ?? true else { return false }
        guard let cohort = gate.selection.cohort else { return true }
        return past.entity.kind == .pupil
            && cohort.takes(
                registration: past.group(.registration)?.content,
                lookedAfter: past.group(.lookedAfter)?.content
            )
    }

    private func there(
        _ line: FeedLine,
        _ held: [GroupState],
        _ touched: [GroupState],
        isBack: Bool,
        _ snapshot: borrowing Snapshot
    ) throws -> FeedLine? {
        var line = line
        let before = try snapshot.past(of: line.entity, at: known, from: log)
        let past = before.wasTold ? try before.entity() : nil
        if let past, reaches(past) {
            line.keyChanges = try keyChanges(line, past, snapshot)
            let needsAll = everyone != nil || (isBack && !isExact)
            try fill(&line, with: needsAll ? held : touched, instead: isExact && !needsAll ? past : nil)
            let moved = base == nil && past.entity.base != line.base
            let isNews = !line.groups.isEmpty || !line.cleared.isEmpty || isBack || moved || !line.keyChanges.isEmpty
            return isNews ? line : nil
        }
        line.what = .new
        try fill(&line, with: held, instead: nil)
        line.cleared = []
        return held.isEmpty ? nil : line
    }

    /// Enters the groups whose content is another than before; all of them when it is not known what was before.
    private func fill(_ line: inout FeedLine, with states: [GroupState], instead past: PastEntity?) throws {
        for state in states {
            guard let content = state.content.map(gate.part) else { continue }
            if let past, past.group(state.group)?.content.map(gate.part)?.rows ?? [] == content.rows { continue }
            if content.rows.isEmpty { line.cleared.append(state.group) } else { line.groups.append(content) }
        }
    }

    private func keyChanges(
        _ line: FeedLine,
        _ past: PastEntity,
        _ snapshot: borrowing Snapshot
    ) throws -> [FeedLine.KeyChange] {
        // Whether or not the details are told here: those that moved behind the window had another key inside it, too.
        guard line.kind == .pupil, gate.takes(.basicDetails) else { return [] }
        var old = [past.group(.basicDetails)?.upn]
        if !isExact {
            let between = try snapshot.past(of: line.entity, at: lower, from: log)
            old += try between.tellings(of: .basicDetails, after: known).map { $0.rows.first?[.upn] }
        }
        var changes: [FeedLine.KeyChange] = []
        for case let upn? in old where upn != line.upn && !changes.contains(where: { $0.old == upn }) {
            changes.append(FeedLine.KeyChange(old: upn, new: line.upn))
        }
        return changes
    }
}

extension GroupState {
    /// The UPN in basic details.
    fileprivate var upn: String? { content?.rows.first?[.upn] }
}
