import EventLog
import Events
import Identifiers
import School

/// An entity as state had it at an earlier position, put together from the events about it alone.
///
/// It is what the projection `entities` held then, but for data whose keys have been destroyed since: a test holds the
/// two against each other at every position of random histories.
public struct PastEntity: Sendable, Equatable {
    /// What it was and where it stood.
    public var entity: Entity
    /// Its data groups, in the order of their numbers.
    public var groups: [GroupState]

    /// Makes an entity of what is known of it.
    public init(entity: Entity, groups: [GroupState]) {
        self.entity = entity
        self.groups = groups
    }

    /// A data group; nil when it had not been told.
    public func group(_ group: DataGroup) -> GroupState? { groups.first { $0.group == group } }
}

/// The events about one entity up to a position, found once; each is read from the log only when something needs it.
public struct PastReading {
    private let id: SubjectID
    private let log: any EventSource
    private let entries: [HistoryEntry]

    /// Reads an entity's history.
    ///
    /// - Parameters:
    ///   - id: the entity.
    ///   - position: the last position that counts.
    ///   - snapshot: state that has reached the position.
    ///   - log: where the events are read.
    init(
        of id: SubjectID,
        at position: Position,
        in snapshot: borrowing Snapshot,
        from log: any EventSource
    ) throws {
        self.id = id
        self.log = log
        var entries: [HistoryEntry] = []
        try snapshot.history(of: id) { entry in
            guard entry.effectivePosition <= position else { return false }
            entries.append(entry)
            return true
        }
        self.entries = entries
    }

    /// The entity; nil when nothing had been told of it, or its keys have been destroyed.
    public func entity() throws -> PastEntity? {
        guard let founding = try founding() else { return nil }
        var places = Places(base: founding.entity.base)
        for entry in entries where entry.type == .entityMoved || entry.type == .entityStatusChanged {
            guard let event = try decoded(entry.position) else { continue }
            try places.take(
                event,
                id,
                at: entry.effectivePosition,
                isKnown: entry.effectivePosition > founding.position
            )
        }
        var past = PastEntity(entity: founding.entity, groups: [])
        past.entity.base = places.base
        past.entity.status = places.status
        past.groups = try Set(entries.compactMap(\.group)).sorted { $0.rawValue < $1.rawValue }.compactMap {
            try group($0, places.moves)
        }
        return past
    }

    /// A data group alone; nil when it had not been told, or its key has been destroyed.
    ///
    /// Cheaper than the entity: one event is read. Where the entity has moved since, base and position are those of the
    /// telling.
    public func group(_ group: DataGroup) throws -> GroupState? { try self.group(group, []) }

    /// What was told of a data group after a position, the oldest first.
    public func tellings(of group: DataGroup, after lower: Position) throws -> [GroupContent] {
        var found: [GroupContent] = []
        for entry in entries where entry.group == group && entry.effectivePosition > lower && Self.tells(entry) {
            guard let event = try decoded(entry.position), let told = part(of: event, group)?.told,
                let content = GroupContent(canonicalBytes: told.content)
            else { continue }
            found.append(content)
        }
        return found
    }

    /// True when there is an event that told something of the entity's data.
    public var wasTold: Bool { entries.contains { Self.tells($0) } }

    private func group(_ group: DataGroup, _ moves: [Places.Move]) throws -> GroupState? {
        guard let entry = entries.last(where: { $0.group == group && Self.tells($0) }),
            let event = try decoded(entry.position), let told = part(of: event, group)?.told,
            let change = GroupState.Change(rawValue: told.change)
        else { return nil }
        let move = moves.last { $0.position > entry.effectivePosition }
        return GroupState(
            group: group,
            base: move?.to ?? event.base,
            position: move?.position ?? entry.effectivePosition,
            change: change,
            canonicalBytes: told.content
        )
    }

    /// What the first event told that can still be opened: kind, base, owner, source and key stay.
    private func founding() throws -> (entity: Entity, position: Position)? {
        var last = Position.origin
        for entry in entries where Self.tells(entry) && entry.position != last {
            last = entry.position
            guard let event = try decoded(entry.position), case .entityChanged(let change) = event.payload,
                let kind = EntityKind(rawValue: change.kind),
                let told = change.parts.first(where: { $0.entity == id && $0.told != nil })?.told
            else { continue }
            let entity = Entity(
                id: id,
                kind: kind,
                base: event.base,
                owner: told.owner,
                source: change.source,
                key: String(decoding: told.misKey, as: UTF8.self),
                status: .present
            )
            return (entity, entry.effectivePosition)
        }
        return nil
    }

    private func decoded(_ position: Position) throws -> DecodedEvent? {
        try log.event(at: position).map { try DecodedEvent($0) }
    }

    private func part(of event: DecodedEvent, _ group: DataGroup) -> GroupChange? {
        guard case .entityChanged(let change) = event.payload else { return nil }
        return change.parts.last { $0.entity == id && $0.group == group.rawValue }
    }

    private static func tells(_ entry: HistoryEntry) -> Bool {
        guard entry.group != nil else { return false }
        return entry.type != .entityMoved && entry.type != .entityStatusChanged
    }
}

/// Where an entity went and stood, event by event, by the rules of the projection `entities`.
private struct Places {
    /// A move: where to, and where in the log.
    struct Move {
        var to: BaseID
        var position: Position
    }

    var base: BaseID
    var moves: [Move] = []
    private var statuses: [BaseID: EntityStatus] = [:]

    init(base: BaseID) { self.base = base }

    /// Where it stands at its base.
    var status: EntityStatus { statuses[base] ?? .present }

    /// Takes an event in; a move of what had not been told yet moved nothing.
    mutating func take(_ event: DecodedEvent, _ id: SubjectID, at position: Position, isKnown: Bool) throws {
        switch event.payload {
        case .entityStatusChanged(let change):
            guard try identifier(change.entity, SubjectID.self) == id else { return }
            statuses[event.base] =
                EntityStatus(rawValue: UInt8(truncatingIfNeeded: change.status.rawValue)) ?? .present
        case .entityMoved(let move):
            let from: BaseID = try identifier(move.fromBase)
            let to: BaseID = try identifier(move.toBase)
            guard isKnown, event.base == to, from != to else { return }
            base = to
            moves.append(Move(to: to, position: position))
            statuses[from] = .movedAway
            statuses[to] = nil
        default: return
        }
    }
}

extension Snapshot {
    /// The events about an entity up to a position.
    ///
    /// - Parameters:
    ///   - position: the last position that counts; state must have reached it.
    ///   - log: where the events are read.
    public func past(of id: SubjectID, at position: Position, from log: any EventSource) throws -> PastReading {
        try PastReading(of: id, at: position, in: self, from: log)
    }
}
