import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School

/// Data issues: the words for what could not be taken in.
extension EventComposer {
    /// An issue that is new, or stands elsewhere now.
    ///
    /// What the file has is sealed under the key of the person whom it is about; of a stranger, under one of its own.
    func raised(_ told: ToldIssue, id: IssueID, occurrence: UInt32) throws -> NewEvent {
        var open = Syncd_Events_DataIssueRaised()
        open.file = told.row.file
        open.line = UInt32(clamping: told.row.line)
        open.field = told.row.field
        open.rule = told.row.rule.rawValue
        open.reason = told.row.reason
        open.parked = told.row.effect == .parked
        open.kinds = told.kinds.map { UInt32($0.rawValue) }
        open.groups = told.groups.map { UInt32($0.rawValue) }
        open.occurrence = occurrence
        var part = Syncd_Events_DataIssuePart()
        part.value = told.row.value ?? ""
        part.misKey = told.row.key ?? ""
        part.content = Data(told.row.content?.canonicalBytes ?? [])
        return try raised(open, part, id: id, base: told.base, subject: told.subject ?? SubjectID(id))
    }

    /// An issue that is open again as it was.
    func reopened(_ issue: DataIssue) throws -> NewEvent {
        var open = Syncd_Events_DataIssueRaised()
        open.file = issue.file
        open.line = issue.line
        open.field = issue.field
        open.rule = issue.rule.rawValue
        open.reason = issue.reason
        open.parked = issue.isParked
        open.kinds = issue.kinds.map(UInt32.init)
        open.groups = issue.groups.map(UInt32.init)
        open.occurrence = issue.occurrence
        var part = Syncd_Events_DataIssuePart()
        part.value = issue.value
        part.misKey = issue.key
        part.content = Data(issue.content)
        return try raised(open, part, id: issue.id, base: issue.base, subject: issue.subject)
    }

    /// An issue that came to its end.
    func resolved(_ issue: DataIssue, _ how: DataIssue.How) throws -> NewEvent {
        var open = Syncd_Events_DataIssueResolved()
        open.source = source.data
        open.run = run.data
        open.issue = issue.id.data
        open.how =
            switch how {
            case .mended: .mended
            case .gone: .gone
            case .undone: .undone
            }
        return NewEvent(
            type: EventType.dataIssueResolved.number,
            base: issue.base,
            stream: StreamID(issue.id),
            open: try open.bytes()
        )
    }

    private func raised(
        _ message: Syncd_Events_DataIssueRaised,
        _ part: Syncd_Events_DataIssuePart,
        id: IssueID,
        base: BaseID,
        subject: SubjectID
    ) throws -> NewEvent {
        var open = message
        open.source = source.data
        open.run = run.data
        open.issue = id.data
        let sealed = NewPart(
            subject: subject,
            dataClass: DataClass(rawValue: DataGroup.dataIssue.rawValue),
            plaintext: try part.bytes()
        )
        return NewEvent(
            type: EventType.dataIssueRaised.number,
            base: base,
            stream: StreamID(id),
            open: try open.bytes(),
            parts: [sealed]
        )
    }
}
