import EventLog
import Identifiers
import School
import Sealing

/// What the first reading found out about every row, for the second reading.
///
/// A hash table in mapped files that have no name: memory stays flat however many rows there are, and nothing is left
/// when the process ends, however it ends. It is keyed by a hash under a key that only this process has, so the files
/// hold no personal data. Most entities are told just as they are known; those lie in it as *plain* records of a fixed
/// size (`Scratch+Plain.swift`), the others as whole entries.
///
/// ```
/// record  digest 16, form 1, kind 1, file 2, line 4, capacity 4, length 4, then capacity bytes
/// slot    digest's first 8, the record's offset + 1 (0 for none)
/// ```
final class Scratch {
    let records: MappedFile
    private var slots: MappedFile
    private var slotCount = 1 << 14
    private let folder: String
    /// Bytes of records.
    private(set) var end = 0
    private var count = 0
    private let salt: (UInt64, UInt64)
    private var numbers: RandomNumbers
    /// How many plain records there are of what is known, by the kind's number.
    var plainCounts = [Int](repeating: 0, count: 256)
    /// How many there are of what is new.
    var newCounts = [Int](repeating: 0, count: 256)
    /// The file that tells a group of pupils, by the group's number.
    var partFiles = [UInt16](repeating: .max, count: Scratch.parts)
    /// What plain records are restored from.
    let mirror: (store: any ImportStore, day: CalendarDate)
    /// Days of entry that were asked for last.
    var entryDays: [EntryPlace: CalendarDate?] = [:]

    /// What a record is.
    enum Form: UInt8 {
        /// Given up for one that is elsewhere.
        case dead = 0
        case plain = 1
        case whole = 2
        /// Plain, and of something new.
        case new = 3
    }

    static let headBytes = 32

    /// Makes an empty scratch.
    ///
    /// - Parameters:
    ///   - folder: where its files lie; they have no names.
    ///   - randomness: where its key comes from.
    ///   - store: what entries are told from that are as they are known.
    ///   - day: the day on which registrations are judged.
    init(folder: String, randomness: any RandomBytes, store: any ImportStore, day: CalendarDate) throws {
        self.folder = folder
        mirror = (store, day)
        records = try MappedFile(in: folder)
        let slots = try MappedFile(in: folder)
        try slots.grow(to: (1 << 14) * 16)
        self.slots = slots
        var numbers = RandomNumbers(randomness)
        salt = (numbers.next(), numbers.next())
        self.numbers = numbers
    }

    /// What is known of an entity; nil when the files have not told of it.
    func entry(_ kind: EntityKind, _ key: String) throws -> Entry? {
        guard let offset = find(digest(kind, key)) else { return nil }
        return try entry(at: offset)
    }

    /// What is known of an entity's place; nil when the files have not told of it.
    func sight(_ kind: EntityKind, _ key: String) -> Sight? { find(digest(kind, key)).flatMap { sight(at: $0) } }

    /// Remembers an entity.
    func set(_ entry: Entry, _ key: String) throws {
        if entry.kind == .pupil { forgetEntryDays() }
        let digest = digest(entry.kind, key)
        let bytes = ScratchCoding.encode(entry)
        guard let offset = find(digest) else {
            let offset = try make(digest, .whole, entry.kind, place: entry.place, bytes: bytes.count)
            write(bytes, at: offset)
            return try insert(digest, offset)
        }
        try replace(offset, entry.kind, entry.place, bytes)
    }

    /// An identity for what a restored entry may bring in.
    func drawnID(_ kind: EntityKind, at base: BaseID) -> SubjectID { .drawn(kind, at: base, using: &numbers) }

    /// Visits every entity that is not plain, in no order that means anything.
    func forEach(_ visit: (Entry) throws -> Void) throws {
        try forEachRecord(.whole) { offset in
            if let entry = ScratchCoding.decode(payload(at: offset)) { try visit(entry) }
        }
    }

    /// Visits the records of a form; those that are made meanwhile are left out.
    func forEachRecord(_ form: Form, _ visit: (Int) throws -> Void) throws {
        let last = end
        var offset = 0
        while offset < last {
            let next = offset + Self.headBytes + Int(number(offset + 24))
            if records.bytes[offset + 16] == form.rawValue { try visit(offset) }
            offset = next
        }
    }

    /// A whole entry, or the one that a plain record stands for.
    func entry(at offset: Int) throws -> Entry? {
        if let plain = plain(at: offset) { return try restored(plain, mirror.store, mirror.day) }
        return ScratchCoding.decode(payload(at: offset))
    }

    func sight(at offset: Int) -> Sight? {
        if let plain = plain(at: offset) {
            return Sight(id: plain.id, base: plain.base, flags: plain.flags, place: plain.place)
        }
        return ScratchCoding.sight(payload(at: offset))
    }

    /// Puts a whole entry in the place of what is there.
    func replace(_ offset: Int, _ kind: EntityKind, _ place: Place, _ bytes: [UInt8]) throws {
        let plain = plain(at: offset)
        if plain?.isNew == true { newCounts[Int(kind.rawValue)] -= 1 }
        if plain?.isNew == false { plainCounts[Int(kind.rawValue)] -= 1 }
        if plain == nil, bytes.count <= Int(number(offset + 24)) { return write(bytes, at: offset) }
        let digest = digest(at: offset)
        let moved = try make(digest, .whole, kind, place: place, bytes: bytes.count)
        write(bytes, at: moved)
        records.bytes[offset + 16] = Form.dead.rawValue
        let slot = slot(of: digest)
        slots.bytes.storeBytes(of: UInt64(moved + 1), toByteOffset: slot * 16 + 8, as: UInt64.self)
    }

