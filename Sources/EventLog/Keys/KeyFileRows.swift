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

    /// Fences around subjects.
    init(fencesAround subjects: [SubjectID]) {
        self.init(count: subjects.count)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        for (row, subject) in subjects.enumerated() {
            set(row, .fence, KeyOwner(subject: subject, dataClass: DataClass(rawValue: 0)))
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
        for row in rows {
            let bytes = UnsafeRawBufferPointer(self.bytes(row..<row + 1))
            let subject = SubjectID(reading: UnsafeRawBufferPointer(rebasing: bytes[16...]))
            guard let kind = KeyRow.Kind(rawValue: bytes[34]), bytes[35] == 0 else {
                throw EventLogError(.keyFileNewer, "the key file holds rows of a newer program: use that program")
            }
            switch kind {
            case .key:
                let dataClass = DataClass(rawValue: UInt16(bytes[32]) << 8 | UInt16(bytes[33]))
                let key = UnsafeRawBufferPointer(rebasing: bytes[40..<72])
                table.insert(KeyID(reading: bytes), KeyOwner(subject: subject, dataClass: dataClass), key: key)
            case .fence:
                table.fences.insert(subject)
            }
        }
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
