import Identifiers
import LMDB
import School

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

    /// What a recipient was told last of a pupil by a base; nil when nothing.
    public func lastTold(
        of pupil: SubjectID,
        from base: BaseID,
        to recipient: RecipientID
    ) throws -> PupilChange? {
        let key = base.bytes + recipient.bytes + pupil.bytes
        return try value(for: key, in: HashCache.told.name)?.first.flatMap(PupilChange.init)
    }

    /// Visits the pupils of whom a recipient was told by a base, until the closure answers false.
    public func toldPupils(
        from base: BaseID,
        to recipient: RecipientID,
        _ visit: (SubjectID) throws -> Bool
    ) throws {
        try scan(HashCache.told.name, prefix: base.bytes + recipient.bytes) { key, _ in
            try visit(SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[32...])))
        }
    }
}
