import Identifiers

/// What the log's file says of its own end and of the WAL behind it; committed with the blocks it speaks of.
///
/// ```
///  0 applied position 8   8 recorded at of that event 8   16 segment 8   24 offset 8   32 frame 8   40 CRC 4   44 kind 4
/// 48 generation of keys 4   52 pages of its file 4
/// ```
struct LogEnd: Equatable, Sendable {
    /// How the WAL goes on behind the applied position.
    enum Continuation: UInt32, Sendable {
        /// Unapplied frames may stand in `segment` and those after it.
        case running = 0
        /// Closed in order: the WAL ends exactly at `segment`, `offset`, and goes on there.
        case clean = 1
        /// Recovered: older segments are of no use; `segment` is the one to begin.
        case fresh = 2
    }

    static let key: [UInt8] = Array("end".utf8)
    static let bytes = 56

    /// The last position in the log's file.
    var applied = Position.origin
    /// When its event was recorded; meaningless for the origin.
    var recordedAt = Timestamp(microseconds: 0)
    /// The WAL's end, or the segment to look at first.
    var wal = WALEnd(segment: 1, offset: 0, frame: 0, crc: 0, next: Position(1))
    /// What `wal` means.
    var continuation = Continuation.fresh
    /// How far the key file had come: less is a loss, not a write cut short.
    var keyMark = KeyMark.none

    /// The end of a log without events.
    init() {}

    init(reading row: UnsafeRawBufferPointer) throws {
        guard row.count == Self.bytes, let kind = Continuation(rawValue: row.bigEndian(44)) else {
            throw Self.damaged
        }
        applied = Position(row.bigEndian(0))
        let segment: UInt64 = row.bigEndian(16)
        let offset: Int64 = row.bigEndian(24)
        let frame: UInt64 = row.bigEndian(32)
        guard applied.rawValue < 1 << 62, segment > 0, segment < 1 << 62, offset >= 0, offset < 1 << 62,
            frame < 1 << 62
        else {
            throw Self.damaged
        }
        recordedAt = Timestamp(microseconds: row.bigEndian(8))
        wal = WALEnd(
            segment: segment,
            offset: Int(offset),
            frame: frame,
            crc: row.bigEndian(40),
            next: applied.next
        )
        continuation = kind
        keyMark = KeyMark(generation: row.bigEndian(48), pages: row.bigEndian(52))
    }

    private static var damaged: EventLogError {
        EventLogError(.blockDamaged, "the log's own end is damaged: restore the store from a backup")
    }

    /// The row's bytes.
    var row: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.bytes) { buffer, count in
            let row = UnsafeMutableRawBufferPointer(buffer)
            row.putBigEndian(applied.rawValue, at: 0)
            row.putBigEndian(recordedAt.microseconds, at: 8)
            row.putBigEndian(wal.segment, at: 16)
            row.putBigEndian(Int64(wal.offset), at: 24)
            row.putBigEndian(wal.frame, at: 32)
            row.putBigEndian(wal.crc, at: 40)
            row.putBigEndian(continuation.rawValue, at: 44)
            row.putBigEndian(keyMark.generation, at: 48)
            row.putBigEndian(keyMark.pages, at: 52)
            count = Self.bytes
        }
    }
}
