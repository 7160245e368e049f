import Identifiers
import Sealing

/// Lengths and kinds of the rows drawn in `KeyPage`.
enum KeyRow {
    /// Length of a row in bytes.
    static let count = 72

    /// What a row says.
    enum Kind: UInt8 {
        /// A data key.
        case key = 1
        /// No key is made for the subject again.
        case fence = 2
        /// No key of this class is made for the subject again.
        case classFence = 3
    }
}

/// Rows of a key file in clear, on their way to it or from it; their memory is zeroed when they go.
struct KeyFileRows: ~Copyable {
    /// How many there are.
    let count: Int
    private let memory: UnsafeMutableRawBufferPointer

    private init(count: Int) {
        self.count = count
        memory = .allocate(byteCount: count * KeyRow.count, alignment: 8)
    }

    /// New keys, with random ids, for owners who have none.
    init(keysFor owners: [KeyOwner], randomness: any RandomBytes) {
        self.init(count: owners.count)
        // One call fills ids and keys; the other fields are then written over it.
        randomness.fill(memory)
        for (row, owner) in owners.enumerated() { set(row, .key, owner) }
    }

    /// Fences around subjects, and around single classes of subjects.
    init(fencesAround fences: [KeyFence]) {
        self.init(count: fences.count)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        for (row, fence) in fences.enumerated() {
            let owner = KeyOwner(subject: fence.subject, dataClass: fence.dataClass ?? DataClass(rawValue: 0))
            set(row, fence.dataClass == nil ? .fence : .classFence, owner)
        }
    }

    /// Keys that a table has, as they are.
    init(copying rows: ArraySlice<Int>, of table: borrowing KeyTable) {
        self.init(count: rows.count)
        for (row, copied) in rows.enumerated() {
            table.id(copied).write(into: bytes(row..<row + 1))
            UnsafeMutableRawBufferPointer(rebasing: bytes(row..<row + 1)[40..<72]).copyMemory(from: table.key(copied))
            set(row, .key, table.owner(copied))
        }
    }

    /// As many rows as a page holds, to be read into; none of them is set.
    init(forPageOf count: Int) { self.init(count: count) }

    deinit {
        memory.zeroForGood()
        memory.deallocate()
    }

    /// The bytes of some rows.
    func bytes(_ rows: Range<Int>) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
            rebasing: memory[rows.lowerBound * KeyRow.count..<rows.upperBound * KeyRow.count]
        )
    }

    /// Puts rows into the table.
    ///
    /// - Throws: `keyFileNewer` for a kind of row or a flag that this program does not know.
    func insert(_ rows: Range<Int>, into table: inout KeyTable) throws {
        for row in rows { table.readAhead(KeyID(reading: UnsafeRawBufferPointer(bytes(row..<row + 1))), owner(row)) }
        for row in rows {
            let bytes = UnsafeRawBufferPointer(self.bytes(row..<row + 1))
            guard let kind = KeyRow.Kind(rawValue: bytes[34]), bytes[35] == 0 else {
                throw EventLogError(.keyFileNewer, "the key file holds rows of a newer program: use that program")
            }
            let owner = owner(row)
            switch kind {
            case .key:
                table.insert(KeyID(reading: bytes), owner, key: UnsafeRawBufferPointer(rebasing: bytes[40..<72]))
            case .fence:
                table.fences.insert(KeyFence(subject: owner.subject))
            case .classFence:
                table.fences.insert(KeyFence(subject: owner.subject, dataClass: owner.dataClass))
            }
        }
    }

    /// Whose row it is.
    private func owner(_ row: Int) -> KeyOwner {
        let bytes = UnsafeRawBufferPointer(self.bytes(row..<row + 1))
        return KeyOwner(
            subject: SubjectID(reading: UnsafeRawBufferPointer(rebasing: bytes[16...])),
            dataClass: DataClass(rawValue: UInt16(bytes[32]) << 8 | UInt16(bytes[33]))
        )
    }

    private func set(_ row: Int, _ kind: KeyRow.Kind, _ owner: KeyOwner) {
        let bytes = bytes(row..<row + 1)
        owner.subject.write(into: UnsafeMutableRawBufferPointer(rebasing: bytes[16...]))
        bytes.storeBytes(of: owner.dataClass.rawValue.bigEndian, toByteOffset: 32, as: UInt16.self)
        bytes.storeBytes(of: kind.rawValue, toByteOffset: 34, as: UInt8.self)
        bytes.storeBytes(of: 0, toByteOffset: 35, as: UInt8.self)
        bytes.storeBytes(of: 0, toByteOffset: 36, as: UInt32.self)
    }
}
