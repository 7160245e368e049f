import EventLog
import Events
import Identifiers
import LMDB
import School

/// Which pupils have ever linked to a contact, and when each contact's details changed last: so that a contact's change
/// reaches the pupils, at whatever base they are.
///
/// ```
/// contact-links              source 16, contact's key, 0, pupil 16 → (empty)
/// contact-links.changes      contact 16 → position 8, source 16, contact's key
/// contact-links.by-position  position 8, contact 16 → source 16, contact's key
/// ```
/// A link is put and never taken away, so that an event writes without reading: whoever asks compares with what the
/// pupil's contacts group says now.
public struct ContactLinks: Projection {
    /// Its name.
    public let name = "contact-links"
    /// Its version.
    public let version: UInt32 = 2
    /// Changes of pupils and contacts, and erasures.
    public let types: [EventType] = [.pupilGroupChanged, .contactGroupChanged, .subjectErased]
    /// Its tables.
    public let tables = [Self.links, Self.changes]

    static let links = TableDefinition("contact-links")
    static let changes = TableDefinition("contact-links.changes", indexes: [byPosition])
    static let byPosition = IndexDefinition("contact-links.by-position", rowBytesMin: 8) { contact, row, index in
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[..<8]))
        index.appendKey(contact)
        index.appendValue(UnsafeRawBufferPointer(rebasing: row[8...]))
    }

    /// Makes the projection.
    public init() {}

    /// Enters links and changes.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        if case .subjectErased(let message) = event.payload { return try forget(message.erased, &rows) }
        guard case .entityChanged(let change) = event.payload else { return }
        for part in change.parts {
            guard let told = part.told else { continue }
            switch DataGroup(rawValue: part.group) {
            case .contacts:
                guard let content = GroupContent(canonicalBytes: told.content) else { continue }
                for key in Set(content.rows.compactMap { $0[.contactKey] }).sorted() {
                    rows.put([], for: Self.prefix(change.source, key) + told.owner.bytes, in: Self.links)
                }
            case .contactDetails:
                var row = RowWriter()
                row.append(event.effectivePosition)
                row.append(change.source)
                row.append(raw: told.misKey)
                rows.put(row.bytes, for: part.entity.bytes, in: Self.changes)
            default: continue
            }
        }
    }

    /// Forgets whom an erased pupil linked to, and when an erased contact changed.
    private func forget(_ erased: Syncd_Events_ErasedSubject, _ rows: inout Rows) throws {
        let subject: SubjectID = try identifier(erased.subject)
        guard erased.groups.isEmpty || erased.groups.contains(UInt32(DataGroup.contacts.rawValue)) else { return }
        rows.delete(subject.bytes, in: Self.changes)
        guard erased.kind == UInt32(EntityKind.pupil.rawValue) else { return }
        for key in try rows.keys(endingIn: subject.bytes, in: Self.links) { rows.delete(key, in: Self.links) }
    }

    static func prefix(_ source: SourceID, _ key: String) -> [UInt8] { source.bytes + textKey(key) }
}

extension Snapshot {
    /// Visits the contacts whose details changed after one position and up to another, at any base.
    public func changedContacts(
        after lower: Position,
        to upper: Position,
        _ visit: (_ position: Position, _ source: SourceID, _ key: String) throws -> Void
    ) throws {
        var first = RowWriter()
        first.append(lower.next)
        try scan(ContactLinks.byPosition.name, prefix: [UInt8](), from: first.bytes) { key, row in
            let position = UInt64(bigEndian: key.loadUnaligned(as: UInt64.self))
            guard position <= upper.rawValue else { return false }
            let text = String(decoding: UnsafeRawBufferPointer(rebasing: row[16...]), as: UTF8.self)
            try visit(Position(position), SourceID(reading: row), text)
            return true
        }
    }

    /// The pupils whose contacts group links to a key of a source, or once did.
    public func pupils(everLinkedTo key: String, of source: SourceID) throws -> [SubjectID] {
        var found: [SubjectID] = []
        try scan(ContactLinks.links.name, prefix: ContactLinks.prefix(source, key)) { row, _ in
            found.append(SubjectID(reading: UnsafeRawBufferPointer(rebasing: row[(row.count - 16)...])))
            return true
        }
        return found
    }

    /// A pupil linked to a contact, now or once.
    public struct Link: Sendable, Hashable {
        /// The source of both.
        public var source: SourceID
        /// The contact's key inside the source.
        public var key: String
        /// The pupil.
        public var pupil: SubjectID
    }

    /// The contacts to whom pupils link, or once did.
    ///
    /// It goes through the links of everybody: a link is kept under its contact.
    public func links(everOf pupils: Set<SubjectID>) throws -> [Link] {
        guard !pupils.isEmpty else { return [] }
        var found: [Link] = []
        try scan(ContactLinks.links.name, prefix: [UInt8]()) { row, _ in
            let pupil = SubjectID(reading: UnsafeRawBufferPointer(rebasing: row[(row.count - 16)...]))
            guard pupils.contains(pupil) else { return true }
            let key = String(decoding: UnsafeRawBufferPointer(rebasing: row[16..<(row.count - 17)]), as: UTF8.self)
            found.append(Link(source: SourceID(reading: row), key: key, pupil: pupil))
            return true
        }
        return found
    }

    /// True when a pupil's contacts group links to a key now.
    public func isLinked(_ pupil: SubjectID, to key: String) throws -> Bool {
        try group(.contacts, of: pupil)?.content?.rows.contains { $0[.contactKey] == key } == true
    }

    /// The pupils whose contacts group links to a key of a source now.
    public func pupils(linkedTo key: String, of source: SourceID) throws -> [SubjectID] {
        try pupils(everLinkedTo: key, of: source).filter { try isLinked($0, to: key) }
    }
}
