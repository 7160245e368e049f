import EventLog
import Events
import Identifiers
import Projections
import School
import SwiftProtobuf

/// What a run did, read from the log.
extension UndoRunner {
    /// Where a run's events begin: a small run's are in the batch that its end closes.
    func firstPosition(of run: ImportRun) throws -> Position {
        var first = run.startedAt
        try log.read(LogQuery(from: run.startedAt, through: run.startedAt)) { event in
            first = Position(event.position.rawValue - UInt64(event.indexInBatch))
            return false
        }
        return first
    }

    /// What the next events of the run were about.
    ///
    /// - Parameter cursor: where to begin; then where to go on.
    func touches(of run: RunID, from cursor: inout Position, through last: Position) throws -> [UndoTouch] {
        var found: [UndoTouch] = []
        var next = last.next
        try log.read(LogQuery(from: cursor, through: last)) { event in
            guard found.count < batchEventsMax else {
                next = event.position
                return false
            }
            found += try Self.things(of: event, of: run).map {
                UndoTouch(thing: $0, position: event.position, recordedAt: event.recordedAt)
            }
            return true
        }
        cursor = next
        return found
    }

    private static func things(of event: RecordedEvent, of run: RunID) throws -> [UndoTouch.Thing] {
        func entities(_ ids: [SubjectID], _ kind: UInt32) -> [UndoTouch.Thing] {
            guard let kind = UInt8(exactly: kind).flatMap(EntityKind.init(rawValue:)) else { return [] }
            var seen: Set<SubjectID> = []
            return ids.filter { seen.insert($0).inserted }.map { .entity($0, kind) }
        }
        switch EventType(rawValue: event.type.rawValue) {
        case .pupilGroupChanged, .contactGroupChanged, .staffGroupChanged, .classGroupChanged, .baseGroupChanged,
            .enrolmentChanged, .teachingChanged, .attendanceMarked, .calendarChanged:
            let open = try Syncd_Events_EntityChanged(serializedBytes: event.open)
            guard RunID(bytes: open.run) == run else { return [] }
            let ids = stride(from: 0, to: open.entities.count, by: 16).compactMap {
                SubjectID(bytes: open.entities.dropFirst($0).prefix(16))
            }
            return entities(ids.isEmpty ? [SubjectID(event.stream)] : ids, open.kind)
        case .entityStatusChanged:
            let open = try Syncd_Events_EntityStatusChanged(serializedBytes: event.open)
            guard RunID(bytes: open.run) == run else { return [] }
            return entities([open.entity].compactMap { SubjectID(bytes: $0) }, open.kind)
        case .entityMoved:
            let open = try Syncd_Events_EntityMoved(serializedBytes: event.open)
            guard RunID(bytes: open.run) == run else { return [] }
            return entities([open.entity].compactMap { SubjectID(bytes: $0) }, open.kind)
        case .dataIssueRaised:
            let open = try Syncd_Events_DataIssueRaised(serializedBytes: event.open)
            guard RunID(bytes: open.run) == run, let id = IssueID(bytes: open.issue) else { return [] }
            return [.issue(id)]
        case .dataIssueResolved:
            let open = try Syncd_Events_DataIssueResolved(serializedBytes: event.open)
            guard RunID(bytes: open.run) == run, let id = IssueID(bytes: open.issue) else { return [] }
            return [.issue(id)]
        default:
            return []
        }
    }
}
