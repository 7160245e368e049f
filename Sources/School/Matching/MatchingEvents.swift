import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// The events of matches and conflicts, in the words of `schemas/events/matching.proto`.
public enum MatchingEvents {
    /// A pupil of another source is one of the school's own.
    ///
    /// - Parameter note: why, when a person said so.
    public static func matched(
        _ theirs: SubjectID,
        _ ours: SubjectID,
        by ground: MatchGround,
        at base: BaseID,
        note: NewPart? = nil
    ) -> NewEvent {
        let message = Syncd_Events_PupilsMatched.with {
            $0.theirs = Data(theirs.bytes)
            $0.ours = Data(ours.bytes)
            $0.ground = Syncd_Events_PupilsMatched.Ground(rawValue: Int(ground.rawValue)) ?? .person
        }
        return event(.pupilsMatched, theirs, base, EventBytes.of(message), note)
    }

    /// They are not one, after all.
    public static func unmatched(_ theirs: SubjectID, _ ours: SubjectID, at base: BaseID, note: NewPart) -> NewEvent {
        let message = Syncd_Events_PupilsUnmatched.with {
            $0.theirs = Data(theirs.bytes)
            $0.ours = Data(ours.bytes)
        }
        return event(.pupilsUnmatched, theirs, base, EventBytes.of(message), note)
    }

    /// How a base takes in a data item.
    public static func rule(_ rule: InboundRule, of item: InboundItem, at base: BaseID) -> NewEvent {
        let message = Syncd_Events_InboundRuleSet.with {
            $0.group = UInt32(item.group.rawValue)
            $0.field = UInt32(item.field?.rawValue ?? 0)
            $0.rule =
                switch rule {
                case .conflict: .conflict
                case .always: .always
                case .ifNull: .ifNull
                case .never: .never
                }
        }
        return event(.inboundRuleSet, SubjectID(base), base, EventBytes.of(message), nil)
    }

    /// Somebody, or a rule, has decided on what another source told of an item.
    ///
    /// - Parameters:
    ///   - told: where it was told.
    ///   - code: the other's value, coded under that person's data key; the decision holds for it.
    public static func resolved(
        _ item: InboundItem,
        of theirs: SubjectID,
        _ ours: SubjectID,
        isAccepted: Bool,
        told: Position,
        code: [UInt8],
        at base: BaseID,
        note: NewPart? = nil
    ) -> NewEvent {
        let message = Syncd_Events_ConflictResolved.with {
            $0.theirs = Data(theirs.bytes)
            $0.ours = Data(ours.bytes)
            $0.group = UInt32(item.group.rawValue)
            $0.field = UInt32(item.field?.rawValue ?? 0)
            $0.outcome = isAccepted ? .accepted : .discarded
            $0.toldAt = told.rawValue
            $0.valueCode = Data(code)
        }
        return event(.conflictResolved, theirs, base, EventBytes.of(message), note)
    }

    private static func event(
        _ type: EventType,
        _ stream: SubjectID,
        _ base: BaseID,
        _ open: [UInt8],
        _ note: NewPart?
    ) -> NewEvent {
        var event = NewEvent(type: type.number, base: base, stream: StreamID(stream), open: open)
        if let note { event.parts = [note] }
        return event
    }
}
