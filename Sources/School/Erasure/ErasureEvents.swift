import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// The events of erasures, in the words of `schemas/events/erasure.proto`.
public enum ErasureEvents {
    /// People, or data groups of theirs, are to be erased.
    ///
    /// - Parameters:
    ///   - order: drawn at random; the stream of everything that follows from it.
    ///   - base: the base that asks.
    ///   - groups: none for whole records.
    ///   - due: when it is carried out at the latest.
    ///   - isOfSource: the MIS deleted them itself.
    ///   - note: who asks and why, sealed under the actor's key.
    public static func requested(
        _ order: OrderID,
        of subjects: [SubjectID],
        groups: [DataGroup],
        at base: BaseID,
        due: Timestamp,
        isOfSource: Bool = false,
        note: NewPart
    ) -> NewEvent {
        let message = Syncd_Events_ErasureRequested.with {
            $0.order = Data(order.bytes)
            $0.subjects = Data(subjects.flatMap(\.bytes))
            $0.groups = groups.map { UInt32($0.rawValue) }
            $0.due = due.microseconds
            $0.deletedAtSource = isOfSource
        }
        var event = self.event(.erasureRequested, base, StreamID(order), EventBytes.of(message))
        event.parts = [note]
        return event
    }

    /// What has not begun of an order stays.
    public static func withdrawn(_ order: OrderID, at base: BaseID, note: NewPart) -> NewEvent {
        let message = Syncd_Events_ErasureWithdrawn.with { $0.order = Data(order.bytes) }
        var event = self.event(.erasureWithdrawn, base, StreamID(order), EventBytes.of(message))
        event.parts = [note]
        return event
    }

    /// From here on a person's erasure goes through.
    public static func begun(_ erased: Syncd_Events_ErasedSubject, in order: OrderID, at base: BaseID) -> NewEvent {
        let message = Syncd_Events_ErasureBegun.with {
            $0.order = Data(order.bytes)
            $0.erased = erased
        }
        return event(.erasureBegun, base, StreamID(order), EventBytes.of(message))
    }

    /// The receipt of a person's erasure.
    public static func erased(
        _ erased: Syncd_Events_ErasedSubject,
        in order: OrderID,
        at base: BaseID,
        generation: UInt32
    ) -> NewEvent {
        let message = Syncd_Events_SubjectErased.with {
            $0.order = Data(order.bytes)
            $0.erased = erased
            $0.generation = generation
        }
        return event(.subjectErased, base, StreamID(order), EventBytes.of(message))
    }

    /// Nothing of those of an order is left in state or files.
    ///
    /// - Parameter isOpen: others of the order stay for now.
    public static func completed(_ order: OrderID, at base: BaseID, files: Int, isOpen: Bool) -> NewEvent {
        let message = Syncd_Events_ErasureCompleted.with {
            $0.order = Data(order.bytes)
            $0.files = UInt32(files)
            $0.open = isOpen
        }
        return event(.erasureCompleted, base, StreamID(order), EventBytes.of(message))
    }

    /// Nothing of a person is erased until it is lifted; or it is lifted.
    public static func hold(_ subject: SubjectID, isPlaced: Bool, at base: BaseID, note: NewPart) -> NewEvent {
        let id = Data(subject.bytes)
        let open =
            isPlaced
            ? EventBytes.of(Syncd_Events_HoldPlaced.with { $0.subject = id })
            : EventBytes.of(Syncd_Events_HoldLifted.with { $0.subject = id })
        var event = self.event(isPlaced ? .holdPlaced : .holdLifted, base, StreamID(subject), open)
        event.parts = [note]
        return event
    }

    /// Where a base keeps its attendance register.
    public static func register(isExternal: Bool, of base: BaseID) -> NewEvent {
        let message = Syncd_Events_RegisterPlaced.with { $0.external = isExternal }
        return event(.registerPlaced, base, StreamID(base), EventBytes.of(message))
    }

    /// There is a new lawful basis for an erased person: the record may be told again.
    public static func lifted(source: SourceID, suppression: [UInt8], at base: BaseID, note: NewPart) -> NewEvent {
        let message = Syncd_Events_SuppressionLifted.with {
            $0.source = Data(source.bytes)
            $0.suppression = Data(suppression)
        }
        var event = self.event(.suppressionLifted, base, StreamID(base), EventBytes.of(message))
        event.parts = [note]
        return event
    }

    /// There is a new lawful basis for erased data groups of a person.
    public static func lifted(
        _ groups: [DataGroup],
        of subject: SubjectID,
        at base: BaseID,
        note: NewPart
    ) -> NewEvent {
        let message = Syncd_Events_SuppressionLifted.with {
            $0.subject = Data(subject.bytes)
            $0.groups = groups.map { UInt32($0.rawValue) }
        }
        var event = self.event(.suppressionLifted, base, StreamID(subject), EventBytes.of(message))
        event.parts = [note]
        return event
    }

    /// A new generation of keys in which nothing is missing.
    public static func keysRotated(to generation: UInt32, owner: BaseID) -> NewEvent {
        let message = Syncd_Events_KeysRotated.with { $0.generation = generation }
        return event(.keysRotated, owner, StreamID(owner), EventBytes.of(message))
    }

    /// A custodian's place has the key-encryption key of a generation, and of none before.
    public static func keyCopied(_ generation: UInt32, to place: SubjectID, owner: BaseID) -> NewEvent {
        let message = Syncd_Events_KeyCopied.with {
            $0.generation = generation
            $0.place = Data(place.bytes)
        }
        return event(.keyCopied, owner, StreamID(owner), EventBytes.of(message))
    }

    /// What a recipient answered to the notices of an order.
    ///
    /// - Parameters:
    ///   - ground: why it keeps the data; nil when it has erased them.
    ///   - note: what else it wrote, sealed under the actor's key.
    public static func answered(
        _ order: OrderID,
        by recipient: RecipientID,
        on subjects: [SubjectID],
        ground: ErasureNotice.Ground?,
        until: CalendarDate?,
        at base: BaseID,
        note: NewPart
    ) -> NewEvent {
        let message = Syncd_Events_ErasureAnswered.with {
            $0.order = Data(order.bytes)
            $0.recipient = Data(recipient.bytes)
            $0.subjects = Data(subjects.flatMap(\.bytes))
            $0.outcome = ground == nil ? .erased : .kept
            $0.ground = ground?.rawValue ?? ""
            $0.until = until?.dayNumber ?? 0
        }
        var event = self.event(.erasureAnswered, base, StreamID(order), EventBytes.of(message))
        event.parts = [note]
        return event
    }

    /// What of an order's events says what goes with a person.
    ///
    /// - Returns: nil for an event of another type.
    /// - Throws: what decoding throws.
    public static func plan(_ event: RecordedEvent) throws -> (erased: Syncd_Events_ErasedSubject, isDone: Bool)? {
        switch EventType(rawValue: event.type.rawValue) {
        case .erasureBegun: (try Syncd_Events_ErasureBegun(serializedBytes: event.open).erased, false)
        case .subjectErased: (try Syncd_Events_SubjectErased(serializedBytes: event.open).erased, true)
        default: nil
        }
    }

    private static func event(_ type: EventType, _ base: BaseID, _ stream: StreamID, _ open: [UInt8]) -> NewEvent {
        NewEvent(type: type.number, base: base, stream: stream, open: open)
    }
}
