import Glibc
import Identifiers

/// How a segment ends.
enum SegmentEnd: Equatable {
    /// After its last good frame there are only zeros.
    case clean
    /// The frame at this offset was being written when the power went: it was never acknowledged.
    case torn(offset: Int)
}

/// Reads a segment's frames in order and judges what follows the last good one (log.md section 2).
///
/// A bad frame is torn when no valid frame follows it and one of its sectors, or its trailer, is zero: a cut falls
/// between sectors or inside one write. Anything else is corruption and is refused, named by file and offset.
struct SegmentScan {
    /// The segment's header.
    let header: SegmentHeader
    /// How it ends.
    let end: SegmentEnd
    /// Offset behind its last good frame.
    let endOffset: Int
    /// Number of its last good frame, or of the frame before the segment.
    let lastFrame: UInt64
    /// CRC of that frame.
    let lastCRC: UInt32
    /// Position of the next event.
    let nextPosition: Position

    /// Scans a segment.
    ///
    /// - Parameters:
    ///   - path: the segment's file.
    ///   - log: the log that it must belong to.
    ///   - checksFrames: false only in a test that shows what the checksums are for.
    ///   - visit: takes each good frame: its header, its records and fingerprints; they live only during the call.
    /// - Throws: `walDamaged` naming file and offset, or what `visit` throws.
    init(
        path: String,
        log: LogID,
        checksFrames: Bool = true,
        visit: (FrameHeader, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let file = try OpenFile(path, O_RDONLY)
        let length = try file.length()
        let buffer = ByteBuffer(capacity: length)
        buffer.count = try file.read(into: buffer.slice(0..<length), at: 0)
        let bytes = buffer.bytes
        let header = try SegmentHeader(reading: bytes, path: path)
        guard header.log == log else {
            throw EventLogError(.walDamaged, "\(path) belongs to another log: it was put here by hand")
        }
        var offset = FrameLayout.sector
        var number = header.previousFrame
        var crc = header.previousCRC
        var next = header.firstPosition
        while offset + FrameLayout.sector <= bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            let found = checksFrames ? FrameHeader(validating: rest) : FrameHeader(reading: rest)
            guard let frame = found, frame.frameBytes <= rest.count, frame.log == log,
                frame.segment == header.number, frame.number == number &+ 1, frame.previousCRC == crc,
                frame.firstPosition == next
            else { break }
            let records = FrameLayout.headerBytes..<FrameLayout.headerBytes + frame.payloadBytes
            try visit(frame, UnsafeRawBufferPointer(rebasing: rest[records]))
            number = frame.number
            crc = rest.bigEndian(60)
            next = Position(frame.firstPosition.rawValue + UInt64(frame.events))
            offset += frame.frameBytes
        }
        self.header = header
        endOffset = offset
        lastFrame = number
        lastCRC = crc
        nextPosition = next
        end = try Self.judge(bytes, from: offset, expecting: number &+ 1, segment: header.number, log: log, path: path)
    }

    private static func judge(
        _ bytes: UnsafeRawBufferPointer,
        from offset: Int,
        expecting number: UInt64,
        segment: UInt64,
        log: LogID,
        path: String
    ) throws -> SegmentEnd {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        if isZero(rest) { return .clean }
        let damaged = EventLogError(
            .walDamaged,
            "\(path) at offset \(offset): a frame is damaged, not torn. Nothing was changed; "
                + "restore the store from a backup or from the disk's copy"
        )
        var later = offset + FrameLayout.sector
        while later + FrameLayout.sector <= bytes.count {
            let tail = UnsafeRawBufferPointer(rebasing: bytes[later...])
            if let frame = FrameHeader(validating: tail), frame.log == log, frame.segment == segment,
                frame.number > number
            {
                throw damaged
            }
            later += FrameLayout.sector
        }
        let firstSectorIsZero = isZero(UnsafeRawBufferPointer(rebasing: rest[..<min(FrameLayout.sector, rest.count)]))
        if firstSectorIsZero { return .torn(offset: offset) }
        guard let claimed = FrameHeader(reading: rest), claimed.log == log, claimed.segment == segment,
            claimed.number == number
        else { throw damaged }
        let extent = min(claimed.frameBytes, rest.count)
        var start = 0
        while start < extent {
            let sector = UnsafeRawBufferPointer(rebasing: rest[start..<min(start + FrameLayout.sector, extent)])
            if isZero(sector) { return .torn(offset: offset) }
            start += FrameLayout.sector
        }
        let trailer = UnsafeRawBufferPointer(rebasing: rest[(extent - FrameLayout.trailerBytes)..<extent])
        if isZero(trailer) { return .torn(offset: offset) }
        throw damaged
    }

    private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return true }
        return start.load(as: UInt8.self) == 0 && memcmp(start, start + 1, bytes.count - 1) == 0
    }
}
