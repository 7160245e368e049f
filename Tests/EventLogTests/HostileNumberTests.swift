import Foundation
import Identifiers
import Testing

@testable import EventLog

/// Numbers that no log has, under checksums that are right: they must be errors, never traps.
@Suite struct HostileNumberTests {
    private static let numbers: [UInt64] = [.max, .max - 1, 1 << 63, 1 << 62]

    @Test("The log's end", arguments: numbers)
    func end(number: UInt64) throws {
        var end = LogEnd()
        end.applied = Position(1)
        for offset in [0, 16, 24, 32] {
            var row = end.row
            withUnsafeBytes(of: number.bigEndian) { row.replaceSubrange(offset..<offset + 8, with: $0) }
            #expect(throws: EventLogError(.blockDamaged, "")) {
                try row.withUnsafeBytes { try LogEnd(reading: $0) }
            }
        }
    }

    @Test("A segment's header", arguments: numbers)
    func segment(number: UInt64) {
        for field in 0..<3 {
            let header = SegmentHeader(
                log: LogID(high: 1, low: 2),
                number: field == 0 ? number : 1,
                firstPosition: Position(field == 1 ? number : 1),
                previousCRC: 0,
                previousFrame: field == 2 ? number : 0
            )
            let sector = ByteBuffer(capacity: FrameLayout.sector, count: FrameLayout.sector)
            header.write(into: sector.memory)
            #expect(throws: EventLogError(.walDamaged, "")) {
                try SegmentHeader(reading: sector.bytes, path: "segment")
            }
        }
    }

    @Test("A frame's first position and counts", arguments: numbers)
    func frame(number: UInt64) {
        let sector = ByteBuffer(capacity: FrameLayout.sector, count: FrameLayout.sector)
        func seal(first: UInt64, events: Int) {
            let header = FrameHeader(
                log: LogID(high: 1, low: 2),
                segment: 1,
                number: 1,
                firstPosition: Position(first),
                events: events,
                recordBytes: 208,
                batches: 1,
                previousCRC: 0
            )
            _ = header.seal(sector.memory)
        }
        seal(first: 1, events: 1)
        #expect(FrameHeader(validating: sector.bytes) != nil)
        seal(first: number, events: 1)
        #expect(FrameHeader(validating: sector.bytes) == nil)
        seal(first: 1, events: 2)
        #expect(FrameHeader(validating: sector.bytes) == nil)
    }

    @Test("A block's first position", arguments: numbers)
    func block(number: UInt64) {
        let bytes = ByteBuffer(capacity: 4080, count: 4080)
        bytes.memory.initializeMemory(as: UInt8.self, repeating: 0)
        bytes.memory.putBigEndian(BlockLayout.magic, at: 0)
        bytes.memory.putBigEndian(BlockLayout.format, at: 4)
        bytes.memory.putBigEndian(number, at: 8)
        bytes.memory.putBigEndian(UInt32(1), at: 16)
        bytes.memory.putBigEndian(Checksum.crc32c(UnsafeRawBufferPointer(rebasing: bytes.bytes[..<60])), at: 60)
        #expect(throws: EventLogError(.blockDamaged, "")) {
            try BlockView(bytes.bytes, expecting: Position(number))
        }
    }

    @Test("A leaf's place in its batch, and a batch larger than one can be")
    func leaf() {
        let leaf = ByteBuffer(capacity: 208, count: 208)
        leaf.memory.initializeMemory(as: UInt8.self, repeating: 0)
        leaf.memory.putBigEndian(RecordLayout.magic, at: 0)
        leaf.memory.putBigEndian(UInt64(5), at: RecordLayout.position)
        leaf.memory.putBigEndian(UInt64(1), at: RecordLayout.streamVersion)
        leaf.memory.putBigEndian(UInt32(1), at: RecordLayout.epoch)
        leaf.memory.putBigEndian(UInt32.max, at: RecordLayout.indexInBatch)
        #expect(LeafView(leaf.bytes).endsBatch)
        leaf.memory.putBigEndian(UInt32(0), at: RecordLayout.indexInBatch)
        leaf.memory.putBigEndian(UInt32(65_535), at: RecordLayout.eventsInBatch)
        #expect(throws: Never.self) { try LeafView(leaf.bytes).check(expecting: Position(5)) }
        leaf.memory.putBigEndian(UInt32(65_536), at: RecordLayout.eventsInBatch)
        #expect(throws: EventLogError(.recordDamaged, "")) { try LeafView(leaf.bytes).check(expecting: Position(5)) }
    }
}
