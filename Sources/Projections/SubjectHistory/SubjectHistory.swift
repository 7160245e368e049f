import EventLog
import Events
import Identifiers
import LMDB
import School

/// Which events are about whom, so that a history costs the events and not the log.
///
/// ```
/// subject-history       entity 16 → entries; fewer than 32
/// subject-history.full  entity 16, position of the first entry 8 → 32 entries
/// an entry: position 8, type 2, group 2 (0: the entity as a whole)
/// ```
/// Entries stand in the order in which they took effect. Before one that a retry applied stands an entry of the retry: its
/// position is where the other took effect.
/// From the open parts alone: after an erasure the positions are still there, and say nothing of a person.
public struct SubjectHistory: Projection {
    /// Its name.
    public let name = "subject-history"
    /// Its version.
    public let version: UInt32 = 3
    /// Events about entities.
    public let types: [EventType] = [
        .pupilGroupChanged, .contactGroupChanged, .staffGroupChanged, .classGroupChanged, .baseGroupChanged,
        .enrolmentChanged, .teachingChanged, .attendanceMarked, .calendarChanged, .entityStatusChanged, .entityMoved,
        .transferItems, .recordsRead, .subjectErased,
    ]
    /// Its tables.
    public let tables = [Self.lists]

    static let entryBytes = 12
    static let lists = TableDefinition(lists: "subject-history", entryBytes: entryBytes, entriesMax: 32)

    /// Makes the projection.
    public init() {}

    /// Each row is an entity's.
    public func subject(ofRow key: [UInt8], in table: String) -> SubjectID? {
        SubjectID(bytes: key.prefix(16))
    }

    /// Appends to the list of everyone whom the event is about.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .entityChanged(let change):
            for part in change.parts { Self.append(event, part.group, of: part.entity, &rows) }
        case .entityStatusChanged(let change):
            Self.append(event, 0, of: try identifier(change.entity), &rows)
            for other in [change.mergedInto, change.splitFrom] where !other.isEmpty {
                Self.append(event, 0, of: try identifier(other), &rows)
            }
        case .entityMoved(let move):
            Self.append(event, 0, of: try identifier(move.entity), &rows)
        case .transferItems(let items):
            for pupil in items.pupils { Self.append(event, 0, of: try identifier(pupil.entity), &rows) }
        case .subjectErased(let message):
            Self.append(event, 0, of: try identifier(message.erased.subject), &rows)
        case .recordsRead(let reading):
            for subject in try identifiers(reading.subjects) as [SubjectID] {
                Self.append(event, 0, of: subject, &rows)
            }
        default:
            break
        }
    }

    private static func append(_ event: DecodedEvent, _ group: UInt16, of entity: SubjectID, _ rows: inout Rows) {
        if event.effectivePosition != event.position {
            append(event.effectivePosition, .eventRetried, 0, of: entity, &rows)
        }
        append(event.position, event.type, group, of: entity, &rows)
    }

    private static func append(
        _ position: Position,
        _ type: EventType,
        _ group: UInt16,
        of entity: SubjectID,
        _ rows: inout Rows
    ) {
        var entry = KeyBytes()
        entry.append(position.rawValue)
        entry.append(type.rawValue)
        entry.append(group)
        rows.append(entry, to: EntityRow.key(entity), in: lists)
    }
}

/// One line of a subject's history.
public struct HistoryEntry: Sendable, Equatable {
    /// Where.
    public var position: Position
    /// Where it took effect: there, or at the retry that applied it.
    public var effectivePosition: Position
    /// What happened; nil for a type of a newer version.
    public var type: EventType?
    /// To which group; nil for the entity as a whole.
    public var group: DataGroup?

    /// Makes a line.
    public init(position: Position, effectivePosition: Position, type: EventType?, group: DataGroup?) {
        (self.position, self.effectivePosition) = (position, effectivePosition)
        (self.type, self.group) = (type, group)
    }
}

extension Snapshot {
    /// Visits the events about an entity, in the order in which they took effect, until the closure answers false.
    public func history(of entity: SubjectID, _ visit: (HistoryEntry) throws -> Bool) throws {
        var goesOn = true
        var retriedAt: Position?
        func visitAll(_ list: UnsafeRawBufferPointer) throws {
            for offset in stride(from: 0, to: list.count, by: SubjectHistory.entryBytes) where goesOn {
                let position = UInt64(bigEndian: list.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                let type = UInt16(bigEndian: list.loadUnaligned(fromByteOffset: offset + 8, as: UInt16.self))
                let group = UInt16(bigEndian: list.loadUnaligned(fromByteOffset: offset + 10, as: UInt16.self))
                if type == EventType.eventRetried.rawValue {
                    retriedAt = Position(position)
                    continue
                }
                defer { retriedAt = nil }
                goesOn = try visit(
                    HistoryEntry(
                        position: Position(position),
                        effectivePosition: retriedAt ?? Position(position),
                        type: EventType(rawValue: type),
                        group: DataGroup(rawValue: group)
                    )
                )
            }
        }
        let key = EntityRow.key(entity)
        try scan(SubjectHistory.lists.fullName, prefix: key) { _, list in
            try visitAll(list)
            return goesOn
        }
        if goesOn, let last = try value(for: key, in: SubjectHistory.lists.name) {
            try last.withUnsafeBytes { try visitAll($0) }
        }
    }
}
