import EventLog
import Events
import Identifiers
import LMDB
import School
import SwiftProtobuf

/// Who receives transfer files, and where they are delivered.
///
/// ```
/// recipients  recipient 16 → added at 8, name, folder, party (texts), open part of a RecipientEdited
/// ```
/// A recipient's identity is its stream's.
public struct Recipients: Projection {
    /// Its name.
    public let name = "recipients"
    /// Its version.
    public let version: UInt32 = 2
    /// The events of recipients.
    public let types: [EventType] = [.recipientAdded, .recipientEdited]
    /// Its tables.
    public let tables = [Self.recipients]

    static let recipients = TableDefinition("recipients")

    /// Makes the projection.
    public init() {}

    /// Adds or changes a recipient.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        if case .recipientEdited(let message) = event.payload {
            let id = RecipientID(event.recorded.stream)
            guard let row = try rows.value(for: id.bytes, in: Self.recipients) else { return }
            var recipient = try Recipient(id, row)
            recipient.edited = message
            recipient.folder = message.place
            return rows.put(try recipient.row, for: id.bytes, in: Self.recipients)
        }
        guard case .recipientAdded(let message) = event.payload else { return }
        let recipient = Recipient(
            id: RecipientID(event.recorded.stream),
            addedAt: event.position,
            name: message.name,
            folder: message.folder,
            party: message.party
        )
        rows.put(try recipient.row, for: recipient.id.bytes, in: Self.recipients)
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
    /// What was set after it was added.
    var edited = Syncd_Events_RecipientEdited()

    /// The recipient as the rules know it.
    ///
    /// - Throws: `partyInvalid`.
    public func ruled() throws -> School.Recipient {
        var ruled = School.Recipient(id: id, name: name, folder: folder, party: try TransferParty(party))
        ruled.way = DeliveryWay(rawValue: edited.way) ?? .folder
        ruled.known = edited.knownHosts
        ruled.credential = edited.credential
        ruled.record.impactAssessment = edited.impactAssessment
        ruled.record.privacyStatement = edited.privacyStatement
        ruled.record.supportContact = edited.supportContact
        ruled.record.isNominated = edited.nominated
        return ruled
    }

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
        edited = try Syncd_Events_RecipientEdited(serializedBytes: reader.rest)
    }

    var row: [UInt8] {
        get throws {
            var writer = RowWriter()
            writer.append(addedAt)
            for text in [name, folder, party] { writer.append(text) }
            writer.append(raw: try edited.serializedBytes() as [UInt8])
            return writer.bytes
        }
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
