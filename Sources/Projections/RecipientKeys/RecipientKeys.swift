import EventLog
import Events
import Identifiers
import LMDB
import School

/// The random id by which each recipient knows a pupil: another for every recipient, so that files cannot be joined.
///
/// ```
/// recipient-keys  recipient 16, entity 16 → recipientId (16 bytes, as the file has it)
/// ```
public struct RecipientKeys: Projection {
    /// Its name.
    public let name = "recipient-keys"
    /// Its version.
    public let version: UInt32 = 1
    /// What went into files.
    public let types: [EventType] = [.transferItems]
    /// Its tables.
    public let tables = [Self.keys]

    static let keys = TableDefinition("recipient-keys")

    /// Makes the projection.
    public init() {}

    /// Enters the ids of the pupils that were sent.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        guard case .transferItems(let items) = event.payload else { return }
        let recipient: RecipientID = try identifier(items.recipient)
        for pupil in items.pupils where !pupil.recipientKey.isEmpty {
            let entity: SubjectID = try identifier(pupil.entity)
            rows.put([UInt8](pupil.recipientKey), for: Self.key(recipient, entity), in: Self.keys)
        }
    }

    static func key(_ recipient: RecipientID, _ entity: SubjectID) -> KeyBytes {
        var key = KeyBytes()
        key.append(recipient)
        key.append(entity)
        return key
    }
}

extension Snapshot {
    /// The id by which a recipient knows an entity; nil when it was never sent there.
    public func recipientKey(of entity: SubjectID, for recipient: RecipientID) throws -> [UInt8]? {
        try value(for: RecipientKeys.key(recipient, entity), in: RecipientKeys.keys.name)
    }

    /// Visits every entity that a recipient has been sent, with the id by which it knows it.
    public func sentEntities(
        to recipient: RecipientID,
        _ visit: (_ entity: SubjectID, _ key: [UInt8]) throws -> Bool
    ) throws {
        try scan(RecipientKeys.keys.name, prefix: recipient.bytes) { key, value in
            try visit(SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[16...])), [UInt8](value))
        }
    }
}
