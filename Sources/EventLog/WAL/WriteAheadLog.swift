import Glibc
import Identifiers
import Sealing

/// The end of the WAL as the writer knows it: where the next frame goes and what it must name.
struct WALEnd: Equatable, Sendable {
    /// The segment in use.
    var segment: UInt64
    /// Offset of the next frame in it.
    var offset: Int
    /// Number of the last frame.
    var frame: UInt64
    /// CRC of that frame.
    var crc: UInt32
    /// Position of the next event.
    var next: Position
}

/// The WAL's writing side.
///
/// It is used by one thread at a time: whoever holds the writer's turn.
///
/// A flush is one frame: one write and one `fdatasync`. Frame n+1 is not written before frame n is durable.
final class WriteAheadLog {
    /// Memory kept from frame to frame: a batch of 10,000 events fits; fetching it anew would touch its pages again.
    private static let scratchMax = 16 << 20

    let folder: String
    private let log: LogID
    private let spares: SpareSegment
    private let syncsBeforeAcknowledging: Bool
    private let syncsAgain: Bool
    private var segment: Segment
    private(set) var end: WALEnd
    private var scratch = ByteBuffer(capacity: 64 << 10)

    /// Goes on in a segment, after a clean close, or begins a fresh one, after recovery.
    ///
    /// - Parameter end: where the log stands; offset 0 asks for a fresh segment of that number.
    init(folder: String, log: LogID, end: WALEnd, settings: LogSettings) throws {
        self.folder = folder
        self.log = log
        self.end = end
        syncsBeforeAcknowledging = !settings.unsafe.contains(.acknowledgesBeforeSync)
        syncsAgain = settings.unsafe.contains(.syncsAgain)
        spares = SpareSegment(folder: folder, settings: settings)
        if end.offset == 0 {
            segment = try spares.take(Self.header(log, end))
            self.end.offset = FrameLayout.sector
        } else {
            let file = try OpenFile(folder + "/" + Segment.name(end.segment), O_RDWR)
            let length = try file.length()
            segment = Segment(file: file, number: end.segment, length: length)
        }
    }

    /// Writes the records of some batches as one frame and makes it durable.
    ///
    /// - Parameter batches: batches whose events have their places, in order.
    /// - Throws: any error means that the outcome is unknown; the caller must go through recovery.
    func flush(_ batches: [SealedBatch]) throws {
        let recordBytes = batches.reduce(0) { $0 + $1.buffer.count }
        let frameBytes = FrameLayout.frameBytes(records: recordBytes, batches: batches.count)
        if end.offset + frameBytes > segment.length { try beginSegment(holding: frameBytes) }
        if scratch.memory.count < frameBytes { scratch = ByteBuffer(capacity: frameBytes.nextPowerOfTwo) }
        let frame = scratch.slice(0..<frameBytes)
        var offset = FrameLayout.headerBytes
        for batch in batches {
            UnsafeMutableRawBufferPointer(rebasing: frame[offset...]).copyMemory(from: batch.buffer.bytes)
            offset += batch.buffer.count
        }
        for batch in batches {
            batch.fingerprint.write(into: UnsafeMutableRawBufferPointer(rebasing: frame[offset...]))
            batch.segment = end.segment
            offset += FrameLayout.fingerprintBytes
        }
        let events = batches.reduce(0) { $0 + $1.count }
        let header = FrameHeader(
            log: log,
            segment: end.segment,
            number: end.frame + 1,
            firstPosition: end.next,
            events: events,
            recordBytes: recordBytes,
            batches: batches.count,
            previousCRC: end.crc
        )
        let crc = header.seal(frame)
        try segment.file.write(UnsafeRawBufferPointer(frame), at: end.offset)
        if syncsBeforeAcknowledging { try sync() }
        end.offset += frameBytes
        end.frame += 1
        end.crc = crc
        end.next = Position(end.next.rawValue + UInt64(events))
        if scratch.memory.count > Self.scratchMax { scratch = ByteBuffer(capacity: 64 << 10) }
    }

    /// Removes what was prepared and not used.
    func close() {
        spares.discard()
    }

    /// After a failure the file is never synced again: the kernel may call its pages clean (log.md section 2).
    private func sync() throws {
        do {
            try segment.file.syncData()
        } catch {
            guard syncsAgain else { throw error }
            try segment.file.syncData()
        }
    }

    private func beginSegment(holding frameBytes: Int) throws {
        end.segment += 1
        end.offset = FrameLayout.sector
        let needed = frameBytes + FrameLayout.sector
        segment = try spares.take(Self.header(log, end), atLeast: needed)
        spares.prepare()
    }

    private static func header(_ log: LogID, _ end: WALEnd) -> SegmentHeader {
        SegmentHeader(
            log: log,
            number: end.segment,
            firstPosition: end.next,
            previousCRC: end.crc,
            previousFrame: end.frame
        )
    }
}
