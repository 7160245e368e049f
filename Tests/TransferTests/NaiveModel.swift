import Identifiers
import School

/// The judge of selection: it looks at every pupil each time, knows no cursor, no change index and no codes, and keeps
/// what each recipient was told as plain values.
struct NaiveModel {
    struct Pupil {
        var base: BaseID
        var standing: String = "present"
        var groups: [DataGroup: GroupContent] = [:]
        /// Registrations at other bases than the main one.
        var registrations: [BaseID: GroupContent] = [:]

        /// As a base has it: its own registration, and otherwise the one record that there is.
        func seen(from base: BaseID) -> Pupil {
            guard base != self.base else { return self }
            var pupil = self
            pupil.groups[.registration] = registrations[base]
            pupil.standing = "present"
            return pupil
        }
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
    /// Of whom the whereabouts are kept back.
    var restricted: Set<SubjectID> = []
    /// For each base: whether the report is accepted, and whether it ever was.
    var accepted: [BaseID: Bool] = [:]
    private var told: [Told: PupilChange] = [:]
    private var held: [Told: [DataGroup: [FieldRow]]] = [:]

    /// What a run must tell now; nil when no data may leave.
    func lines(at base: BaseID, today: String, snapshot: Bool) -> Set<Line>? {
        guard let isAccepted = accepted[base] else { return nil }
        if !isAccepted {
            let open = told.filter {
                $0.key.base == base && ($0.value.isCurrent || $0.value == .absent || $0.value == .left)
            }
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
        guard pupil.base == base || pupil.registrations[base] != nil else { return isOpen ? notice(.left) : nil }
        let seen = pupil.seen(from: base)
        if seen.standing == "deleted" { return isOpen || before == .left ? notice(.deletedAtSource) : nil }
        let spell = seen.groups[.registration]?.rows.last
        if spell?[.leavingDate].map({ $0 <= today }) == true || spell?[.enrolmentStatus] == "P" {
            guard isOpen else { return before == .left && pupil.base == base ? takenBack(id, seen, at: base) : nil }
            return pupil.base == base
                ? differing(id, seen, .left, at: base, all: false) : leftForAnother(id, seen, at: base)
        }
        if seen.standing == "absent" { return before?.isCurrent == true ? notice(.absent) : nil }
        guard let before, before.isCurrent else {
            return differing(id, seen, before == nil ? .new : .changed, at: base, all: true)
        }
        return differing(id, seen, .changed, at: base, all: false)
    }

    /// The old registration, if the recipient can be told whose it is without learning anything new of the person.
    private func leftForAnother(_ id: SubjectID, _ pupil: Pupil, at base: BaseID) -> Line {
        var line = Line(pupil: id, change: .left, groups: [:], cleared: [])
        let known = held[Told(base: base, pupil: id)]
        let registration = value(.registration, of: pupil, id)
        if let details = known?[.basicDetails], details == value(.basicDetails, of: pupil, id),
            registration != known?[.registration]
        {
            line.groups[.registration] = registration
        }
        return line
    }

    /// Of a leaver nothing more is told, unless the recipient has what is kept back by now.
    private func takenBack(_ id: SubjectID, _ pupil: Pupil, at base: BaseID) -> Line? {
        var line = Line(pupil: id, change: .left, groups: [:], cleared: [])
        var open = self
        open.restricted = []
        for group in [DataGroup.address, .contacts] {
            let now = value(group, of: pupil, id)
            guard let then = held[Told(base: base, pupil: id)]?[group], now != open.value(group, of: pupil, id) else {
                continue
            }
            if now.isEmpty || now != then { line.cleared.insert(group) }
        }
        return line.groups.isEmpty && line.cleared.isEmpty ? nil : line
    }

    private func differing(
        _ id: SubjectID,
        _ pupil: Pupil,
        _ change: PupilChange,
        at base: BaseID,
        all: Bool
    ) -> Line {
        var line = Line(pupil: id, change: change, groups: [:], cleared: [])
        for group in Self.granted {
            let now = value(group, of: pupil, id)
            let then = held[Told(base: base, pupil: id)]?[group]
            if now.isEmpty {
                if then != nil { line.cleared.insert(group) }
            } else if all || now != then {
                line.groups[group] = now
            }
        }
        return line
    }

    private static let names: Set<Field> = [.surname, .forename, .middleNames, .title, .sex]

    /// Whether some restricted pupil links to the contact and lives where the contact does, or nobody knows where that is.
    private func livesAtRestricted(_ key: String, _ person: GroupContent) -> Bool {
        restricted.contains { id in
            guard let pupil = pupils[id],
                pupil.groups[.contacts]?.rows.contains(where: { $0[.contactKey] == key }) == true
            else { return false }
            let streets = { (rows: [FieldRow]) in Set(rows.compactMap { $0[.street] }) }
            let place = streets(person.rows)
            return place.isEmpty || !place.isDisjoint(with: streets(pupil.groups[.address]?.rows ?? []))
        }
    }

    /// A group as a recipient reads it: granted fields, contacts with their persons.
    ///
    /// Of a restricted pupil the address is kept back, and of whoever lives at a restricted address whatever leads there,
    /// beside whichever pupil (rulings 11).
    private func value(_ group: DataGroup, of pupil: Pupil, _ id: SubjectID) -> [FieldRow] {
        let report = ReportCatalogue.pupilCore
        if group == .address, restricted.contains(id) { return [] }
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
                let isHidden = livesAtRestricted(row[.contactKey] ?? "", person)
                value += person.rows.map { row in
                    let kept = granted(row, .contactDetails)
                    return isHidden ? FieldRow(kept.entries.filter { Self.names.contains($0.field) }) : kept
                }
            } else if !kept.isEmpty {
                value.append(kept)
            }
        }
        return value
    }
}
