import EventLog
import Events
import Identifiers
import Projections
import School
import SwiftProtobuf

/// What became of a task, event by event: who, when, and what was before and after.
struct TaskHistory {
    let session: Session

    /// One change.
    struct Entry {
        var position: Position
        var time: Timestamp
        var actor: ActorID
        var what: String
    }

    /// Reads the changes of a task, the oldest first.
    func entries(of task: TaskID) throws -> [Entry] {
        var entries: [Entry] = []
        var last: Syncd_Events_TaskEdited?
        try session.log.read(LogQuery(stream: StreamID(task))) { event in
            guard let what = try words(event, &last) else { return true }
            entries.append(
                Entry(position: event.position, time: event.recordedAt, actor: event.actor, what: what)
            )
            return true
        }
        return entries
    }

    private func words(_ event: RecordedEvent, _ last: inout Syncd_Events_TaskEdited?) throws -> String? {
        switch EventType(rawValue: event.type.rawValue) {
        case .taskCreated:
            let created = try Syncd_Events_TaskCreated(serializedBytes: event.open)
            // What is created is an edit of nothing.
            last = .with {
                $0.name = created.name
                $0.bases = created.bases
                $0.recipient = created.recipient
                $0.type = created.type
                $0.report = created.report
                $0.format = created.format
                $0.terms = created.terms
            }
            return "created"
        case .taskEdited:
            let edited = try Syncd_Events_TaskEdited(serializedBytes: event.open)
            defer { last = edited }
            return try differences(last ?? .init(), edited)
        case .taskDeleted: return "deleted"
        case .taskLockChanged:
            let isLocked = try Syncd_Events_TaskLockChanged(serializedBytes: event.open).locked
            return isLocked ? "locked down to school use only" : "opened to the authority"
        case .taskQueued:
            let queued = try Syncd_Events_TaskQueued(serializedBytes: event.open)
            let missed = queued.missed == 0 ? "" : ", \(Counts.of(Int(queued.missed), "time")) missed before it"
            return "due at \(LondonTime.text(Timestamp(microseconds: queued.slot)))\(missed)"
        case .taskCancelled: return "what waited was cancelled"
        case .cursorReset:
            return "cursor set to \(try Syncd_Events_CursorReset(serializedBytes: event.open).position)"
        default: return nil
        }
    }

    private func differences(_ old: Syncd_Events_TaskEdited, _ new: Syncd_Events_TaskEdited) throws -> String {
        let keys = try session.baseKeys()
        let recipients = try session.state.read { try $0.recipients() }
        func bases(_ message: Syncd_Events_TaskEdited) -> String {
            stride(from: 0, to: message.bases.count, by: 16)
                .map { BaseID(bytes: message.bases.dropFirst($0).prefix(16)).flatMap { keys[$0] } ?? "-" }
                .joined(separator: ", ")
        }
        func recipient(_ message: Syncd_Events_TaskEdited) -> String {
            recipients.first { $0.id == RecipientID(bytes: message.recipient) }?.name ?? "-"
        }
        func timing(_ message: Syncd_Events_TaskEdited) -> String {
            TaskTerms(message.terms)?.schedule?.description ?? "by hand"
        }
        func cohort(_ message: Syncd_Events_TaskEdited) -> String {
            message.terms.cohort.isEmpty ? Cohort.everyYear.description : session.words(of: message.terms.cohort)
        }
        let pairs: [(String, String, String)] = [
            ("name", old.name, new.name), ("schools", bases(old), bases(new)),
            ("recipient", recipient(old), recipient(new)), ("type", old.type, new.type),
            ("report", old.report, new.report), ("format", old.format, new.format),
            ("attendance", old.terms.attendance, new.terms.attendance), ("cohort", cohort(old), cohort(new)),
            ("months", "\(old.terms.months)", "\(new.terms.months)"),
            ("direction", old.terms.direction, new.terms.direction), ("when", timing(old), timing(new)),
            ("owner", old.terms.owner, new.terms.owner),
            ("active", old.terms.inactive ? "no" : "yes", new.terms.inactive ? "no" : "yes"),
        ]
        let changed = pairs.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1.orDash) → \($0.2.orDash)" }
        return changed.isEmpty ? "saved" : changed.joined(separator: "; ")
    }
}
