import EventLog
import Events
import School

/// What people decided about a person: permissions, holds, and that an erased record may come in again.
extension StoryStep {
    /// The types of events that stand in the person's stream and change nothing that is held of the person.
    static let decisions: Set<EventType> = [.pupilConsentRecorded, .holdPlaced, .holdLifted, .suppressionLifted]

    /// Tells a decision.
    ///
    /// - Parameter audience: the person is told what was permitted, not which other person said so.
    mutating func tellDecision(_ event: RecordedEvent, _ type: EventType?, for audience: SubjectStory.Audience) throws {
        switch type {
        case .pupilConsentRecorded: try tellPermission(event, audience)
        case .holdPlaced: what = "is held: nothing is erased until the hold is lifted"
        case .holdLifted: what = "is no longer held"
        case .suppressionLifted: what = "may come in again after an erasure"
        default: what = type?.name ?? "type \(event.type.rawValue)"
        }
    }

    private mutating func tellPermission(_ event: RecordedEvent, _ audience: SubjectStory.Audience) throws {
        let index = event.parts.firstIndex { $0.dataClass.rawValue == DataGroup.pupilConsent.rawValue }
        guard let index, case .consent(let message)? = try SealedPart(event.parts[index], of: event),
            let statement = ConsentStatement(message)
        else {
            what = "a permission: its key has been destroyed"
            return
        }
        part = index
        let isOthers = audience == .subject && !message.contactKey.isEmpty
        // The sealed bytes name who said it.
        if !isOthers { opened = event.parts[index].plaintext }
        let speaker =
            message.contactKey.isEmpty ? "the pupil" : isOthers ? "a contact" : "contact \(message.contactKey)"
        what =
            "permission for \(statement.purpose.rawValue) \(statement.decision.word) by \(speaker)"
            + (statement.isWritten ? " in writing" : "")
            + (statement.wording.isEmpty ? "" : ", wording \(statement.wording)")
    }
}
