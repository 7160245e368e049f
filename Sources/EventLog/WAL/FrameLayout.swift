/// Where everything stands in a WAL segment and its frames (log.md section 2).
///
/// Big-endian, in sectors of 512 bytes.
///
/// ```
/// segment = header sector, frames, zeros
///
/// header sector, 512 bytes:
///   0 magic "SYWS" 4   4 format 4   8 log id 16   24 segment 8   32 first position 8
///  40 CRC of the frame before 4   44 zero 4   48 number of the frame before 8   56 zeros …   508 CRC of 0..<508 4
///
/// frame, from a sector's start to a sector's end, one a flush:
///   0 magic "SYWF" 4   4 bytes of records 4   8 log id 16   24 segment 8   32 frame number 8 (from 1, over segments)
///  40 first position 8   48 events 4   52 CRC of the frame before 4   56 batches 4   60 CRC of this frame 4
///  64 records …   a fingerprint of 32 bytes for each batch   zeros up to the trailer
///  -16 trailer: frame number 8   bytes of records 4   their complement 4
/// ```
/// The frame's CRC covers bytes 0..<60 and 64 to its end. A frame is written when the one before it is durable.
enum FrameLayout {
    static let sector = 512
    static let format: UInt32 = 1
    static let segmentMagic: UInt32 = 0x5359_5753
    static let frameMagic: UInt32 = 0x5359_5746
    static let headerBytes = 64
    static let trailerBytes = 16

    static let fingerprintBytes = 32

    /// Bytes on disk of a frame with so many bytes of records in so many batches: whole sectors.
    static func frameBytes(records: Int, batches: Int) -> Int {
        (headerBytes + records + batches * fingerprintBytes + trailerBytes + sector - 1) / sector * sector
    }
}
