import Identifiers
import Sealing

/// Opens the parts of many records into memory that is used again and again, a few records at a time.
///
/// Keys lie scattered over as much memory as there are people. Looked up between one opening and the next, each costs a
/// wait for memory; looked up one after the other beforehand, the waits overlap.
struct PartScan: ~Copyable {
    /// Records whose keys are looked up together.
    private static let recordsTogether = 32

    private let log: LogID
    private var opener = PartOpener()
    private var plaintext = ByteBuffer(capacity: 4096)
    private var waiting: [RecordView] = []
    private var slots: [KeyView.Slot?] = []
    /// What was read ahead: kept, so that the reading is not optimised away.
    private var readAhead: UInt64 = 0

    init(log: LogID) {
        self.log = log
        waiting.reserveCapacity(Self.recordsTogether)
    }

    /// Takes a record, which must live until `openWaiting`; opens those that wait when there are enough.
    mutating func add(
        _ record: RecordView,
        under keys: borrowing KeyView,
        _ visit: (LeafView, ScannedPart) throws -> Void
    ) throws {
        waiting.append(record)
        if waiting.count == Self.recordsTogether { try openWaiting(under: keys, visit) }
    }

    /// Opens what waits, in order, and hands each part on.
    mutating func openWaiting(
        under keys: borrowing KeyView,
        _ visit: (LeafView, ScannedPart) throws -> Void
    ) throws {
        slots.removeAll(keepingCapacity: true)
        // Without a branch that depends on what is read: a processor that guesses wrong waits.
        for record in waiting {
            record.forEachPart { row, _ in readAhead ^= keys.readAhead(KeyID(reading: row)) }
        }
        for record in waiting {
            record.forEachPart { row, _ in slots.append(keys.find(KeyID(reading: row))) }
        }
        var next = 0
        for record in waiting {
            opener.begin(SealingContext(log: log, leaf: record.leaf))
            try record.forEachPart { row, sealed in
                let slot = slots[next]
                next += 1
                try visit(record.leaf, open(row: row, sealed: sealed, slot, under: keys))
            }
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private mutating func open(
        row: UnsafeRawBufferPointer,
        sealed: UnsafeRawBufferPointer,
        _ slot: KeyView.Slot?,
        under keys: borrowing KeyView
    ) throws(EventLogError) -> ScannedPart {
        let dataClass = SealedPartRow(reading: row).dataClass
        guard let slot else { return ScannedPart(dataClass: dataClass, subject: nil, plaintext: .empty) }
        let length = sealed.count - Seal.tagCount
        if plaintext.memory.count < length { plaintext = ByteBuffer(capacity: length.nextPowerOfTwo) }
        let output = plaintext.slice(0..<length)
        let subject = try opener.open(row: row, sealed: sealed, slot, under: keys, into: output)
        return ScannedPart(dataClass: dataClass, subject: subject, plaintext: UnsafeRawBufferPointer(output))
    }
}
