import EventLog
import Events
import Identifiers
import LMDB
import School

/// Every entity that a source has told of, whatever its kind, and the present content of its data groups.
///
/// Pupils, contacts, teachers, classes, enrolments and the others by kind; the source mirror and the change index
/// follow from these tables (docs/decisions/0010).
/// ```
/// entities        entity 16 → kind 1, base 16, owner 16, source 16, key inside the source
/// entities.groups entity 16, group 2 → base 16, position 8, change 1, content (canonical bytes)
/// entities.status entity 16, base 16 → status 1, kind 1, position 8
/// ```
/// The owner is the person under whose keys the entity's data are sealed: the entity itself, or the pupil of a mark or
/// class membership. Base and position of a group are where and when it was told last, or moved. An entity without a
/// status row at its base is present. Erased parts say nothing: their groups have no row (invariant 5).
public struct Entities: Projection {
    /// Its name.
    public let name = "entities"
    /// Its version.
    public let version: UInt32 = 2
    /// Events about entities.
    public let types: [EventType] = [
        .pupilGroupChanged, .contactGroupChanged, .staffGroupChanged, .classGroupChanged, .baseGroupChanged,
        .enrolmentChanged, .teachingChanged, .attendanceMarked, .calendarChanged, .entityStatusChanged, .entityMoved,
        .subjectErased,
    ]
    /// Its tables.
    public let tables = [Self.entities, Self.groups, Self.statuses]

    static let entities = TableDefinition(
        "entities",
        indexes: [SourceMirror.index, EntityLists.byBase, EntityLists.byOwner]
    )
    static let groups = TableDefinition(
        "entities.groups",
        indexes: [ChangeIndex.ofGroups, LeavingDates.ofRegistrations]
    )
    static let statuses = TableDefinition("entities.status", indexes: [ChangeIndex.ofStatuses])

    /// Makes the projection.
    public init() {}

    /// Each row is an entity's.
    public func subject(ofRow key: [UInt8], in table: String) -> SubjectID? {
        tables.contains { $0.name == table } ? SubjectID(bytes: key.prefix(16)) : nil
    }

    /// Writes what an event changes; the many events write without reading.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .entityChanged(let change): changed(change, event, &rows)
        case .entityStatusChanged(let change): try statusChanged(change, event, &rows)
        case .entityMoved(let move): try moved(move, event, &rows)
        case .subjectErased(let message): try erased(message.erased, event, &rows)
        default: break
        }
    }

    private func changed(_ change: EntityChange, _ event: DecodedEvent, _ rows: inout Rows) {
        for part in change.parts {
            guard let told = part.told else { continue }
            let row = EntityRow(
                kind: change.kind,
                base: event.base,
                owner: told.owner,
                source: change.source,
                key: told.misKey
            )
            // Only a move takes an entity to another base: a group that is told later leaves it where it is.
            rows.found(row.head, row.key, for: EntityRow.key(part.entity), in: Self.entities)
            let group = GroupRow(
                base: event.base,
                position: event.effectivePosition,
                change: told.change,
                content: told.content
            )
            rows.put(group.head, group.content, for: GroupRow.key(part.entity, part.group), in: Self.groups)
        }
    }

    private func statusChanged(
        _ change: Syncd_Events_EntityStatusChanged,
        _ event: DecodedEvent,
        _ rows: inout Rows
    ) throws {
        let entity: SubjectID = try identifier(change.entity)
        let status = StatusRow(
            status: UInt8(truncatingIfNeeded: change.status.rawValue),
            kind: UInt8(truncatingIfNeeded: change.kind),
            position: event.effectivePosition
        )
        rows.put(status.bytes, for: StatusRow.key(entity, event.base), in: Self.statuses)
    }

    /// Carries out a move: all groups appear anew at the new base, and a status says at the old one that it left.
    ///
    /// A move is two events of one batch, one in each base's tree; what it changes stands at the new base's.
    private func moved(_ move: Syncd_Events_EntityMoved, _ event: DecodedEvent, _ rows: inout Rows) throws {
        let entity: SubjectID = try identifier(move.entity)
        let from: BaseID = try identifier(move.fromBase)
        let to: BaseID = try identifier(move.toBase)
        guard event.base == to, from != to,
            let bytes = try rows.value(for: EntityRow.key(entity), in: Self.entities)
        else { return }
        var row = try EntityRow(bytes)
        row.base = to
        rows.put(row.head, row.key, for: EntityRow.key(entity), in: Self.entities)
        for (key, value) in try rows.rows(prefix: entity.bytes, in: Self.groups) {
            var group = try GroupRow(value)
            group.base = to
            group.position = event.effectivePosition
            rows.put(group.head, group.content, for: key, in: Self.groups)
        }
        let left = StatusRow(status: StatusRow.movedAway, kind: row.kind, position: event.effectivePosition)
        rows.put(left.bytes, for: StatusRow.key(entity, from), in: Self.statuses)
        rows.delete(StatusRow.key(entity, to), in: Self.statuses)
    }

    /// Forgets a person, or data groups of one, with what belongs to them.
    ///
    /// From a log whose keys have been destroyed most of it was never entered; what the open parts told goes here.
    private func erased(_ erased: Syncd_Events_ErasedSubject, _ event: DecodedEvent, _ rows: inout Rows) throws {
        let subject: SubjectID = try identifier(erased.subject)
        for entity in try identifiers(erased.entities) as [SubjectID] { try forget(entity, &rows) }
        guard !erased.groups.isEmpty else { return try forget(subject, &rows) }
        guard let row = try rows.value(for: EntityRow.key(subject), in: Self.entities) else { return }
        let base = try EntityRow(row).base
        for number in erased.groups {
            guard let group = DataGroup(rawValue: UInt16(truncatingIfNeeded: number)) else { continue }
            guard !group.isOwned else {
                // What things tell, not the person: all that may stand here is that the MIS deleted it.
                rows.delete(GroupRow.key(subject, group.rawValue), in: Self.groups)
                continue
            }
            let emptied = GroupRow(
                base: base,
                position: event.effectivePosition,
                change: GroupState.Change.cleared.rawValue,
                content: GroupContent(group, []).canonicalBytes
            )
            rows.put(emptied.head, emptied.content, for: GroupRow.key(subject, group.rawValue), in: Self.groups)
        }
    }

    private func forget(_ entity: SubjectID, _ rows: inout Rows) throws {
        rows.delete(EntityRow.key(entity), in: Self.entities)
        for table in [Self.groups, Self.statuses] {
            for (key, _) in try rows.rows(prefix: entity.bytes, in: table) { rows.delete(key, in: table) }
        }
    }
}

extension DataGroup {
    /// True for groups that things tell which belong to a person: marks, class memberships, teaching.
    public var isOwned: Bool { self == .attendance || self == .classMembership || self == .teachingAssignment }
}
