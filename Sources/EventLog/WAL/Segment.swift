import Glibc
import Identifiers

/// One file of the WAL: written full of zeros and synced before its first frame, then written once from front to back.
///
/// Zero-filled because growing a file halves the rate of syncs; never reused because stale frames with good checksums
/// would follow a torn one (log.md section 2).
struct Segment: ~Copyable, Sendable {
    /// The file.
    let file: OpenFile
    /// Its number, from 1.
    let number: UInt64
    /// Its length in bytes.
    let length: Int

    /// The name of a segment's file.
    static func name(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".wal"
    }

    /// The number in a segment's file name; nil for other files.
    static func number(ofFile name: String) -> UInt64? {
        name.hasSuffix(".wal") && name.count == 16 ? UInt64(name.dropLast(4)) : nil
    }

    /// Creates a segment: zeros, synced, then its header, synced, then its name in the folder, synced.
    ///
    /// - Parameters:
    ///   - folder: the WAL's folder.
    ///   - header: what its header sector says.
    ///   - length: its length in bytes; a multiple of 4096.
    ///   - syncsFolder: false only in a test that shows what the folder's sync is for.
    static func create(
        in folder: String,
        _ header: SegmentHeader,
        length: Int,
        syncsFolder: Bool
    ) throws -> Segment {
        let temporary = folder + "/" + name(header.number) + ".new"
        try fill(temporary, length: length)
        return try adopt(temporary, in: folder, header, length: length, syncsFolder: syncsFolder)
    }

    /// Writes a file full of zeros and makes it durable.
    static func fill(_ path: String, length: Int) throws {
        let file = try OpenFile(path, O_RDWR | O_CREAT | O_TRUNC)
        // In small pieces, since Linux keeps a file in memory in pieces as large as those that it was written in, and
        // looks through the whole piece that a frame lies in at each sync.
        let zeros = ByteBuffer(capacity: 64 << 10, count: 64 << 10)
        zeros.memory.initializeMemory(as: UInt8.self, repeating: 0)
        var offset = 0
        while offset < length {
            let count = min(zeros.count, length - offset)
            try file.write(UnsafeRawBufferPointer(rebasing: zeros.bytes[..<count]), at: offset)
            offset += count
        }
        guard fsync(file.descriptor) == 0 else { throw EventLogError.file("sync", path, errno) }
    }

    /// Gives a file full of zeros its header and its name, both durable.
    static func adopt(
        _ filled: String,
        in folder: String,
        _ header: SegmentHeader,
        length: Int,
        syncsFolder: Bool
    ) throws -> Segment {
        let path = folder + "/" + name(header.number)
        let file = try OpenFile(filled, O_RDWR)
        let sector = ByteBuffer(capacity: FrameLayout.sector, count: FrameLayout.sector)
        header.write(into: sector.memory)
        try file.write(sector.bytes, at: 0)
        try file.syncData()
        try Folder.replace(path, with: filled, syncs: syncsFolder)
        return Segment(file: file, number: header.number, length: length)
    }
}

/// What the first sector of a segment says.
struct SegmentHeader: Equatable, Sendable {
    /// The log it belongs to.
    var log: LogID
    /// Its number.
    var number: UInt64
    /// The position of its first event to be.
    var firstPosition: Position
    /// CRC of the last frame of the segment before it.
    var previousCRC: UInt32
    /// Number of that frame.
    var previousFrame: UInt64

    func write(into sector: UnsafeMutableRawBufferPointer) {
        sector.initializeMemory(as: UInt8.self, repeating: 0)
        sector.putBigEndian(FrameLayout.segmentMagic, at: 0)
        sector.putBigEndian(FrameLayout.format, at: 4)
        log.write(into: UnsafeMutableRawBufferPointer(rebasing: sector[8..<24]))
        sector.putBigEndian(number, at: 24)
        sector.putBigEndian(firstPosition.rawValue, at: 32)
        sector.putBigEndian(previousCRC, at: 40)
        sector.putBigEndian(previousFrame, at: 48)
        sector.putBigEndian(Checksum.crc32c(UnsafeRawBufferPointer(rebasing: sector[..<508])), at: 508)
    }

    /// Reads and checks a header sector.
    init(reading sector: UnsafeRawBufferPointer, path: String) throws {
        guard sector.count >= FrameLayout.sector, sector.bigEndian(0) == FrameLayout.segmentMagic,
            sector.bigEndian(508) == Checksum.crc32c(UnsafeRawBufferPointer(rebasing: sector[..<508]))
        else {
            throw EventLogError(.walDamaged, "\(path) at offset 0: the segment's header is damaged")
        }
        let format: UInt32 = sector.bigEndian(4)
        guard format == FrameLayout.format else {
            throw EventLogError(.newerFormat, "\(path) has WAL format \(format): use the syncd that wrote it")
        }
        log = LogID(reading: UnsafeRawBufferPointer(rebasing: sector[8..<24]))
        number = sector.bigEndian(24)
        firstPosition = Position(sector.bigEndian(32))
        previousCRC = sector.bigEndian(40)
        previousFrame = sector.bigEndian(48)
        guard firstPosition.isPossible(events: 0), number > 0, number < 1 << 62, previousFrame < 1 << 62 else {
            throw EventLogError(.walDamaged, "\(path) at offset 0: the segment's header says what cannot be")
        }
    }

    init(log: LogID, number: UInt64, firstPosition: Position, previousCRC: UInt32, previousFrame: UInt64) {
        self.log = log
        self.number = number
        self.firstPosition = firstPosition
        self.previousCRC = previousCRC
        self.previousFrame = previousFrame
    }
}
