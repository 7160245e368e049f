import Identifiers
import Sealing

/// Whose data of which class a key seals.
public struct KeyOwner: Hashable, Sendable {
    /// The person or thing.
    public var subject: SubjectID
    /// The class of data.
    public var dataClass: DataClass

    /// Names an owner.
    public init(subject: SubjectID, dataClass: DataClass) {
        self.subject = subject
        self.dataClass = dataClass
    }
}

/// A person, or one class of a person's data, for whom no key is made again.
public struct KeyFence: Hashable, Comparable, Sendable {
    /// The person or thing.
    public var subject: SubjectID
    /// The class; nil for all of them.
    public var dataClass: DataClass?

    /// Names a fence.
    public init(subject: SubjectID, dataClass: DataClass? = nil) {
        self.subject = subject
        self.dataClass = dataClass
    }

    /// Orders by subject, then by class; the fence around all classes comes first.
    public static func < (left: Self, right: Self) -> Bool {
        (left.subject, left.dataClass?.rawValue ?? 0) < (right.subject, right.dataClass?.rawValue ?? 0)
    }
}

/// All data keys in memory: flat rows that never move, and two indexes over them; 84 to 103 bytes a key.
///
/// Memory is zeroed when the table goes.
struct KeyTable: ~Copyable {
    private var rows = KeyRows()
    private var byOwner = KeyIndex(capacity: 1 << 8)
    private var byID = KeyIndex(capacity: 1 << 8)
    /// What was read ahead: kept, so that the reading is not optimised away.
    private var metAhead: UInt64 = 0
    /// For whom no key is made again.
    var fences: Set<KeyFence> = []
    /// The generation that the keys stand in.
    let generation: UInt32

    /// Makes a table without keys.
    init(generation: UInt32) { self.generation = generation }

    deinit { rows.zeroAndFree() }

    /// How many keys there are.
    var count: Int { rows.count }

    @inline(__always)
    func find(_ subject: SubjectID, _ dataClass: DataClass) -> Int? {
        byOwner.find(Self.hash(subject, dataClass)) { row in
            rows.subject(row) == subject && rows.dataClass(row) == dataClass
        }
    }

    @inline(__always)
    func find(_ id: KeyID) -> Int? {
        byID.find(Self.hash(id)) { rows.id($0) == id }
    }

    @inline(__always)
    func firstEntry(_ id: KeyID) -> UInt64 { byID.firstEntry(Self.hash(id)) }

    @inline(__always)
    func firstEntry(_ subject: SubjectID, _ dataClass: DataClass) -> UInt64 {
        byOwner.firstEntry(Self.hash(subject, dataClass))
    }

    @inline(__always)
    func id(_ row: Int) -> KeyID { rows.id(row) }

    @inline(__always)
    func key(_ row: Int) -> UnsafeRawBufferPointer { rows.key(row) }

    /// True when no key is made for an owner again.
    func isFenced(_ owner: KeyOwner) -> Bool { isFenced(owner, by: fences) }

    func owner(_ row: Int) -> KeyOwner { KeyOwner(subject: rows.subject(row), dataClass: rows.dataClass(row)) }

    /// Makes room for so many more keys at once, so that the indexes need not grow step by step.
    mutating func reserve(_ more: Int) {
        let rows = rows
        byOwner.reserve(count + more) { Self.hash(rows.subject($0), rows.dataClass($0)) }
        byID.reserve(count + more) { Self.hash(rows.id($0)) }
    }

    /// Reads where the search for a key that is to be added begins: done for many, the waits for memory overlap.
    mutating func readAhead(_ id: KeyID, _ owner: KeyOwner) {
        metAhead ^= firstEntry(id) ^ firstEntry(owner.subject, owner.dataClass)
    }

