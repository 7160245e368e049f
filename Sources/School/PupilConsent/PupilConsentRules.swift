import EventLog
import Events
import Foundation
import Identifiers
import Sealing
import SwiftProtobuf

/// What parents and pupils may permit, and what follows from what they said.
public enum PupilConsentRules {
    /// From which age a pupil is taken to understand; a default, and no hard rule (`domain.md`, section 10).
    public static let ageOfUnderstanding = 13

    /// What follows from all that was said about a purpose.
    public enum Standing: String, Sendable, Hashable {
        /// It may be done.
        case allowed
        /// Somebody who may decide says no.
        case refused
        /// Nobody who may decide has said yes, or no longer does.
        case notGiven = "not_given"
    }

    /// Takes in what somebody said.
    ///
    /// - Parameters:
    ///   - links: the pupil's present links.
    ///   - age: the pupil's, when it is known.
    /// - Throws: `SchoolError` with code `noResponsibility` (S3-63), `notInWriting`, `tooYoung` or `pupilCannotGive`.
    public static func record(
        _ statement: ConsentStatement,
        of pupil: SubjectID,
        at base: BaseID,
        links: [ResponsibilityLink],
        age: Int?
    ) throws(SchoolError) -> Decision {
        switch statement.consenter {
        case .contact(let key):
            guard links.contains(where: { $0.contactKey == key && $0.mayDecide }) else {
                throw SchoolError(
                    .noResponsibility,
                    "this contact has no parental responsibility for the pupil, or is barred from deciding: ask somebody "
                        + "who has it, or correct the link in the MIS"
                )
            }
        case .pupil: try checkPupil(statement, age: age)
        }
        // The law asks for writing when consent is given and when it is withdrawn; an objection is heard in any form.
        let isBinding = statement.purpose == .biometrics && statement.consenter != .pupil
        guard !isBinding || statement.isWritten || statement.decision == .refused else {
            throw SchoolError(
                .notInWriting,
                "consent to biometrics is given and withdrawn in writing: ask for it, and say --written"
            )
        }
        guard !statement.wording.isEmpty else {
            throw SchoolError(.wordingMissing, "say which wording was read: consent is to be informed")
        }
        return Decision(
            events: [event(statement, of: pupil, at: base)],
            message: "\(statement.purpose.rawValue) is \(statement.decision.word)"
        )
    }

    /// What follows from what was said last by each; what was said by somebody who may no longer decide counts no more.
    public static func standing(
        of purpose: ConsentPurpose,
        _ statements: [ConsentStatement],
        links: [ResponsibilityLink]
    ) -> Standing {
        let counted = statements.filter { statement in
            guard statement.purpose == purpose else { return false }
            guard case .contact(let key) = statement.consenter else { return true }
            return links.contains { $0.contactKey == key && $0.mayDecide }
        }
        if counted.contains(where: { $0.decision == .refused }) { return .refused }
        if purpose == .biometrics {
            // A pupil's own refusal overrides, however it was said; a pupil cannot give it instead of a parent.
            if counted.contains(where: { $0.consenter == .pupil && $0.decision != .given }) { return .refused }
            let given = counted.contains { $0.consenter != .pupil && $0.decision == .given && $0.isWritten }
            return given ? .allowed : .notGiven
        }
        return counted.contains { $0.decision == .given } ? .allowed : .notGiven
    }

    private static func checkPupil(_ statement: ConsentStatement, age: Int?) throws(SchoolError) {
        guard statement.decision == .given else { return }
        if statement.purpose == .biometrics {
            throw SchoolError(
                .pupilCannotGive,
                "a pupil can refuse biometrics, and not consent instead of a parent"
            )
        }
        guard let age, age >= ageOfUnderstanding else {
            throw SchoolError(
                .tooYoung,
                "a pupil under \(ageOfUnderstanding), or of unknown age, does not consent alone: ask a parent"
            )
        }
    }

    private static func event(_ statement: ConsentStatement, of pupil: SubjectID, at base: BaseID) -> NewEvent {
        let message = Syncd_Events_PupilConsentStatement.with {
            $0.purpose = statement.purpose.rawValue
            $0.decision = .init(rawValue: Int(statement.decision.rawValue)) ?? .refused
            $0.contactKey = statement.consenter.key
            $0.wording = statement.wording
            $0.written = statement.isWritten
        }
        return NewEvent(
            type: EventType.pupilConsentRecorded.number,
            base: base,
            stream: stream(of: pupil),
            open: [],
            parts: [
                NewPart(
                    subject: pupil,
                    dataClass: DataClass(rawValue: DataGroup.pupilConsent.rawValue),
                    plaintext: EventBytes.of(message)
                )
            ]
        )
    }

    /// The stream of what was said for a pupil.
    public static func stream(of pupil: SubjectID) -> StreamID {
        var hash = SHA256()
        return hash.digest(of: Array("syncd pupil consent 1".utf8) + [0] + pupil.bytes)
            .withUnsafeBytes { StreamID(reading: $0) }
    }
}

extension ConsentStatement {
    /// Reads a statement of an event; nil for a purpose of a newer version.
    public init?(_ message: Syncd_Events_PupilConsentStatement) {
        guard let purpose = ConsentPurpose(rawValue: message.purpose) else { return nil }
        self.init(
            purpose,
            Decision(rawValue: UInt8(clamping: message.decision.rawValue)) ?? .refused,
            by: Consenter(key: message.contactKey),
            wording: message.wording,
            isWritten: message.written
        )
    }
}

extension SchoolError.Code {
    /// The contact may not decide for the pupil.
    public static let noResponsibility = Self(rawValue: "noResponsibility")
    /// It has to be in writing.
    public static let notInWriting = Self(rawValue: "notInWriting")
    /// No wording was named.
    public static let wordingMissing = Self(rawValue: "wordingMissing")
    /// The pupil does not consent alone.
    public static let tooYoung = Self(rawValue: "tooYoung")
    /// The pupil cannot consent to this.
    public static let pupilCannotGive = Self(rawValue: "pupilCannotGive")
}
