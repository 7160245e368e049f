import EventLog
import Events
import Identifiers
import LMDB
import School

/// Who receives transfer files, and where they are delivered.
///
/// ```
/// recipients  recipient 16 → added at 8, name, folder, party (texts)
/// ```
/// A recipient's identity is its stream's.
public struct Recipients: Projection {
    /// Its name.
    public let name = "recipients"
    /// Its version.
    public let version: UInt32 = 1
    /// The event that adds a recipient.
    public let types: [EventType] = [.recipientAdded]
    /// Its tables.
    public let tables = [Self.recipients]

    static let recipients = TableDefinition("recipients")

    /// Makes the projection.
    public init() {}

    /// Adds a recipient.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        guard case .recipientAdded(let message) = event.payload else { return }
        let recipient = Recipient(
            id: RecipientID(event.recorded.stream),
            addedAt: event.position,
            name: message.name,
            folder: message.folder,
            party: message.party
        )
        rows.put(recipient.row, for: recipient.id.bytes, in: Self.recipients)
    }
}

/// A recipient.
public struct Recipient: Sendable, Equatable {
    /// Its identity.
    public var id: RecipientID
    /// Where it was added.
    public var addedAt: Position
    /// Its name.
    public var name: String
    /// The folder that files are delivered to.
    public var folder: String
    /// Three digits for an authority, seven for a school.
    public var party: String

    init(id: RecipientID, addedAt: Position, name: String, folder: String, party: String) {
        self.id = id
        self.addedAt = addedAt
        self.name = name
        self.folder = folder
        self.party = party
    }

    init(_ id: RecipientID, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "recipients")
        self.id = id
        addedAt = try reader.position()
        name = try reader.text()
        folder = try reader.text()
        party = try reader.text()
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(addedAt)
        for text in [name, folder, party] { writer.append(text) }
        return writer.bytes
    }
}

extension Snapshot {
    /// A recipient; nil when it was never added.
    public func recipient(_ id: RecipientID) throws -> Recipient? {
        try value(for: id.bytes, in: Recipients.recipients.name).map { try Recipient(id, $0) }
    }

    /// Every recipient, in the order in which they were added.
    public func recipients() throws -> [Recipient] {
        var found: [Recipient] = []
        try scan(Recipients.recipients.name, prefix: [UInt8]()) { key, row in
            found.append(try Recipient(RecipientID(reading: key), [UInt8](row)))
            return true
        }
        return found.sorted { $0.addedAt < $1.addedAt }
    }
}