    /// Makes room for a record.
    func make(_ digest: Digest, _ form: Form, _ kind: EntityKind, place: Place, bytes: Int) throws -> Int {
        let offset = end
        // Whole entries grow as more rows tell of them.
        let capacity = form == .whole ? (bytes + 40 + 15) & ~15 : bytes
        try records.grow(to: offset + Self.headBytes + capacity)
        end += Self.headBytes + capacity
        let memory = records.bytes
        memory.storeBytes(of: digest.high, toByteOffset: offset, as: UInt64.self)
        memory.storeBytes(of: digest.low, toByteOffset: offset + 8, as: UInt64.self)
        memory[offset + 16] = form.rawValue
        memory[offset + 17] = kind.rawValue
        memory.storeBytes(of: place.file, toByteOffset: offset + 18, as: UInt16.self)
        memory.storeBytes(of: place.line, toByteOffset: offset + 20, as: UInt32.self)
        memory.storeBytes(of: UInt32(capacity), toByteOffset: offset + 24, as: UInt32.self)
        memory.storeBytes(of: UInt32(bytes), toByteOffset: offset + 28, as: UInt32.self)
        return offset
    }

    func number(_ offset: Int) -> UInt32 { records.bytes.load(fromByteOffset: offset, as: UInt32.self) }

    func payload(at offset: Int) -> UnsafeRawBufferPointer {
        let start = offset + Self.headBytes
        return UnsafeRawBufferPointer(rebasing: records.bytes[start..<start + Int(number(offset + 28))])
    }

    private func write(_ bytes: [UInt8], at offset: Int) {
        UnsafeMutableRawBufferPointer(rebasing: records.bytes[(offset + Self.headBytes)...]).copyBytes(from: bytes)
        records.bytes.storeBytes(of: UInt32(bytes.count), toByteOffset: offset + 28, as: UInt32.self)
    }
}

/// The table.
extension Scratch {
    /// A key's hash: two independent ones of 64 bits, since two keys that share one would be one entity.
    struct Digest: Equatable {
        var high: UInt64
        var low: UInt64
    }

    func digest(_ kind: EntityKind, _ key: UnsafeRawBufferPointer) -> Digest {
        var (high, low) = (Hasher(), Hasher())
        high.combine(salt.0)
        low.combine(salt.1)
        high.combine(kind.rawValue)
        low.combine(kind.rawValue)
        high.combine(bytes: key)
        low.combine(bytes: key)
        return Digest(
            high: UInt64(bitPattern: Int64(high.finalize())),
            low: UInt64(bitPattern: Int64(low.finalize()))
        )
    }

    func digest(_ kind: EntityKind, _ key: String) -> Digest {
        var key = key
        return key.withUTF8 { digest(kind, UnsafeRawBufferPointer($0)) }
    }

    /// The record of a key; nil for none.
    func find(_ digest: Digest) -> Int? {
        let found = slots.bytes.load(fromByteOffset: slot(of: digest) * 16 + 8, as: UInt64.self)
        return found == 0 ? nil : Int(found) - 1
    }

    /// Adds a record whose key is not there.
    func insert(_ digest: Digest, _ offset: Int) throws {
        if count * 4 >= slotCount * 3 { try double() }
        put(digest.high, offset, slot(of: digest))
        count += 1
    }

    private func digest(at offset: Int) -> Digest {
        Digest(
            high: records.bytes.load(fromByteOffset: offset, as: UInt64.self),
            low: records.bytes.load(fromByteOffset: offset + 8, as: UInt64.self)
        )
    }

    /// The slot that has the digest, or the free one where it belongs.
    private func slot(of digest: Digest) -> Int {
        let memory = slots.bytes
        var slot = Int(truncatingIfNeeded: digest.high) & (slotCount - 1)
        while true {
            let found = memory.load(fromByteOffset: slot * 16 + 8, as: UInt64.self)
            if found == 0 { return slot }
            if memory.load(fromByteOffset: slot * 16, as: UInt64.self) == digest.high,
                records.bytes.load(fromByteOffset: Int(found) + 7, as: UInt64.self) == digest.low
            {
                return slot
            }
            slot = (slot + 1) & (slotCount - 1)
        }
    }

    private func put(_ high: UInt64, _ offset: Int, _ slot: Int) {
        slots.bytes.storeBytes(of: high, toByteOffset: slot * 16, as: UInt64.self)
        slots.bytes.storeBytes(of: UInt64(offset + 1), toByteOffset: slot * 16 + 8, as: UInt64.self)
    }

    private func double() throws {
        let old = slots
        let oldCount = slotCount
        slots = try MappedFile(in: folder)
        slotCount *= 2
        try slots.grow(to: slotCount * 16)
        let mask = slotCount - 1
        for place in 0..<oldCount {
            let found = old.bytes.load(fromByteOffset: place * 16 + 8, as: UInt64.self)
            if found == 0 { continue }
            let high = old.bytes.load(fromByteOffset: place * 16, as: UInt64.self)
            var slot = Int(truncatingIfNeeded: high) & mask
            while slots.bytes.load(fromByteOffset: slot * 16 + 8, as: UInt64.self) != 0 { slot = (slot + 1) & mask }
            put(high, Int(found) - 1, slot)
        }
    }
}