    /// Adds a key whose owner has none.
    mutating func insert(_ id: KeyID, _ owner: KeyOwner, key: UnsafeRawBufferPointer) {
        let row = rows.append(id, owner, key)
        let rows = rows
        byOwner.insert(Self.hash(owner.subject, owner.dataClass), row: row) { row in
            Self.hash(rows.subject(row), rows.dataClass(row))
        }
        byID.insert(Self.hash(id), row: row) { Self.hash(rows.id($0)) }
    }

    // Identifiers are random, but a caller's need not be: one multiplication spreads any of them.
    @inline(__always)
    private static func hash(_ subject: SubjectID, _ dataClass: DataClass) -> UInt64 {
        mix(subject.high, subject.low ^ UInt64(dataClass.rawValue) &* 0xd6e8_feb8_6659_fd93)
    }

    @inline(__always)
    private static func hash(_ id: KeyID) -> UInt64 { mix(id.high, id.low) }

    @inline(__always)
    private static func mix(_ high: UInt64, _ low: UInt64) -> UInt64 {
        let product = (low ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(by: high ^ 0xa076_1d64_78bd_642f)
        let folded = product.high ^ product.low
        return folded ^ folded >> 29
    }
}

/// The rows of a `KeyTable`, each one cache line: subject 16, key id 16, data key 32.
///
/// They lie in chunks, so growing copies no key and leaves none behind; the classes of a chunk's rows follow them.
private struct KeyRows {
    private static let rowCount = 64
    private static let chunkRows = 1 << 14
    private static let chunkCount = chunkRows * (rowCount + 2)

    private var chunks: [UnsafeMutableRawPointer] = []
    private(set) var count = 0

    @inline(__always)
    func subject(_ row: Int) -> SubjectID { identifier(row, 0) }

    @inline(__always)
    func id(_ row: Int) -> KeyID { identifier(row, 16) }

    @inline(__always)
    func key(_ row: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: place(row) + 32, count: SymmetricKey.byteCount)
    }

    @inline(__always)
    func dataClass(_ row: Int) -> DataClass { DataClass(rawValue: classPlace(row).load(as: UInt16.self)) }

    mutating func append(_ id: KeyID, _ owner: KeyOwner, _ key: UnsafeRawBufferPointer) -> Int {
        let row = count
        if row == chunks.count * Self.chunkRows {
            chunks.append(.allocate(byteCount: Self.chunkCount, alignment: Self.rowCount))
        }
        let place = place(row)
        place.storeBytes(of: owner.subject.high, as: UInt64.self)
        place.storeBytes(of: owner.subject.low, toByteOffset: 8, as: UInt64.self)
        place.storeBytes(of: id.high, toByteOffset: 16, as: UInt64.self)
        place.storeBytes(of: id.low, toByteOffset: 24, as: UInt64.self)
        UnsafeMutableRawBufferPointer(start: place + 32, count: SymmetricKey.byteCount).copyMemory(from: key)
        classPlace(row).storeBytes(of: owner.dataClass.rawValue, as: UInt16.self)
        count += 1
        return row
    }

    /// Ends the rows; they must not be used after it.
    func zeroAndFree() {
        for chunk in chunks {
            UnsafeMutableRawBufferPointer(start: chunk, count: Self.chunkCount).zeroForGood()
            chunk.deallocate()
        }
    }

    @inline(__always)
    private func place(_ row: Int) -> UnsafeMutableRawPointer {
        chunks[row / Self.chunkRows] + row % Self.chunkRows * Self.rowCount
    }

    @inline(__always)
    private func classPlace(_ row: Int) -> UnsafeMutableRawPointer {
        chunks[row / Self.chunkRows] + Self.chunkRows * Self.rowCount + row % Self.chunkRows * 2
    }

    @inline(__always)
    private func identifier<Kind>(_ row: Int, _ offset: Int) -> Identifier<Kind> {
        let place = place(row)
        return Identifier(
            high: place.load(fromByteOffset: offset, as: UInt64.self),
            low: place.load(fromByteOffset: offset + 8, as: UInt64.self)
        )
    }
}
