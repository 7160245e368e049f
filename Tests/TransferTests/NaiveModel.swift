import Identifiers
import School

/// The judge of selection: it looks at every pupil each time, knows no cursor, no change index and no codes, and keeps
/// what each recipient was told as plain values.
struct NaiveModel {
    struct Pupil {
        var base: BaseID
        var standing: String = "present"
        var groups: [DataGroup: GroupContent] = [:]
    }

    struct Line: Hashable {
        var pupil: SubjectID
        /// keyChanged counts as changed: which UPN was told is a matter of the log.
        var change: PupilChange
        var groups: [DataGroup: [FieldRow]]
        var cleared: Set<DataGroup>
    }

    private struct Told: Hashable {
        var base: BaseID
        var pupil: SubjectID
    }

    static let granted: [DataGroup] = [.basicDetails, .address, .contacts, .registration]

    var pupils: [SubjectID: Pupil] = [:]
    var contacts: [String: GroupContent] = [:]
    /// For each base: whether the report is accepted, and whether it ever was.
    var accepted: [BaseID: Bool] = [:]
    private var told: [Told: PupilChange] = [:]
    private var held: [Told: [DataGroup: [FieldRow]]] = [:]

    /// What a run must tell now; nil when no data may leave.
    func lines(at base: BaseID, today: String, snapshot: Bool) -> Set<Line>? {
        guard let isAccepted = accepted[base] else { return nil }
        if !isAccepted {
            let open = told.filter { $0.key.base == base && ($0.value.isCurrent || $0.value == .absent) }
            if open.isEmpty { return nil }
            return Set(open.map { Line(pupil: $0.key.pupil, change: .sharingEnded, groups: [:], cleared: []) })
        }
        var lines: Set<Line> = []
        var quiet: Set<Line> = []
        for (id, pupil) in pupils {
            guard let line = line(id, pupil, at: base, today: today) else { continue }
            let isNews = line.change != .changed || !line.groups.isEmpty || !line.cleared.isEmpty
            if isNews { lines.insert(line) } else { quiet.insert(line) }
        }
        return snapshot && !lines.isEmpty ? lines.union(quiet) : lines
    }

    /// The run was acknowledged.
    mutating func acknowledge(_ lines: Set<Line>, at base: BaseID) {
        for line in lines {
            let place = Told(base: base, pupil: line.pupil)
            told[place] = line.change
            for (group, rows) in line.groups { held[place, default: [:]][group] = rows }
            for group in line.cleared { held[place]?[group] = nil }
        }
    }

    private func line(_ id: SubjectID, _ pupil: Pupil, at base: BaseID, today: String) -> Line? {
        let before = told[Told(base: base, pupil: id)]
        let isOpen = before.map { $0.isCurrent || $0 == .absent } ?? false
        let notice = { (change: PupilChange) in Line(pupil: id, change: change, groups: [:], cleared: []) }
        guard pupil.base == base else { return isOpen ? notice(.left) : nil }
        switch pupil.standing {
        case "absent": return before?.isCurrent == true ? notice(.absent) : nil
        case "deleted": return isOpen || before == .left ? notice(.deletedAtSource) : nil
        default: break
        }
        if let leaving = pupil.groups[.registration]?.rows.last?[.leavingDate], leaving <= today {
            return isOpen ? differing(id, pupil, .left, all: false) : nil
        }
        guard let before, before.isCurrent else {
            return differing(id, pupil, before == nil ? .new : .changed, all: true)
        }
        return differing(id, pupil, .changed, all: false)
    }

    private func differing(_ id: SubjectID, _ pupil: Pupil, _ change: PupilChange, all: Bool) -> Line {
        var line = Line(pupil: id, change: change, groups: [:], cleared: [])
        for group in Self.granted {
            let now = value(group, of: pupil)
            let then = held[Told(base: pupil.base, pupil: id)]?[group]
            if now.isEmpty {
                if then != nil { line.cleared.insert(group) }
            } else if all || now != then {
                line.groups[group] = now
            }
        }
        return line
    }

    /// A group as a recipient reads it: granted fields, contacts with their persons.
    private func value(_ group: DataGroup, of pupil: Pupil) -> [FieldRow] {
        let report = ReportCatalogue.pupilCore
        let rows = pupil.groups[group]?.rows ?? []
        let granted = { (row: FieldRow, group: DataGroup) in
            FieldRow(row.entries.filter { report.fields(of: group).contains($0.field) })
        }
        var value: [FieldRow] = []
        for row in rows {
            let kept = granted(row, group)
            if group == .contacts {
                guard let person = row[.contactKey].flatMap({ contacts[$0] }) else { continue }
                value.append(FieldRow(kept.entries + [.init(.contactKey, row[.contactKey] ?? "")]))
                value += person.rows.map { granted($0, .contactDetails) }
            } else if !kept.isEmpty {
                value.append(kept)
            }
        }
        return value
    }
}
