import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf

/// Turns what changed into events: the words of an import in the log.
struct EventComposer {
    let source: SourceID
    let run: RunID

    /// A change to one data group of one entity.
    struct GroupChange {
        var group: DataGroup
        var change: Syncd_Events_GroupPart.Change
        var rows: [FieldRow]
        /// Where the files say it; nil for what follows from other things.
        var place: Scratch.Place?
    }

    /// Data groups of an entity, whole.
    func changed(
        _ kind: EntityKind,
        key: String,
        id: SubjectID,
        owner: SubjectID?,
        base: BaseID,
        groups: [GroupChange]
    ) throws -> NewEvent {
        var open = Syncd_Events_EntityChanged()
        open.source = source.data
        open.run = run.data
        open.kind = UInt32(kind.rawValue)
        let stream = Self.stream(of: kind, id, owner, base)
        if stream != id { open.entities = Data(groups.flatMap { _ in id.bytes }) }
        let subject = Self.subject(of: kind, id: id, owner: owner, base: base)
        return NewEvent(
            type: Self.type(of: kind).number,
            base: base,
            stream: StreamID(stream),
            open: try open.bytes(),
            parts: try groups.map { try part($0, key: key, subject: subject) }
        )
    }

    /// The sealed part of one group.
    func part(_ change: GroupChange, key: String, subject: SubjectID) throws -> NewPart {
        var part = Syncd_Events_GroupPart()
        part.change = change.change
        part.misKey = key
        if let place = change.place { (part.file, part.line) = (place.fileNumber, place.line) }
        part.rows = change.rows.map { row in
            var message = Syncd_Events_Row()
            message.fields = row.entries.map { UInt32($0.field.rawValue) }
            message.values = row.entries.map(\.value)
            return message
        }
        return NewPart(
            subject: subject,
            dataClass: DataClass(rawValue: change.group.rawValue),
            plaintext: try part.bytes()
        )
    }

    /// Why a record's groups do not fit into events; nil when they do.
    ///
    /// Judged in the first reading by what the parts have at most, so that nothing is refused once something has been
    /// appended.
    static func tooLarge(_ record: SourceRecord, partBytesMax: Int) -> String? {
        var total = 0
        for content in record.groups {
            let bytes = content.rows.reduce(record.key.utf8.count + 64) { bytes, row in
                bytes + row.entries.reduce(16) { $0 + $1.value.utf8.count + 14 }
            }
            total += bytes
            guard bytes <= partBytesMax else {
                return
                    "holds more than \(partBytesMax >> 10) KiB of \(content.group.name), which no record has: look for "
                    + "a quote in the wrong place, or leave rows out"
            }
        }
        guard total <= Limits.recordBytes / 2 + partBytesMax / 2 else {
            return "holds more than an event can carry: look for a quote in the wrong place, or leave values out"
        }
        return nil
    }

    /// An entity is no longer, or again, in the source.
    func status(
        _ kind: EntityKind,
        _ entity: MirrorEntry,
        _ status: Syncd_Events_EntityStatusChanged.Status,
        mergedInto heir: SubjectID? = nil
    ) throws -> NewEvent {
        try self.status(kind, id: entity.id, base: entity.base, status, mergedInto: heir)
    }

    /// A new pupil is the new half of another one's record.
    func split(_ pupil: SubjectID, at base: BaseID, from origin: SubjectID) throws -> NewEvent {
        try status(.pupil, id: pupil, base: base, .present, splitFrom: origin)
    }

    /// An entity is no longer, or again, in the source.
    func status(
        _ kind: EntityKind,
        id: SubjectID,
        base: BaseID,
        _ status: Syncd_Events_EntityStatusChanged.Status,
        mergedInto heir: SubjectID? = nil,
        splitFrom origin: SubjectID? = nil
    ) throws -> NewEvent {
        var open = Syncd_Events_EntityStatusChanged()
        open.source = source.data
        open.run = run.data
        open.kind = UInt32(kind.rawValue)
        open.entity = id.data
        open.status = status
        if let heir { open.mergedInto = heir.data }
        if let origin { open.splitFrom = origin.data }
        return NewEvent(
            type: EventType.entityStatusChanged.number,
            base: base,
            stream: StreamID(id),
            open: try open.bytes()
        )
    }

    /// A move: two events of one batch, one in each base's tree (rulings 35).
    func moved(_ kind: EntityKind, _ entity: MirrorEntry, to base: BaseID) throws -> [NewEvent] {
        try moved(kind, id: entity.id, from: entity.base, to: base)
    }

    /// A move: two events of one batch, one in each base's tree (rulings 35).
    func moved(_ kind: EntityKind, id: SubjectID, from: BaseID, to base: BaseID) throws -> [NewEvent] {
        var open = Syncd_Events_EntityMoved()
        open.source = source.data
        open.run = run.data
        open.kind = UInt32(kind.rawValue)
        open.entity = id.data
        open.fromBase = from.data
        open.toBase = base.data
        let bytes = try open.bytes()
        return [from, base].map {
            NewEvent(type: EventType.entityMoved.number, base: $0, stream: StreamID(id), open: bytes)
        }
    }

    /// A base that this run registers.
    func registered(_ key: String, _ base: BaseID) throws -> NewEvent {
        var open = Syncd_Events_BaseRegistered()
        open.key = key
        return NewEvent(
            type: EventType.baseRegistered.number,
            base: base,
            stream: StreamID(base),
            open: try open.bytes()
        )
    }

    /// Whose keys seal a kind's parts: the entity's own, its owner's, or the school's for what is of nobody.
    static func subject(of kind: EntityKind, id: SubjectID, owner: SubjectID?, base: BaseID) -> SubjectID {
        switch kind {
        case .base, .session, .term, .course: SubjectID(base)
        case .pupil, .contact, .teacher, .class: id
        case .enrolment, .teaching, .mark, .registration: owner ?? id
        }
    }

    static func stream(
        of kind: EntityKind,
        _ id: SubjectID,
        _ owner: SubjectID?,
        _ base: BaseID
    ) -> SubjectID {
        switch kind {
        case .base, .session, .term, .course: SubjectID(base)
        default: owner ?? id
        }
    }

    static func type(of kind: EntityKind) -> EventType {
        switch kind {
        case .base: .baseGroupChanged
        case .pupil, .registration: .pupilGroupChanged
        case .contact: .contactGroupChanged
        case .teacher: .staffGroupChanged
        case .class, .course, .term: .classGroupChanged
        case .enrolment: .enrolmentChanged
        case .teaching: .teachingChanged
        case .mark: .attendanceMarked
        case .session: .calendarChanged
        }
    }
}
