import EventLog
import Identifiers
import Projections
import School

/// A pupil's contacts as the pupil's own source tells them, with what is held of each person.
struct ToldContacts {
    /// Of whom, the pupil's link, and the rows of the person's details.
    private(set) var people: [(id: SubjectID, link: FieldRow, details: [FieldRow])] = []
    /// Where the newest of the details was told.
    private(set) var last = Position.origin

    /// Reads them; somebody of whom nothing is held is left out.
    init(of pupil: SubjectID, _ snapshot: borrowing Snapshot) throws {
        guard let source = try snapshot.entity(pupil)?.source else { return }
        for link in try snapshot.group(.contacts, of: pupil)?.content?.rows ?? [] {
            guard let key = link[.contactKey],
                let contact = try snapshot.mirrorEntry(source, .contact, key: key),
                let details = try snapshot.group(.contactDetails, of: contact.id),
                let rows = details.content?.rows, !rows.isEmpty
            else { continue }
            people.append((contact.id, link, rows))
            last = max(last, details.position)
        }
    }

    /// For comparing.
    var told: [InboundContact] { people.map { InboundContact(link: $0.link, details: $0.details) } }
}
