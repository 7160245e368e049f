import EventLog
import Events
import Identifiers
import LMDB
import School

/// What each recipient has of each data group from each school, so that equal content is not sent again (rulings 19).
///
/// ```
/// hash-cache  recipient 16, base 16, entity 16, group 2 → HMAC-SHA-256 of the content under the person's data key, 32
/// ```
/// By base, because a recipient keeps apart what two schools tell of one pupil (`schemas/exchange/ces.md` section 6):
/// what one of them has sent, the other has not.
/// It moves with `TransferItems`, which are appended with `TransferCompleted` after the acknowledgement. A group that
/// went cleared (an HMAC of zeros) leaves the cache.
public struct HashCache: Projection {
    /// Its name.
    public let name = "hash-cache"
    /// Its version.
    public let version: UInt32 = 1
    /// What went into files.
    public let types: [EventType] = [.transferItems]
    /// Its tables.
    public let tables = [Self.hashes]

    static let hashes = TableDefinition("hash-cache")
    private static let hashBytes = 32

    /// Makes the projection.
    public init() {}

    /// Enters what was sent.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        guard case .transferItems(let items) = event.payload else { return }
        let recipient: RecipientID = try identifier(items.recipient)
        for pupil in items.pupils {
            let entity: SubjectID = try identifier(pupil.entity)
            let hashes = [UInt8](pupil.hashes)
            guard hashes.count == pupil.groups.count * Self.hashBytes else {
                throw ProjectionError(.malformedEvent, "event \(event.position) has more or fewer hashes than groups")
            }
            for (index, group) in pupil.groups.enumerated() {
                let hash = Array(hashes[index * Self.hashBytes..<(index + 1) * Self.hashBytes])
                let key = Self.key(recipient, event.base, entity, UInt16(truncatingIfNeeded: group))
                if hash.allSatisfy({ $0 == 0 }) {
                    rows.delete(key, in: Self.hashes)
                } else {
                    rows.put(hash, for: key, in: Self.hashes)
                }
            }
        }
    }

    static func key(
        _ recipient: RecipientID,
        _ base: BaseID,
        _ entity: SubjectID,
        _ group: UInt16
    ) -> KeyBytes {
        var key = KeyBytes()
        key.append(recipient)
        key.append(base)
        key.append(entity)
        key.append(group)
        return key
    }
}

extension Snapshot {
    /// The HMAC of the content that a recipient has of a group from a base; nil when it has none.
    public func cachedHash(
        of group: DataGroup,
        _ entity: SubjectID,
        from base: BaseID,
        for recipient: RecipientID
    ) throws -> [UInt8]? {
        try value(for: HashCache.key(recipient, base, entity, group.rawValue), in: HashCache.hashes.name)
    }

    /// The HMACs of everything that a recipient has of an entity from a base.
    public func cachedHashes(
        of entity: SubjectID,
        from base: BaseID,
        for recipient: RecipientID
    ) throws -> [DataGroup: [UInt8]] {
        var found: [DataGroup: [UInt8]] = [:]
        try scan(HashCache.hashes.name, prefix: recipient.bytes + base.bytes + entity.bytes) { key, hash in
            let number = UInt16(bigEndian: key.loadUnaligned(fromByteOffset: 48, as: UInt16.self))
            if let group = DataGroup(rawValue: number) { found[group] = [UInt8](hash) }
            return true
        }
        return found
    }
}
