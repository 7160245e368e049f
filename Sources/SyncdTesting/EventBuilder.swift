import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// Builds events in the words of the schemas, of made-up people.
public struct EventBuilder: Sendable {
    /// The source that tells.
    public var source: SourceID
    /// The run that reads.
    public var run: RunID

    /// Makes a builder for one source and run.
    public init(source: SourceID = SourceID(high: 2, low: 1), run: RunID = RunID(high: 3, low: 1)) {
        self.source = source
        self.run = run
    }

    /// Data groups of one entity, in one event.
    ///
    /// - Parameters:
    ///   - owner: under whose keys they are sealed; the entity itself by default.
    ///   - change: set, cleared or deleted at the source.
    public func changed(
        _ kind: EntityKind,
        _ entity: SubjectID,
        at base: BaseID,
        key: String,
        _ contents: [GroupContent],
        owner: SubjectID? = nil,
        change: GroupPartChange = .set
    ) throws -> NewEvent {
        var open = Syncd_Events_EntityChanged()
        open.source = Data(source.bytes)
        open.run = Data(run.bytes)
        open.kind = UInt32(kind.rawValue)
        let parts = try contents.map { content in
            NewPart(
                subject: owner ?? entity,
                dataClass: DataClass(rawValue: content.group.rawValue),
                plaintext: try Self.part(content, key: key, change).serializedBytes()
            )
        }
        return NewEvent(
            type: EventTypeNumber(rawValue: Self.type(of: kind).rawValue),
            base: base,
            stream: StreamID(entity),
            open: try open.serializedBytes(),
            parts: parts
        )
    }

    /// Data of several entities in one event, as a register has them.
    public func changed(
        _ kind: EntityKind,
        _ entities: [(entity: SubjectID, owner: SubjectID, key: String, content: GroupContent)],
        at base: BaseID,
        stream: StreamID
    ) throws -> NewEvent {
        var open = Syncd_Events_EntityChanged()
        open.source = Data(source.bytes)
        open.run = Data(run.bytes)
        open.kind = UInt32(kind.rawValue)
        open.entities = Data(entities.flatMap(\.entity.bytes))
        let parts = try entities.map { each in
            NewPart(
                subject: each.owner,
                dataClass: DataClass(rawValue: each.content.group.rawValue),
                plaintext: try Self.part(each.content, key: each.key, .set).serializedBytes()
            )
        }
        return NewEvent(
            type: EventTypeNumber(rawValue: Self.type(of: kind).rawValue),
            base: base,
            stream: stream,
            open: try open.serializedBytes(),
            parts: parts
        )
    }

    /// An entity is no longer, or again, in the source.
    public func status(
        _ status: Syncd_Events_EntityStatusChanged.Status,
        of entity: SubjectID,
        _ kind: EntityKind,
        at base: BaseID
    ) throws -> NewEvent {
        var open = Syncd_Events_EntityStatusChanged()
        open.source = Data(source.bytes)
        open.run = Data(run.bytes)
        open.kind = UInt32(kind.rawValue)
        open.entity = Data(entity.bytes)
        open.status = status
        return try event(.entityStatusChanged, base, StreamID(entity), open)
    }

    /// An entity goes to another base: two events, one in each base's tree.
    public func moved(
        _ entity: SubjectID,
        _ kind: EntityKind,
        from: BaseID,
        to: BaseID
    ) throws -> [NewEvent] {
        var open = Syncd_Events_EntityMoved()
        open.source = Data(source.bytes)
        open.run = Data(run.bytes)
        open.kind = UInt32(kind.rawValue)
        open.entity = Data(entity.bytes)
        open.fromBase = Data(from.bytes)
        open.toBase = Data(to.bytes)
        return [
            try event(.entityMoved, from, StreamID(entity), open), try event(.entityMoved, to, StreamID(entity), open),
        ]
    }

    /// Any event whose payload is one message.
    public func event(
        _ type: EventType,
        _ base: BaseID,
        _ stream: StreamID,
        _ message: some Message
    ) throws -> NewEvent {
        NewEvent(
            type: EventTypeNumber(rawValue: type.rawValue),
            base: base,
            stream: stream,
            open: try message.serializedBytes()
        )
    }

    /// What a part says of its group.
    public typealias GroupPartChange = Syncd_Events_GroupPart.Change

    /// The plaintext of a part.
    public static func part(_ content: GroupContent, key: String, _ change: GroupPartChange) -> Syncd_Events_GroupPart {
        var part = Syncd_Events_GroupPart()
        part.change = change
        part.misKey = key
        part.rows = content.rows.map { row in
            var made = Syncd_Events_Row()
            made.fields = row.entries.map { UInt32($0.field.rawValue) }
            made.values = row.entries.map(\.value)
            return made
        }
        return part
    }

    private static func type(of kind: EntityKind) -> EventType {
        switch kind {
        case .base: .baseGroupChanged
        case .pupil: .pupilGroupChanged
        case .contact: .contactGroupChanged
        case .teacher: .staffGroupChanged
        case .class, .course, .term: .classGroupChanged
        case .enrolment, .registration: .enrolmentChanged
        case .teaching: .teachingChanged
        case .mark: .attendanceMarked
        case .session: .calendarChanged
        }
    }
}
