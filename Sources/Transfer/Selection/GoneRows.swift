import EventLog
import Events
import Identifiers
import School
import SwiftProtobuf

/// Finds the records that a recipient of whole rows has and that nothing names any more: contacts and memberships of the
/// pupils who are told.
///
/// A group that is told again replaces what was told before; a record of its own stays until it is said to be deleted.
/// Whom a pupil linked to is read from the log, so that it is found again when the run is made again.
struct GoneRows {
    let log: EventLog
    let state: any TransferState
    let base: BaseID
    let export: ApprovedExport
    /// What the recipient was told up to, and what is told now.
    let bounds: (lower: Position, upper: Position)

    /// Marks what is gone with each pupil.
    func mark(_ selection: inout Selection) throws {
        guard export.purpose == .data else { return }
        var kept: Set<SubjectID> = []
        for pupil in selection.pupils { kept.formUnion(pupil.contacts.values) }
        for index in selection.pupils.indices where selection.pupils[index].change != .new {
            let pupil = selection.pupils[index]
            // Who is another base's now has taken the contacts along.
            let isNotice = pupil.change == .left && pupil.groups.isEmpty
            if export.groups.contains(.contacts), !isNotice {
                let links = try formerLinks(of: pupil)
                selection.pupils[index].formerLinks = links.keys.sorted()
                selection.pupils[index].formerContacts = try links.filter { contact, link in
                    try !kept.contains(contact) && !state.isLinked(link, of: pupil.pupil, at: base)
                }.keys.sorted()
            }
            if export.groups.contains(.classMembership) {
                selection.pupils[index].formerMemberships = try memberships(of: pupil)
            }
        }
    }

    private func memberships(of pupil: SelectedPupil) throws -> [FormerMembership] {
        let isTold = pupil.groups.contains { $0.group == .basicDetails }
        return try state.memberships(of: pupil.pupil, at: base).compactMap { membership in
            guard isTold ? !membership.isPresent && membership.changed > bounds.lower : true else { return nil }
            return FormerMembership(
                id: membership.id,
                schoolClass: GrantedClass(membership, under: export),
                isOfFormerClass: membership.isOfFormerClass
            )
        }
    }

    /// The contacts to whom the pupil has linked and links no more, with a link to each.
    private func formerLinks(of pupil: SelectedPupil) throws -> [SubjectID: FieldRow] {
        let told = Set(pupil.contacts.values)
        var former: [SubjectID: FieldRow] = [:]
        for link in try linksSince(of: pupil.pupil) {
            guard let contact = try state.contact(link, of: pupil.pupil), !told.contains(contact) else { continue }
            former[contact] = link
        }
        return former
    }

    /// The pupil's links at the lower bound, and all that there have been since.
    private func linksSince(of pupil: SubjectID) throws -> [FieldRow] {
        var links: [FieldRow] = []
        let query = LogQuery(
            through: bounds.upper,
            stream: StreamID(pupil),
            direction: .backward,
            opensParts: true
        )
        try log.read(query) { event in
            let part = event.parts.first { $0.dataClass.rawValue == DataGroup.contacts.rawValue }
            guard let part else { return true }
            if let plaintext = part.plaintext {
                for row in try Syncd_Events_GroupPart(serializedBytes: plaintext).rows {
                    let place = row.fields.firstIndex(of: UInt32(Field.contactKey.rawValue))
                    if let place { links.append(FieldRow([.init(.contactKey, row.values[place])])) }
                }
            }
            return event.position > bounds.lower
        }
        return links
    }
}
