import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// What of a pupil is kept back for the child's safety: whereabouts, and where an adopted child comes from (rulings 11).
///
/// The MIS says it, or the school says it here, and either is enough.
public struct Protection: Sendable, Hashable {
    /// Nobody may learn where the pupil is: address, phones and school of the pupil and of carers who live with the pupil.
    public var isRestricted: Bool
    /// Former names and numbers of the pupil are nobody's business.
    public var isAdopted: Bool

    /// Nothing is kept back.
    public static let none = Protection(isRestricted: false, isAdopted: false)

    /// Makes a protection.
    public init(isRestricted: Bool, isAdopted: Bool) {
        (self.isRestricted, self.isAdopted) = (isRestricted, isAdopted)
    }

    /// What the MIS and the school say together.
    public init(told: GroupContent?, own: GroupContent?) {
        let rows = (told?.rows ?? []) + (own?.rows ?? [])
        self.init(
            isRestricted: rows.contains { $0[.restrictedAddress] == "true" },
            isAdopted: rows.contains { $0[.adopted] == "true" }
        )
    }

    /// As the school says it.
    public var content: GroupContent {
        GroupContent(
            .ownProtection,
            [
                FieldRow([
                    .init(.restrictedAddress, isRestricted ? "true" : "false"),
                    .init(.adopted, isAdopted ? "true" : "false"),
                ])
            ]
        )
    }

    /// The groups of whose content more or less may be told when the protection changes.
    public static let guarded: [DataGroup] = [.basicDetails, .address, .contacts]
}

/// The school's own word on a pupil's protection.
public enum ProtectionRules {
    /// Says what is kept back; durable when appended.
    ///
    /// - Parameters:
    ///   - own: what the school said so far.
    ///   - key: the pupil's key inside the source.
    ///   - note: who and why, sealed by the caller.
    public static func decide(
        _ protection: Protection,
        instead own: Protection,
        of pupil: SubjectID,
        from source: SourceID,
        key: String,
        at base: BaseID,
        run: RunID,
        note: NewPart
    ) -> Decision {
        guard protection != own else { return .unchanged("that is what the school says already") }
        let open = Syncd_Events_EntityChanged.with {
            $0.source = Data(source.bytes)
            $0.run = Data(run.bytes)
            $0.kind = UInt32(EntityKind.pupil.rawValue)
        }
        let part = Syncd_Events_GroupPart.with {
            $0.misKey = key
            $0.rows = protection.content.rows.map { row in
                .with {
                    $0.fields = row.entries.map { UInt32($0.field.rawValue) }
                    $0.values = row.entries.map(\.value)
                }
            }
        }
        let content = NewEvent(
            type: EventType.pupilGroupChanged.number,
            base: base,
            stream: StreamID(pupil),
            open: EventBytes.of(open),
            parts: [
                NewPart(
                    subject: pupil,
                    dataClass: DataClass(rawValue: DataGroup.ownProtection.rawValue),
                    plaintext: EventBytes.of(part)
                )
            ]
        )
        let decided = NewEvent(
            type: EventType.protectionDecided.number,
            base: base,
            stream: AccountStreams.protections(of: pupil),
            open: EventBytes.of(Syncd_Events_ProtectionDecided.with { $0.subject = Data(pupil.bytes) }),
            parts: [note]
        )
        return Decision(
            events: [content, decided],
            conditions: [],
            message: protection == .none ? "the school keeps nothing back any more" : protection.words
        )
    }
}

extension Protection {
    /// What is kept back, in words.
    public var words: String {
        switch (isRestricted, isAdopted) {
        case (true, true): "whereabouts and former names are kept back"
        case (true, false): "whereabouts are kept back: address, phones and school, also of carers who live there"
        case (false, true): "former names are kept back"
        case (false, false): "nothing is kept back"
        }
    }
}
