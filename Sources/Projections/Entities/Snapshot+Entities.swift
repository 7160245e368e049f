import EventLog
import Identifiers
import LMDB
import School

/// Where an entity stands in its source.
public enum EntityStatus: UInt8, Sendable {
    /// In the source's exports.
    case present = 0
    /// No longer in them.
    case absent = 1
    /// Has a leaving date.
    case left = 2
    /// The source says that it deleted it.
    case deletedAtSource = 3
    /// At another base of the source now.
    case movedAway = 4
}

/// What state knows of an entity beside its data groups.
public struct Entity: Sendable, Equatable {
    /// The entity.
    public var id: SubjectID
    /// What it is.
    public var kind: EntityKind
    /// The base that it is at.
    public var base: BaseID
    /// The person under whose keys its data are sealed: itself, or the pupil of a mark or class membership.
    public var owner: SubjectID
    /// The source that told of it.
    public var source: SourceID
    /// Its key inside the source.
    public var key: String
    /// Where it stands in its source.
    public var status: EntityStatus
}

/// The present content of a data group.
public struct GroupState: Sendable, Equatable {
    /// How the content came to be.
    public enum Change: UInt8, Sendable {
        /// It was told.
        case set = 0
        /// The group has no content any more.
        case cleared = 1
        /// The group was deleted in the MIS.
        case deletedAtSource = 2
    }

    /// Which group.
    public var group: DataGroup
    /// The base that told it last, or that it moved to with its entity.
    public var base: BaseID
    /// Where it last changed, or came to its base.
    public var position: Position
    /// Whether it was set, cleared or deleted.
    public var change: Change
    /// The content, as `GroupContent.canonicalBytes`: equal bytes, equal content.
    public var canonicalBytes: [UInt8]

    /// The content's rows; nil when a newer version of syncd wrote them.
    public var content: GroupContent? { GroupContent(canonicalBytes: canonicalBytes) }
}

extension Snapshot {
    /// An entity; nil when no source has told of it, or its keys have been destroyed.
    public func entity(_ id: SubjectID) throws -> Entity? {
        guard let bytes = try value(for: EntityRow.key(id), in: Entities.entities.name) else { return nil }
        let row = try EntityRow(bytes)
        guard let kind = EntityKind(rawValue: row.kind) else { return nil }
        return Entity(
            id: id,
            kind: kind,
            base: row.base,
            owner: row.owner,
            source: row.source,
            key: String(decoding: row.key, as: UTF8.self),
            status: try status(of: id, at: row.base)
        )
    }

    /// Where an entity stands at a base; present when nothing has been told otherwise.
    public func status(of id: SubjectID, at base: BaseID) throws -> EntityStatus {
        guard let bytes = try value(for: StatusRow.key(id, base), in: Entities.statuses.name) else { return .present }
        return EntityStatus(rawValue: try StatusRow(bytes).status) ?? .present
    }

    /// Where the standing of an entity at a base changed last; the origin when nothing was ever told of it.
    public func statusPosition(of id: SubjectID, at base: BaseID) throws -> Position {
        guard let bytes = try value(for: StatusRow.key(id, base), in: Entities.statuses.name) else { return .origin }
        return try StatusRow(bytes).position
    }

    /// A data group of an entity; nil when it was never told, or its key has been destroyed.
    public func group(_ group: DataGroup, of id: SubjectID) throws -> GroupState? {
        try value(for: GroupRow.key(id, group.rawValue), in: Entities.groups.name).flatMap {
            try Self.groupState(group.rawValue, $0)
        }
    }

    /// All data groups of an entity, in the order of their numbers.
    public func groups(of id: SubjectID) throws -> [GroupState] {
        var found: [GroupState] = []
        try scan(Entities.groups.name, prefix: EntityRow.key(id)) { key, value in
            let number = UInt16(bigEndian: key.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
            if let state = try Self.groupState(number, [UInt8](value)) { found.append(state) }
            return true
        }
        return found
    }

    /// Visits the entities of a kind at a base, in the order of their ids, until the closure answers false.
    ///
    /// - Parameter last: begins behind this one; with the first when nil.
    public func entities(
        _ kind: EntityKind,
        at base: BaseID,
        after last: SubjectID? = nil,
        _ visit: (SubjectID) throws -> Bool
    ) throws {
        var prefix = KeyBytes()
        prefix.append(base)
        prefix.append(kind.rawValue)
        let from = last.map { base.bytes + [kind.rawValue] + $0.bytes }
        try scan(EntityLists.byBase.name, prefix: prefix, from: from) { key, _ in
            let id = SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[17...]))
            return try id == last || visit(id)
        }
    }

    /// Visits the entities of a kind that belong to a person: a pupil's class memberships or marks.
    public func entities(_ kind: EntityKind, of owner: SubjectID, _ visit: (SubjectID) throws -> Bool) throws {
        var prefix = KeyBytes()
        prefix.append(owner)
        prefix.append(kind.rawValue)
        try scan(EntityLists.byOwner.name, prefix: prefix) { key, _ in
            try visit(SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[17...])))
        }
    }

    private static func groupState(_ number: UInt16, _ value: [UInt8]) throws -> GroupState? {
        let row = try GroupRow(value)
        guard let group = DataGroup(rawValue: number), let change = GroupState.Change(rawValue: row.change) else {
            return nil
        }
        return GroupState(
            group: group,
            base: row.base,
            position: row.position,
            change: change,
            canonicalBytes: row.content
        )
    }
}
