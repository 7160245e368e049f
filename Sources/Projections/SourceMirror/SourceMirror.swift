import Identifiers
import LMDB
import School
import Sealing

/// What each source has told: from the keys of an MIS to our entities.
///
/// An index of `entities`.
/// ```
/// source-mirror  source 16, kind 1, key, 0, entity 16 → base 16
/// ```
/// A key of up to 400 bytes stands as it is; LMDB's keys end at 511, so of a longer one stand the first 368 bytes and
/// the SHA-256 of the whole, and whoever looks it up compares the key in the entity's own row. The entity makes every
/// index row unique, though one key should lead to one entity.
enum SourceMirror {
    static let index = IndexDefinition("source-mirror", rowBytesMin: EntityRow.Offset.key) { entity, row, index in
        let key = UnsafeRawBufferPointer(rebasing: row[EntityRow.Offset.key...])
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[EntityRow.Offset.source..<EntityRow.Offset.key]))
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[EntityRow.Offset.kind..<EntityRow.Offset.base]))
        withStoredKey(key) { index.appendKey($0) }
        withUnsafeBytes(of: terminator) { index.appendKey($0) }
        index.appendKey(entity)
        index.appendValue(UnsafeRawBufferPointer(rebasing: row[EntityRow.Offset.base..<EntityRow.Offset.owner]))
    }

    static let wholeKeyMax = 400
    private static let headBytes = 368
    private static let terminator: UInt8 = 0

    /// The beginning of the index keys of a source's kind.
    static func prefix(_ source: SourceID, _ kind: EntityKind) -> [UInt8] { source.bytes + [kind.rawValue] }

    /// The beginning of the index keys of one MIS key.
    static func prefix(_ source: SourceID, _ kind: EntityKind, key: String) -> [UInt8] {
        var prefix = prefix(source, kind)
        Array(key.utf8).withUnsafeBytes { withStoredKey($0) { prefix.append(contentsOf: $0) } }
        prefix.append(terminator)
        return prefix
    }

    private static func withStoredKey(_ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        if key.count <= wholeKeyMax { return body(key) }
        var hash = SHA256()
        body(UnsafeRawBufferPointer(rebasing: key[..<headBytes]))
        hash.digest(of: key).withUnsafeBytes(body)
    }
}

/// What the mirror knows of an entity.
public struct MirrorEntry: Sendable, Equatable {
    /// Its key inside the source.
    public var key: String
    /// The entity.
    public var id: SubjectID
    /// The base that it is at.
    public var base: BaseID
    /// Where it stands in the source.
    public var status: EntityStatus
    /// A hash of each data group's content, to tell whether a row says anything new.
    public var groups: [DataGroup: ContentHash]
}
