/// Where everything stands in a record, version 1 (log.md section 1).
///
/// Big-endian. The same bytes in WAL, LMDB and backup, for ever.
///
/// ```
/// record = leaf, open part, rows of the parts, ciphertexts of the parts
///
/// leaf, 208 bytes, no personal data:
///   0 magic "SYE1" 4   4 type 2   6 schema version 2   8 position 8   16 stream version 8
///  24 previous position of this stream 8 (0 none)   32 index in its base's tree 8
///  40 recorded at 8 (signed microseconds UTC)   48 base 16   64 stream 16   80 actor 16   96 command 16
/// 112 index in batch 4   116 events in batch 4   120 cause 8 (position, 0 none)   128 epoch 4
/// 132 flags 2 (none defined)   134 part count 2   136 open part length 4   140 zero 4
/// 144 SHA-256 of the open part 32   176 RFC 6962 root over the parts 32
///
/// row, 40 bytes: `SealedPartRow`
/// ```
public enum RecordLayout {
    /// "SYE1", the first four bytes of every leaf.
    public static let magic: UInt32 = 0x5359_4531
    /// Bytes of a leaf.
    public static let leafBytes = 208

    static let type = 4
    static let schemaVersion = 6
    static let position = 8
    static let streamVersion = 16
    static let previousInStream = 24
    static let treeIndex = 32
    static let recordedAt = 40
    static let base = 48
    static let stream = 64
    static let actor = 80
    static let command = 96
    static let indexInBatch = 112
    static let eventsInBatch = 116
    static let cause = 120
    static let epoch = 128
    static let flags = 132
    static let partCount = 134
    static let openLength = 136
    static let zero = 140
    static let openDigest = 144
    static let partsRoot = 176
}

extension UnsafeRawBufferPointer {
    /// Reads a big-endian integer; the caller has checked the length.
    @inlinable
    func bigEndian<Integer: FixedWidthInteger>(_ offset: Int, as: Integer.Type = Integer.self) -> Integer {
        Integer(bigEndian: loadUnaligned(fromByteOffset: offset, as: Integer.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Writes a big-endian integer; the caller has checked the length.
    @inlinable
    func putBigEndian<Integer: FixedWidthInteger>(_ value: Integer, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: Integer.self)
    }
}
