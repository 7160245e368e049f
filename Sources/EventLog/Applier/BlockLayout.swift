/// Where everything stands in a block: many records packed into one value of the log's file (log.md section 4).
///
/// ```
/// block = header, leaves, offset table, bodies, zeros to a page's end less LMDB's 16 bytes
///
/// header, 64 bytes, big-endian:
///   0 magic "SYB1" 4   4 format 4   8 first position 8   16 records 4   20 bytes of bodies 4
///  24 CRC of the leaves 4   28 CRC of the offset table 4   32 CRC of the bodies 4   36 zero 4
///  40 earliest recorded at 8   48 latest recorded at 8   56 zero 4   60 CRC of 0..<60 4
/// leaves: 208 bytes each; offset table: records + 1 offsets into the bodies, 4 bytes each
/// ```
/// All leaves stand together, so that a scan of leaves reads nothing else; each region has its own checksum.
enum BlockLayout {
    static let magic: UInt32 = 0x5359_4231
    static let format: UInt32 = 1
    static let headerBytes = 64
    static let pageBytes = 4096
    static let pageOverhead = 16

    /// Bytes of a block with so many records and bytes of bodies, without padding.
    static func bytes(records: Int, bodies: Int) -> Int {
        headerBytes + records * (RecordLayout.leafBytes + 4) + 4 + bodies
    }

    /// The same, filled to whole pages.
    static func paddedBytes(_ bytes: Int) -> Int {
        (bytes + pageOverhead + pageBytes - 1) / pageBytes * pageBytes - pageOverhead
    }
}
