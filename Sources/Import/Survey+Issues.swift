import EventLog
import Identifiers
import Projections
import School

/// Rows that cannot be taken in: they are told, and leave exactly what is known of their entity and group as it was.
extension Survey {
    /// Takes a fault that the connector found.
    mutating func takeIssue(_ issue: RowIssue) throws {
        note(issue)
        guard issue.effect == .parked else { return }
        guard let key = issue.key else {
            for kind in issue.kinds {
                unread[kind, default: []].formUnion(issue.groups.isEmpty ? [kind.ownGroup] : issue.groups)
            }
            return
        }
        let origin = place(of: SourceRecord.Origin(file: issue.file, line: issue.line))
        for kind in issue.kinds {
            if kind == .registration {
                try hold(registrationOf: key, at: try issue.base.flatMap { try bases.id(of: $0) }, origin)
            } else {
                try hold(kind, key, groups: issue.groups, origin)
            }
        }
    }

    /// Holds a row back that reads well but cannot be taken in.
    mutating func hold(_ record: SourceRecord, base: BaseID?, _ fault: RowResolver.Fault) throws {
        park(record, fault)
        let origin = place(of: record.origin)
        if record.kind == .registration { return try hold(registrationOf: record.key, at: base, origin) }
        try hold(record.kind, record.key, groups: Set(record.groups.map(\.group)), origin)
    }

    private mutating func hold(
        _ kind: EntityKind,
        _ key: String,
        groups: Set<DataGroup>,
        _ origin: Scratch.Place
    ) throws {
        let known = try store.entity(source, kind, key: key)
        let before = try scratch.entry(kind, key)
        // Of a stranger only the own row is remembered, for the rows that point at it.
        guard before != nil || known != nil || groups.isEmpty || groups.contains(kind.ownGroup) else { return }
        var entry = before ?? self.entry(kind, known, at: origin, flags: [])
        entry.flags.insert(.isMentioned)
        if groups.isEmpty { entry.flags.insert(.isKept) }
        let held = groups.isEmpty ? Set(known?.groups.keys.map { $0 } ?? []) : groups
        for group in held where known?.groups[group] != nil || entry.groups[group] == nil {
            entry.groups[group] = Scratch.GroupState(saying: .held, place: origin)
        }
        try scratch.set(entry, key)
    }

    /// Holds back what the files say of a registration; of all of them when the base could not be read.
    private mutating func hold(registrationOf pupil: String, at base: BaseID?, _ origin: Scratch.Place) throws {
        guard let known = try store.entity(source, .pupil, key: pupil) else {
            // A stranger goes in without the registration that cannot be read.
            return
        }
        var entry = try scratch.entry(.pupil, pupil) ?? self.entry(.pupil, known, at: origin, flags: .isMentioned)
        if let base {
            entry.set(Scratch.RegistrationState(base: base, id: .zero, saying: .held, place: origin))
        } else {
            entry.groups[.registration] = Scratch.GroupState(saying: .held, place: origin)
        }
        try scratch.set(entry, pupil)
    }

    mutating func park(_ record: SourceRecord, at place: Scratch.Place? = nil, _ fault: RowResolver.Fault) {
        var issue = RowIssue(
            file: place.map { fileNames[Int($0.file)] } ?? record.origin.file,
            line: place.map { Int($0.line) } ?? record.origin.line,
            field: fault.field,
            reason: fault.reason,
            effect: .parked,
            kinds: [record.kind],
            groups: record.isPart ? Set(record.groups.map(\.group)) : []
        )
        issue.key = record.key
        issue.base = record.base
        issue.rule = fault.rule
        issue.value = fault.value
        issue.person = record.references.first { $0.kind == .pupil }
        if fault.rule == .markBeforeEntry { issue.content = record.groups.first }
        note(issue)
    }

    mutating func park(_ deletion: Deletion, _ reason: String) {
        note(
            RowIssue(
                file: deletion.origin.file,
                line: deletion.origin.line,
                field: "key",
                reason: reason,
                effect: .parked,
                kinds: [deletion.kind],
                groups: Set(deletion.groups),
                key: deletion.key,
                rule: .deletionRefused
            )
        )
    }
}

extension EntityKind {
    /// The group that an entity's own row tells.
    var ownGroup: DataGroup {
        switch self {
        case .base: .baseDetails
        case .pupil: .basicDetails
        case .contact: .contactDetails
        case .teacher: .staffDetails
        case .class: .classDetails
        case .enrolment: .classMembership
        case .teaching: .teachingAssignment
        case .mark: .attendance
        case .session: .calendar
        case .term: .termDetails
        case .course: .courseDetails
        case .registration: .registration
        }
    }
}
