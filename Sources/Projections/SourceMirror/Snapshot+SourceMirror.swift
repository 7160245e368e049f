import Identifiers
import LMDB
import School
import Sealing

extension Snapshot {
    /// What the mirror knows of a key of a source; nil when the source has never told of it.
    public func mirrorEntry(_ source: SourceID, _ kind: EntityKind, key: String) throws -> MirrorEntry? {
        let prefix = SourceMirror.prefix(source, kind, key: key)
        var ids: [SubjectID] = []
        try scan(SourceMirror.index.name, prefix: prefix) { found, _ in
            // A key with a zero inside may begin like this one; it is longer.
            if found.count == prefix.count + 16 {
                ids.append(SubjectID(reading: UnsafeRawBufferPointer(rebasing: found[prefix.count...])))
            }
            return true
        }
        var hash = SHA256()
        for id in ids {
            if let entry = try mirrorEntry(id, &hash), entry.key == key { return entry }
        }
        return nil
    }

    /// Visits everything of a kind that a source has told of, present or not, in the order of the keys.
    public func mirror(
        of source: SourceID,
        _ kind: EntityKind,
        _ visit: (MirrorEntry) throws -> Bool
    ) throws {
        var hash = SHA256()
        try scan(SourceMirror.index.name, prefix: SourceMirror.prefix(source, kind)) { key, _ in
            let id = SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[(key.count - 16)...]))
            guard let entry = try mirrorEntry(id, &hash) else { return true }
            return try visit(entry)
        }
    }

    /// The bases that a source has told entities of.
    public func bases(of source: SourceID) throws -> Set<BaseID> {
        var bases: Set<BaseID> = []
        try scan(SourceMirror.index.name, prefix: source.bytes) { _, base in
            bases.insert(BaseID(reading: base))
            return true
        }
        return bases
    }

    func mirrorEntry(_ id: SubjectID, _ hash: inout SHA256) throws -> MirrorEntry? {
        guard let entity = try entity(id) else { return nil }
        var groups: [DataGroup: ContentHash] = [:]
        // A group that was cleared or deleted has no content to compare with: it is as if it had never been told.
        for state in try self.groups(of: id) where state.change == .set {
            groups[state.group] = ContentHash(of: state.canonicalBytes, using: &hash)
        }
        return MirrorEntry(key: entity.key, id: id, base: entity.base, status: entity.status, groups: groups)
    }
}
