import EventLog
import Identifiers
import LMDB
import Projections
import School
import Sealing

/// What the first reading found out about every row, for the second reading.
///
/// It lies in a scratch file beside the store's state, keyed by a hash under a key that only this process has: the file
/// holds no personal data, and memory stays flat however many rows there are.
final class Scratch {
    /// What is known of one entity in the files.
    struct Entry: Equatable {
        /// The entity: the mirror's, or one drawn for it.
        var id: SubjectID
        /// Its base.
        var base: BaseID
        /// True when the source had not told of it, or had it absent.
        var isNew: Bool
        /// True when a group's content differs from the mirror's.
        var isChanged: Bool
        /// True when every row of it is parked.
        var isParked: Bool
        /// True when the MIS says that it deleted the whole of it.
        var isDeleted = false
        /// File and line of the first row.
        var file: UInt16
        var line: UInt32
        /// The groups that the files told, with their content, or parked.
        var groups: [DataGroup: GroupState]
    }

    /// What the files said of one group.
    struct GroupState: Equatable {
        var hash: ContentHash
        var line: UInt32
        var isParked: Bool
    }

    private let environment: Environment
    private let table: Table
    private let key: SymmetricKey
    private var hmac = HMAC()
    private var recent: [Digest: Entry] = [:]
    private static let recentMax = 50_000

    /// Makes an empty scratch.
    ///
    /// - Parameters:
    ///   - folder: an empty folder for it; the caller removes it.
    ///   - randomness: where its key comes from.
    init(folder: String, randomness: some RandomBytes) throws {
        environment = try Environment(
            file: folder + "/scratch.mdb",
            options: Environment.Options(tablesMax: 1, durability: .unsynced)
        )
        table = try environment.table("entries")
        key = SymmetricKey(randomness: randomness)
    }

    /// What is known of an entity; nil when the files have not told of it.
    func entry(_ kind: EntityKind, _ key: String) throws -> Entry? {
        let name = name(kind, key)
        if let entry = recent[name] { return entry }
        return try environment.read { transaction in
            guard let value = try transaction.value(for: name.bytes, in: table) else { return nil }
            return value.withUnsafeBytes { ScratchCoding.decode($0) }
        }
    }

    /// Remembers an entity.
    func set(_ entry: Entry, _ kind: EntityKind, _ key: String) throws {
        recent[name(kind, key)] = entry
        if recent.count >= Self.recentMax { try spill() }
    }

    private func spill() throws {
        let rows = recent.map { (key: $0.key.bytes, entry: $0.value) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
        recent.removeAll(keepingCapacity: true)
        try environment.write { transaction in
            for row in rows { try transaction.put(ScratchCoding.encode(row.entry), for: row.key, in: table) }
        }
    }

    private func name(_ kind: EntityKind, _ key: String) -> Digest {
        hmac.code(of: [kind.rawValue] + Array(key.utf8), key: self.key)
    }
}

/// The bytes of an entry: fixed fields, then 22 bytes a group.
private enum ScratchCoding {
    static func encode(_ entry: Scratch.Entry) -> [UInt8] {
        var bytes = entry.id.bytes + entry.base.bytes
        bytes.append(
            (entry.isNew ? 1 : 0) | (entry.isChanged ? 2 : 0) | (entry.isParked ? 4 : 0) | (entry.isDeleted ? 8 : 0)
        )
        append(entry.file, to: &bytes)
        append(entry.line, to: &bytes)
        for (group, state) in entry.groups {
            append(group.rawValue | (state.isParked ? 0x8000 : 0), to: &bytes)
            append(state.line, to: &bytes)
            append(state.hash.high, to: &bytes)
            append(state.hash.low, to: &bytes)
        }
        return bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> Scratch.Entry {
        func number<Number: FixedWidthInteger>(_ offset: Int) -> Number {
            Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
        var entry = Scratch.Entry(
            id: SubjectID(reading: bytes),
            base: BaseID(reading: UnsafeRawBufferPointer(rebasing: bytes[16...])),
            isNew: bytes[32] & 1 != 0,
            isChanged: bytes[32] & 2 != 0,
            isParked: bytes[32] & 4 != 0,
            isDeleted: bytes[32] & 8 != 0,
            file: number(33),
            line: number(35),
            groups: [:]
        )
        var offset = 39
        while offset + 22 <= bytes.count {
            let raw: UInt16 = number(offset)
            if let group = DataGroup(rawValue: raw & 0x7FFF) {
                entry.groups[group] = Scratch.GroupState(
                    hash: ContentHash(high: number(offset + 6), low: number(offset + 14)),
                    line: number(offset + 2),
                    isParked: raw & 0x8000 != 0
                )
            }
            offset += 22
        }
        return entry
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
