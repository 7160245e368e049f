import Identifiers
import School

/// A data group of a pupil as it may leave: through the gate, and with what is kept back for a child's safety left out.
struct GrantedContent {
    /// The group; without rows when nothing of it may leave.
    var content: GroupContent
    /// Details of the contacts that it links to.
    var contactDetails: [String: GroupContent] = [:]
    /// Those contacts.
    var contacts: [String: SubjectID] = [:]
    /// The classes that memberships are of, by id as the rows name them.
    var classes: [String: GrantedClass] = [:]
    /// How many values were kept back.
    var withheld = 0
    /// Something was kept back because a child is protected.
    var isProtected = false

    /// Reads a group and lets it through the gate.
    ///
    /// Of rulings 11: of a pupil whose address is restricted nothing goes that leads there, nor of a contact who lives with
    /// such a pupil, whoever else links to the contact; of the adopted no former name goes. A contact under a court order or marked noContact is part of the pupil's
    /// record for the school's authority, but not that this contact lives with the pupil, nor the pupil's address as the
    /// contact's. No default report grants lookedAfter. A OneRoster package leaves such a contact out: systems give a pupil's agents accounts and
    /// messages, and the standard has no word against it.
    init?(
        _ group: DataGroup,
        of pupil: SubjectID,
        at base: BaseID,
        in state: any TransferState,
        under export: ApprovedExport,
        for format: TransferFormat,
        marks: MarkFilter? = nil
    ) throws {
        if group == .attendance {
            guard let marks else { return nil }
            let rows = try state.marks(of: pupil, at: base)
            content = export.admitted(marks.content(of: rows, closed: try state.closedSessions(at: base)))
            return
        }
        if group == .classMembership {
            let granted = Self(try state.memberships(of: pupil, at: base).filter(\.isPresent), under: export)
            (content, classes) = (granted.content, granted.classes)
            return
        }
        guard let held = try state.content(of: group, of: pupil, at: base) else { return nil }
        let protection = try state.protection(of: pupil)
        let isRestricted = protection.isRestricted && !SafeguardingTable.namesRestricted(export)
        guard group == .contacts else {
            content = export.admitted(held)
            hide(protection.isAdopted && group == .basicDetails ? Field.ofFormerNames : [])
            if isRestricted, group == .address { hideAll() }
            return
        }
        content = GroupContent(.contacts, [])
        let homes = try state.content(of: .address, of: pupil, at: base)?.rows.map(\.addressLines) ?? []
        for link in held.rows {
            guard let key = link[.contactKey], let person = try state.contactDetails(link, of: pupil),
                !person.rows.isEmpty
            else {
                // Nothing is held of this person: an order and a relationship without a name help nobody.
                withheld += 1
                continue
            }
            guard format != .oneroster || !link.isBarred else {
                withheld += 1
                continue
            }
            var granted = export.admitted(GroupContent(.contacts, [link])).rows.first ?? FieldRow()
            var details = export.admitted(person)
            if link.isBarred {
                withheld += Self.hideHome(&granted, &details, Set(homes.filter { !$0.isEmpty }))
            }
            let livesThere =
                try isRestricted
                && Residence.isShared(link, person, home: state.content(of: .address, of: pupil, at: base))
            if try livesThere || state.livesWithRestricted(link, of: pupil) {
                let before = granted.entries.count + details.rows.reduce(0) { $0 + $1.entries.count }
                granted = granted.without(Field.ofWhereabouts)
                details.rows = details.rows.map { $0.without(Field.ofWhereabouts) }
                withheld += before - granted.entries.count - details.rows.reduce(0) { $0 + $1.entries.count }
                isProtected = true
            } else if isRestricted, granted[.addressAsPupil] != nil {
                // That somebody lives elsewhere tells that the child does not live there.
                granted[.addressAsPupil] = nil
                withheld += 1
                isProtected = true
            }
            // Not sent: it joins the link to the details until both are written.
            granted[.contactKey] = key
            content.rows.append(granted)
            contactDetails[key] = details
            contacts[key] = try state.contact(link, of: pupil)
        }
    }

    /// What the code is taken over: everything that the group tells, contacts' details and classes included.
    var codedBytes: [UInt8] {
        let inside = contactDetails.map { ($0, [$1]) } + classes.map { ($0, $1.contents) }
        return inside.sorted { $0.0 < $1.0 }.reduce(into: content.canonicalBytes) { bytes, part in
            let key = Array(part.0.utf8)
            bytes.append(contentsOf: withUnsafeBytes(of: UInt32(key.count).bigEndian) { Array($0) })
            bytes.append(contentsOf: key)
            for content in part.1 { bytes.append(contentsOf: content.canonicalBytes) }
        }
    }

    /// Keeps fields back for a child's safety.
    private mutating func hide(_ fields: Set<Field>) {
        let before = content.rows.reduce(0) { $0 + $1.entries.count }
        content.rows = content.rows.map { $0.without(fields) }
        let hidden = before - content.rows.reduce(0) { $0 + $1.entries.count }
        withheld += hidden
        isProtected = isProtected || hidden > 0
    }

    /// Keeps the whole group back.
    private mutating func hideAll() {
        withheld += content.rows.reduce(0) { $0 + $1.entries.count }
        isProtected = isProtected || !content.rows.isEmpty
        content.rows = []
    }

    /// Removes that a contact lives with the pupil, and the pupil's address where the contact's row repeats it; answers
    /// how many values went.
    private static func hideHome(_ link: inout FieldRow, _ details: inout GroupContent, _ homes: Set<String>) -> Int {
        let livesThere = link[.addressAsPupil] == "true"
        var hidden = link[.addressAsPupil] == nil ? 0 : 1
        link[.addressAsPupil] = nil
        for index in details.rows.indices {
            let row = details.rows[index]
            let saysSo = row[.addressAsPupil] == "true"
            if row[.addressAsPupil] != nil { hidden += 1 }
            details.rows[index][.addressAsPupil] = nil
            guard livesThere || saysSo || homes.contains(row.addressLines) else { continue }
            hidden += row.entries.count { Field.ofAddress.contains($0.field) }
            details.rows[index] = FieldRow(
                details.rows[index].entries.filter { !Field.ofAddress.contains($0.field) }
            )
        }
        return hidden
    }
}

extension FieldRow {
    /// A link to somebody whom a court order bars, or who is to have no contact.
    var isBarred: Bool { self[.courtOrder] == "true" || self[.noContact] == "true" }

    /// The row without some fields.
    fileprivate func without(_ fields: Set<Field>) -> FieldRow {
        fields.isEmpty ? self : FieldRow(entries.filter { !fields.contains($0.field) })
    }
}
