import Identifiers

/// A view of a block: checks each region's checksum when it is first looked at.
struct BlockView {
    private let bytes: UnsafeRawBufferPointer
    /// The position of its first record.
    let first: Position
    /// How many records.
    let count: Int
    /// The earliest and latest times in it.
    let times: ClosedRange<Timestamp>

    /// Checks the header, and that the regions it claims are there.
    ///
    /// - Throws: `blockDamaged` naming the position.
    init(_ bytes: UnsafeRawBufferPointer, expecting position: Position) throws {
        func damaged() -> EventLogError {
            EventLogError(
                .blockDamaged,
                "the log's block at position \(position) is damaged: restore the store from a backup"
            )
        }
        guard bytes.count >= BlockLayout.headerBytes, bytes.bigEndian(0) == BlockLayout.magic,
            bytes.bigEndian(60) == Checksum.crc32c(UnsafeRawBufferPointer(rebasing: bytes[..<60]))
        else { throw damaged() }
        let format: UInt32 = bytes.bigEndian(4)
        guard format == BlockLayout.format else {
            throw EventLogError(.newerFormat, "the log has block format \(format): use the syncd that wrote it")
        }
        first = Position(bytes.bigEndian(8))
        count = Int(bytes.bigEndian(16) as UInt32)
        let bodies = Int(bytes.bigEndian(20) as UInt32)
        let earliest = Timestamp(microseconds: bytes.bigEndian(40))
        let latest = Timestamp(microseconds: bytes.bigEndian(48))
        guard first == position, count > 0, earliest <= latest, first.isPossible(events: count),
            BlockLayout.bytes(records: count, bodies: bodies) <= bytes.count
        else { throw damaged() }
        times = earliest...latest
        self.bytes = bytes
    }

    /// The position behind its last record.
    var next: Position { Position(first.rawValue + UInt64(count)) }

    /// The leaves, one behind the other, their checksum checked.
    func leaves() throws -> UnsafeRawBufferPointer {
        try region(BlockLayout.headerBytes, count * RecordLayout.leafBytes, crcAt: 24)
    }

    /// A leaf whose checksum has not been looked at: good for a comparison that a wrong bit would fail.
    func uncheckedLeaf(at position: Position) -> LeafView {
        let start = BlockLayout.headerBytes + Int(position.rawValue - first.rawValue) * RecordLayout.leafBytes
        return LeafView(UnsafeRawBufferPointer(rebasing: bytes[start..<start + RecordLayout.leafBytes]))
    }

    /// The offset table and the bodies, their checksums checked.
    func bodies() throws -> (table: UnsafeRawBufferPointer, bodies: UnsafeRawBufferPointer) {
        let tableStart = BlockLayout.headerBytes + count * RecordLayout.leafBytes
        let table = try region(tableStart, (count + 1) * 4, crcAt: 28)
        let length = Int(bytes.bigEndian(20) as UInt32)
        return (table, try region(tableStart + (count + 1) * 4, length, crcAt: 32))
    }

    /// Visits each record; the views live only during the call.
    ///
    /// - Parameters:
    ///   - from: the first position wanted.
    ///   - visit: takes a record; answers false to stop.
    /// - Returns: false when the visitor stopped.
    func forEachRecord(from: Position, _ visit: (RecordView) throws -> Bool) throws -> Bool {
        let leaves = try leaves()
        let (table, bodies) = try bodies()
        var index = from > first ? Int(from.rawValue - first.rawValue) : 0
        while index < count {
            let view = try record(index, leaves: leaves, table: table, bodies: bodies)
            guard try visit(view) else { return false }
            index += 1
        }
        return true
    }

    /// One record, from regions that have been checked.
    func record(
        _ index: Int,
        leaves: UnsafeRawBufferPointer,
        table: UnsafeRawBufferPointer,
        bodies: UnsafeRawBufferPointer
    ) throws -> RecordView {
        let position = Position(first.rawValue + UInt64(index))
        let start = index * RecordLayout.leafBytes
        let leaf = LeafView(UnsafeRawBufferPointer(rebasing: leaves[start..<start + RecordLayout.leafBytes]))
        try leaf.check(expecting: position)
        let bodyStart = Int(table.bigEndian(index * 4) as UInt32)
        let bodyEnd = Int(table.bigEndian(index * 4 + 4) as UInt32)
        guard bodyStart <= bodyEnd, bodyEnd <= bodies.count else {
            throw EventLogError(.blockDamaged, "the log's block at position \(first) contradicts itself")
        }
        let body = UnsafeRawBufferPointer(rebasing: bodies[bodyStart..<bodyEnd])
        guard try RecordView.bodyLength(of: leaf, in: body) == body.count else {
            throw EventLogError(.recordDamaged, "record \(position): its parts do not add up")
        }
        return RecordView(leaf: leaf, body: body)
    }

    private func region(_ start: Int, _ length: Int, crcAt: Int) throws -> UnsafeRawBufferPointer {
        let region = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
        guard Checksum.crc32c(region) == bytes.bigEndian(crcAt) else {
            throw EventLogError(
                .blockDamaged,
                "the log's block at position \(first) is damaged: restore the store from a backup"
            )
        }
        return region
    }
}
