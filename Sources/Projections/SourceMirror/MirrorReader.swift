import Identifiers
import LMDB
import School
import Sealing

/// Looks into the source mirror in one snapshot for as long as an import runs, without making anything of what it finds.
///
/// Unchecked: its transaction is bound to no thread (`MDB_NOTLS`), its memory is read only, and whoever holds it uses it
/// from one thread at a time, as an import does.
public final class MirrorReader: @unchecked Sendable {
    /// The snapshot that it looks into.
    public let snapshot: Snapshot
    private let tables: MirrorTables

    /// Holds a snapshot.
    public init(_ state: State) throws {
        let snapshot = try Snapshot(state.holdCurrent())
        tables = try MirrorTables(snapshot)
        self.snapshot = snapshot
    }

    /// Where something present is that a source has told of.
    public struct Place: Sendable, Equatable {
        /// The entity.
        public var id: SubjectID
        /// The base that it is at.
        public var base: BaseID
    }

    /// What is known of a key.
    public enum Finding: Sendable {
        /// The source has never told of it.
        case none
        /// One entity has it, and is present.
        case present(Place)
        /// Whoever wants to know has to look it up the long way.
        case unclear
    }

    /// Looks up a key.
    ///
    /// - Parameter prefix: as `MirrorPrefix` makes it: source, kind, key, terminator.
    public func place(of prefix: [UInt8]) throws -> Finding { try snapshot.place(of: prefix, tables) }

    /// What the mirror knows of an entity; nil when it knows nothing.
    public func entry(of id: SubjectID) throws -> MirrorEntry? {
        var hash = SHA256()
        return try snapshot.mirrorEntry(id, &hash)
    }

    /// True when a group of an entity has just this content.
    public func holds(_ content: UnsafeRawBufferPointer, _ group: DataGroup, of id: SubjectID) throws -> Bool {
        try snapshot.holds(content, GroupRow.key(id, group.rawValue), tables)
    }

    /// True when a pupil has no second registration, of whatever status, and no other content than of these groups.
    public func isPlain(_ pupil: SubjectID, groups known: (UInt16) -> Bool) throws -> Bool {
        try snapshot.isPlain(pupil, known, tables)
    }

    /// Visits the keys and places of everything of a kind that a source has told of, present or not, in key order.
    ///
    /// - Parameter visit: the key is nil where it stands shortened, and must be taken from the entity's own row.
    public func forEachPlace(
        _ source: SourceID,
        _ kind: EntityKind,
        _ visit: (_ key: UnsafeRawBufferPointer?, Place) throws -> Void
    ) throws {
        let prefix = SourceMirror.prefix(source, kind)
        try snapshot.scan(SourceMirror.index.name, prefix: prefix) { key, base in
            let id = SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[(key.count - 16)...]))
            let own = UnsafeRawBufferPointer(rebasing: key[prefix.count..<(key.count - 17)])
            let place = Place(id: id, base: BaseID(reading: base))
            try visit(own.count <= SourceMirror.plainKeyMax ? own : nil, place)
            return true
        }
    }
}

/// The tables that the mirror is asked of, found once.
struct MirrorTables {
    let index: Table
    let statuses: Table
    let groups: Table
    let owned: Table
    /// Nothing is absent while this is false.
    let hasStatuses: Bool

    init(_ snapshot: borrowing Snapshot) throws {
        index = try snapshot.generation.table(SourceMirror.index.name)
        statuses = try snapshot.generation.table(Entities.statuses.name)
        groups = try snapshot.generation.table(Entities.groups.name)
        owned = try snapshot.generation.table(EntityLists.byOwner.name)
        hasStatuses = try snapshot.transaction.count(of: statuses) > 0
    }
}

extension Snapshot {
    fileprivate func place(of prefix: [UInt8], _ tables: MirrorTables) throws -> MirrorReader.Finding {
        var cursor = try transaction.cursor(in: tables.index)
        guard try cursor.seek(prefix), cursor.key.starts(with: prefix) else { return .none }
        // A key with a zero inside may begin like this one; it is longer, and told apart the long way. So are two
        // entities of one key.
        guard cursor.key.byteCount == prefix.count + 16, cursor.value.byteCount == 16 else { return .unclear }
        let id = cursor.key.withUnsafeBytes {
            SubjectID(reading: UnsafeRawBufferPointer(rebasing: $0[prefix.count...]))
        }
        let base = cursor.value.withUnsafeBytes { BaseID(reading: $0) }
        if try cursor.next(), cursor.key.starts(with: prefix) { return .unclear }
        if tables.hasStatuses, let row = try transaction.value(for: StatusRow.key(id, base), in: tables.statuses) {
            let isPresent = row.withUnsafeBytes {
                !$0.isEmpty && $0[StatusRow.Offset.status] == EntityStatus.present.rawValue
            }
            if !isPresent { return .unclear }
        }
        return .present(MirrorReader.Place(id: id, base: base))
    }

    fileprivate func holds(_ content: UnsafeRawBufferPointer, _ key: KeyBytes, _ tables: MirrorTables) throws -> Bool {
        guard let row = try transaction.value(for: key, in: tables.groups) else { return false }
        return row.withUnsafeBytes { row in
            row.count >= GroupRow.Offset.content && row[GroupRow.Offset.change] == GroupState.Change.set.rawValue
                && haveEqualBytes(UnsafeRawBufferPointer(rebasing: row[GroupRow.Offset.content...]), content)
        }
    }

    fileprivate func isPlain(_ pupil: SubjectID, _ known: (UInt16) -> Bool, _ tables: MirrorTables) throws -> Bool {
        var prefix = pupil.bytes
        var cursor = try transaction.cursor(in: tables.groups)
        var found = try cursor.seek(prefix)
        while found, cursor.key.starts(with: prefix) {
            let group = cursor.key.withUnsafeBytes {
                UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
            }
            let isSet = cursor.value.withUnsafeBytes {
                $0[GroupRow.Offset.change] == GroupState.Change.set.rawValue
            }
            if isSet && !known(group) { return false }
            found = try cursor.next()
        }
        prefix.append(EntityKind.registration.rawValue)
        var seconds = try transaction.cursor(in: tables.owned)
        return try !(seconds.seek(prefix) && seconds.key.starts(with: prefix))
    }
}

extension SourceMirror {
    /// Bytes of the longest key that stands whole in the mirror's index and can be looked up as it is.
    static var plainKeyMax: Int { wholeKeyMax - 1 }
}

/// How the source mirror's index begins for one source and kind, and for one key after the other.
public struct MirrorPrefix {
    /// Source, kind, key and terminator of the key set last.
    public private(set) var bytes: [UInt8]
    private let head: Int

    /// Makes the beginning for a source's kind.
    public init(_ source: SourceID, _ kind: EntityKind) {
        bytes = SourceMirror.prefix(source, kind)
        head = bytes.count
    }

    /// Puts a key in the place of the one before.
    ///
    /// - Returns: false for one so long that it is looked up the long way.
    public mutating func set(_ key: UnsafeRawBufferPointer) -> Bool {
        guard key.count <= SourceMirror.plainKeyMax else { return false }
        bytes.removeLast(bytes.count - head)
        bytes.append(contentsOf: key)
        bytes.append(0)
        return true
    }
}
