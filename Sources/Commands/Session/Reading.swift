import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// The opening of personal data for a person, as the log remembers it (invariant 11).
struct Reading {
    /// The command that opens.
    var command: String
    /// The first and last position of what is opened.
    var range: ClosedRange<Position>
    /// Whose data it is, when it is that of these people alone.
    var subjects: [SubjectID] = []
    /// The grants under which an auditor opens it.
    var grants: [GrantID] = []
    /// Why, in the reader's words; sealed.
    var reason: String

    /// The event; it stands in the actor's own stream, so that all that one person opened is found at once.
    func event(by actor: Actor, owner: BaseID) throws -> NewEvent {
        var message = Syncd_Events_RecordsRead()
        message.command = command
        message.from = range.lowerBound.rawValue
        message.to = range.upperBound.rawValue
        message.subjects = Data(subjects.flatMap(\.bytes))
        message.grants = Data(grants.flatMap(\.bytes))
        return NewEvent(
            type: EventType.recordsRead.number,
            base: owner,
            stream: actor.stream,
            open: try message.serializedBytes(),
            parts: [try actor.note(reason)]
        )
    }
}
