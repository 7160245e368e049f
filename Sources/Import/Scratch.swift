import EventLog
import Identifiers
import LMDB
import School
import Sealing

/// What the first reading found out about every row, for the second reading.
///
/// It lies in a scratch file beside the store's state, keyed by a hash under a key that only this process has: the file
/// holds no personal data, and memory stays flat however many rows there are.
final class Scratch {
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
    func set(_ entry: Entry, _ key: String) throws {
        recent[name(entry.kind, key)] = entry
        if recent.count >= Self.recentMax { try spill() }
    }

    /// Visits every entity, in no order that means anything.
    func forEach(_ visit: (Entry) throws -> Void) throws {
        try spill()
        try environment.read { transaction in
            try transaction.scan(table, prefix: [UInt8]()) { _, value in
                if let entry = value.withUnsafeBytes({ ScratchCoding.decode($0) }) { try visit(entry) }
                return true
            }
        }
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

/// The bytes of an entry: fixed fields and the number of groups, then 26 bytes a group, then 56 a registration.
enum ScratchCoding {
    private static let (headBytes, groupBytes, registrationBytes) = (43, 26, 56)

    static func encode(_ entry: Scratch.Entry) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headBytes + entry.groups.count * groupBytes)
        bytes.append(entry.kind.rawValue)
        bytes += entry.id.bytes
        bytes += entry.base.bytes
        append(entry.flags.rawValue, to: &bytes)
        append(entry.place, to: &bytes)
        append(UInt16(entry.groups.count), to: &bytes)
        for (group, state) in entry.groups {
            append(group.rawValue, to: &bytes)
            bytes.append(state.saying.rawValue)
            bytes.append(state.differs ? 1 : 0)
            append(state.place, to: &bytes)
            append(state.hash, to: &bytes)
        }
        for state in entry.registrations {
            bytes += state.base.bytes
            bytes += state.id.bytes
            bytes.append(state.saying.rawValue)
            bytes.append(state.isActive ? 1 : 0)
            append(state.place, to: &bytes)
            append(state.hash, to: &bytes)
        }
        return bytes
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> Scratch.Entry? {
        guard bytes.count >= headBytes, let kind = EntityKind(rawValue: bytes[0]) else { return nil }
        var entry = Scratch.Entry(
            kind: kind,
            id: SubjectID(reading: UnsafeRawBufferPointer(rebasing: bytes[1...])),
            base: BaseID(reading: UnsafeRawBufferPointer(rebasing: bytes[17...])),
            flags: Scratch.Flags(rawValue: number(bytes, 33)),
            place: place(bytes, 35)
        )
        var offset = headBytes
        for _ in 0..<number(bytes, 41, as: UInt16.self) where offset + groupBytes <= bytes.count {
            if let group = DataGroup(rawValue: number(bytes, offset)),
                let saying = Scratch.GroupState.Saying(rawValue: bytes[offset + 2])
            {
                entry.groups[group] = Scratch.GroupState(
                    saying: saying,
                    hash: hash(bytes, offset + 10),
                    differs: bytes[offset + 3] != 0,
                    place: place(bytes, offset + 4)
                )
            }
            offset += groupBytes
        }
        while offset + registrationBytes <= bytes.count {
            if let saying = Scratch.RegistrationState.Saying(rawValue: bytes[offset + 32]) {
                entry.registrations.append(
                    Scratch.RegistrationState(
                        base: BaseID(reading: UnsafeRawBufferPointer(rebasing: bytes[offset...])),
                        id: SubjectID(reading: UnsafeRawBufferPointer(rebasing: bytes[(offset + 16)...])),
                        saying: saying,
                        isActive: bytes[offset + 33] != 0,
                        hash: hash(bytes, offset + 40),
                        place: place(bytes, offset + 34)
                    )
                )
            }
            offset += registrationBytes
        }
        return entry
    }

    private static func number<Number: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer,
        _ offset: Int,
        as type: Number.Type = Number.self
    ) -> Number {
        Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    private static func place(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Scratch.Place {
        Scratch.Place(file: number(bytes, offset), line: number(bytes, offset + 2))
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> ContentHash {
        ContentHash(high: number(bytes, offset), low: number(bytes, offset + 8))
    }

    private static func append(_ place: Scratch.Place, to bytes: inout [UInt8]) {
        append(place.file, to: &bytes)
        append(place.line, to: &bytes)
    }

    private static func append(_ hash: ContentHash, to bytes: inout [UInt8]) {
        append(hash.high, to: &bytes)
        append(hash.low, to: &bytes)
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
