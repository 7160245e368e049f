import Identifiers

/// Packs records into blocks, each filled to about 64 pages.
struct BlockBuilder {
    private var records: [UnsafeRawBufferPointer] = []
    private var bodyBytes = 0
    /// The position of the first record of the block being filled.
    private(set) var first: Position

    /// Begins a block at a position.
    init(first: Position) {
        self.first = first
    }

    /// How many records wait in the block being filled.
    var count: Int { records.count }

    /// True when a record of so many bytes no longer fits; a lone record always does.
    func isFull(for recordBytes: Int) -> Bool {
        let bodies = bodyBytes + recordBytes - RecordLayout.leafBytes
        return !records.isEmpty && BlockLayout.bytes(records: records.count + 1, bodies: bodies) > Limits.blockBytes
    }

    /// Adds a record; its bytes must live until the block is written.
    mutating func add(_ record: UnsafeRawBufferPointer) {
        records.append(record)
        bodyBytes += record.count - RecordLayout.leafBytes
    }

    /// Bytes of the block as it will be stored.
    var storedBytes: Int {
        BlockLayout.paddedBytes(BlockLayout.bytes(records: records.count, bodies: bodyBytes))
    }

    /// Writes the block and begins the next.
    ///
    /// - Parameter block: the memory to fill, exactly `storedBytes`.
    mutating func write(into block: UnsafeMutableRawBufferPointer) {
        let leaves = BlockLayout.headerBytes
        let table = leaves + records.count * RecordLayout.leafBytes
        let bodies = table + (records.count + 1) * 4
        var bodyOffset = 0
        var earliest = Int64.max
        var latest = Int64.min
        for (index, record) in records.enumerated() {
            let leaf = UnsafeRawBufferPointer(rebasing: record[..<RecordLayout.leafBytes])
            let body = UnsafeRawBufferPointer(rebasing: record[RecordLayout.leafBytes...])
            block.copy(leaf, at: leaves + index * RecordLayout.leafBytes)
            block.putBigEndian(UInt32(bodyOffset), at: table + index * 4)
            block.copy(body, at: bodies + bodyOffset)
            bodyOffset += body.count
            let time = LeafView(leaf).recordedAt.microseconds
            earliest = min(earliest, time)
            latest = max(latest, time)
        }
        block.putBigEndian(UInt32(bodyOffset), at: table + records.count * 4)
        let end = bodies + bodyOffset
        UnsafeMutableRawBufferPointer(rebasing: block[end...]).initializeMemory(as: UInt8.self, repeating: 0)
        writeHeader(block, table: table, bodies: bodies, end: end, earliest: earliest, latest: latest)
        first = Position(first.rawValue + UInt64(records.count))
        records.removeAll(keepingCapacity: true)
        bodyBytes = 0
    }

    private func writeHeader(
        _ block: UnsafeMutableRawBufferPointer,
        table: Int,
        bodies: Int,
        end: Int,
        earliest: Int64,
        latest: Int64
    ) {
        func crc(_ range: Range<Int>) -> UInt32 {
            Checksum.crc32c(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(block)[range]))
        }
        block.putBigEndian(BlockLayout.magic, at: 0)
        block.putBigEndian(BlockLayout.format, at: 4)
        block.putBigEndian(first.rawValue, at: 8)
        block.putBigEndian(UInt32(records.count), at: 16)
        block.putBigEndian(UInt32(bodyBytes), at: 20)
        block.putBigEndian(crc(BlockLayout.headerBytes..<table), at: 24)
        block.putBigEndian(crc(table..<bodies), at: 28)
        block.putBigEndian(crc(bodies..<end), at: 32)
        block.putBigEndian(UInt32(0), at: 36)
        block.putBigEndian(earliest, at: 40)
        block.putBigEndian(latest, at: 48)
        block.putBigEndian(UInt32(0), at: 56)
        block.putBigEndian(crc(0..<60), at: 60)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Copies bytes to an offset; the caller has checked the length.
    @inline(__always)
    func copy(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        UnsafeMutableRawBufferPointer(rebasing: self[offset..<offset + bytes.count]).copyMemory(from: bytes)
    }
}
