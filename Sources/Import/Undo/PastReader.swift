import EventLog
import Events
import Identifiers
import Projections
import School
import SwiftProtobuf

/// Reads what the log tells of one entity, step by step: who did it, and what it said.
final class PastReader {
    /// What one event did to an entity as a whole.
    enum Deed {
        /// Told data groups of it.
        case told
        /// Said where it stands, at a base.
        case status(EntityStatus)
        /// Took it to another base.
        case moved
    }

    /// An event, as far as it says who did it.
    struct Step {
        var position: Position
        var run: RunID
        var base: BaseID
        var deed: Deed
    }

    private let log: EventLog
    private var read: [Position: Step?] = [:]

    init(_ log: EventLog) {
        self.log = log
    }

    /// The step that an event is; nil for one that is no import's, and for the half of a move that another base tells.
    func step(at position: Position) throws -> Step? {
        if let known = read[position] { return known }
        // One register holds thirty children, and one row several groups: what is read once is used soon again.
        if read.count > 20_000 { read.removeAll(keepingCapacity: true) }
        var found: Step?
        try log.read(LogQuery(from: position, through: position)) { event in
            found = try Self.step(event)
            return false
        }
        read[position] = .some(found)
        return found
    }

    private static func step(_ event: RecordedEvent) throws -> Step? {
        func step(_ run: some Collection<UInt8>, _ deed: Deed) -> Step? {
            RunID(bytes: run).map { Step(position: event.position, run: $0, base: event.base, deed: deed) }
        }
        switch EventType(rawValue: event.type.rawValue) {
        case .pupilGroupChanged, .contactGroupChanged, .staffGroupChanged, .classGroupChanged, .baseGroupChanged,
            .enrolmentChanged, .teachingChanged, .attendanceMarked, .calendarChanged:
            return step(try Syncd_Events_EntityChanged(serializedBytes: event.open).run, .told)
        case .entityStatusChanged:
            let message = try Syncd_Events_EntityStatusChanged(serializedBytes: event.open)
            let status = EntityStatus(rawValue: UInt8(truncatingIfNeeded: message.status.rawValue)) ?? .absent
            return step(message.run, .status(status))
        case .entityMoved:
            let message = try Syncd_Events_EntityMoved(serializedBytes: event.open)
            return BaseID(bytes: message.toBase) == event.base ? step(message.run, .moved) : nil
        default:
            return nil
        }
    }

    /// What an event said of a data group of an entity; nil when its key has been destroyed.
    func part(at position: Position, of group: DataGroup, of entity: SubjectID) throws -> Syncd_Events_GroupPart? {
        var found: Syncd_Events_GroupPart?
        try log.read(LogQuery(from: position, through: position, opensParts: true)) { event in
            let entities = try Syncd_Events_EntityChanged(serializedBytes: event.open).entities
            for (index, part) in event.parts.enumerated() where part.dataClass.rawValue == group.rawValue {
                let owner =
                    entities.isEmpty
                    ? SubjectID(event.stream) : SubjectID(bytes: entities.dropFirst(index * 16).prefix(16))
                if owner == entity, let plaintext = part.plaintext {
                    found = try Syncd_Events_GroupPart(serializedBytes: plaintext)
                }
            }
            return false
        }
        return found
    }
}
