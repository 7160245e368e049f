import Identifiers

/// What a frame's header says.
struct FrameHeader: Equatable {
    /// The log it belongs to.
    var log: LogID
    /// The segment it stands in.
    var segment: UInt64
    /// Its number, counted from 1 over all segments.
    var number: UInt64
    /// Position of its first event.
    var firstPosition: Position
    /// How many events.
    var events: Int
    /// Bytes of records.
    var recordBytes: Int
    /// How many batches.
    var batches: Int
    /// CRC of the frame before it.
    var previousCRC: UInt32

    /// Bytes on disk.
    var frameBytes: Int { FrameLayout.frameBytes(records: recordBytes, batches: batches) }

    /// Bytes of records and fingerprints.
    var payloadBytes: Int { recordBytes + batches * FrameLayout.fingerprintBytes }

    /// Writes header, padding and trailer around records and fingerprints that stand at offset 64 already.
    ///
    /// - Parameter frame: the frame's memory, exactly `frameBytes` long.
    /// - Returns: the frame's CRC.
    func seal(_ frame: UnsafeMutableRawBufferPointer) -> UInt32 {
        frame.putBigEndian(FrameLayout.frameMagic, at: 0)
        frame.putBigEndian(UInt32(recordBytes), at: 4)
        log.write(into: UnsafeMutableRawBufferPointer(rebasing: frame[8..<24]))
        frame.putBigEndian(segment, at: 24)
        frame.putBigEndian(number, at: 32)
        frame.putBigEndian(firstPosition.rawValue, at: 40)
        frame.putBigEndian(UInt32(events), at: 48)
        frame.putBigEndian(previousCRC, at: 52)
        frame.putBigEndian(UInt32(batches), at: 56)
        let padding = (FrameLayout.headerBytes + payloadBytes)..<(frame.count - FrameLayout.trailerBytes)
        UnsafeMutableRawBufferPointer(rebasing: frame[padding]).initializeMemory(as: UInt8.self, repeating: 0)
        let trailer = frame.count - FrameLayout.trailerBytes
        frame.putBigEndian(number, at: trailer)
        frame.putBigEndian(UInt32(recordBytes), at: trailer + 8)
        frame.putBigEndian(~UInt32(recordBytes), at: trailer + 12)
        let crc = Self.crc(of: UnsafeRawBufferPointer(frame))
        frame.putBigEndian(crc, at: 60)
        return crc
    }

    /// Reads a header and checks the frame's CRC and trailer; nil when the bytes are no valid frame.
    ///
    /// - Parameter bytes: from the frame's first byte to the end of the segment.
    init?(validating bytes: UnsafeRawBufferPointer) {
        guard let header = Self(reading: bytes), header.frameBytes <= bytes.count else { return nil }
        let frame = UnsafeRawBufferPointer(rebasing: bytes[..<header.frameBytes])
        let trailer = frame.count - FrameLayout.trailerBytes
        guard frame.bigEndian(60) == Self.crc(of: frame), frame.bigEndian(trailer) == header.number,
            frame.bigEndian(trailer + 8) == UInt32(header.recordBytes),
            frame.bigEndian(trailer + 12) == ~UInt32(header.recordBytes)
        else { return nil }
        self = header
    }

    /// Reads a header without checking the frame; nil when it is not one or claims impossible sizes.
    init?(reading bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= FrameLayout.sector, bytes.bigEndian(0) == FrameLayout.frameMagic else { return nil }
        let records = Int(bytes.bigEndian(4) as UInt32)
        let batches = Int(bytes.bigEndian(56) as UInt32)
        guard records <= Limits.batchBytes, batches * RecordLayout.leafBytes <= records else { return nil }
        log = LogID(reading: UnsafeRawBufferPointer(rebasing: bytes[8..<24]))
        segment = bytes.bigEndian(24)
        number = bytes.bigEndian(32)
        firstPosition = Position(bytes.bigEndian(40))
        events = Int(bytes.bigEndian(48) as UInt32)
        recordBytes = records
        self.batches = batches
        previousCRC = bytes.bigEndian(52)
        guard firstPosition.isPossible(events: events), events * RecordLayout.leafBytes <= records else { return nil }
    }

    /// Makes a header.
    init(
        log: LogID,
        segment: UInt64,
        number: UInt64,
        firstPosition: Position,
        events: Int,
        recordBytes: Int,
        batches: Int,
        previousCRC: UInt32
    ) {
        self.log = log
        self.segment = segment
        self.number = number
        self.firstPosition = firstPosition
        self.events = events
        self.recordBytes = recordBytes
        self.batches = batches
        self.previousCRC = previousCRC
    }

    /// The CRC over everything but the CRC's own four bytes.
    static func crc(of frame: UnsafeRawBufferPointer) -> UInt32 {
        let head = Checksum.crc32c(UnsafeRawBufferPointer(rebasing: frame[..<60]))
        return Checksum.crc32c(UnsafeRawBufferPointer(rebasing: frame[64...]), continuing: head)
    }
}
