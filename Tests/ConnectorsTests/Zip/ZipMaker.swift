/// Writes zip archives byte for byte, honest and hostile ones.
struct ZipMaker {
    /// An entry, with everything that an attacker can choose.
    struct Entry {
        var name: [UInt8]
        /// What stands in the archive.
        var packed: [UInt8]
        /// Bytes that the listing claims it unpacks to.
        var size: Int
        var crc: UInt32
        /// 0 stored, 8 deflated.
        var method: UInt16 = 0
        var flags: UInt16 = 0
        /// The upper half is the Unix file mode.
        var attributes: UInt32 = 0o100644 << 16
        /// The name in front of the data, where it is another one than in the listing.
        var localName: [UInt8]?

        /// A file, stored as it is.
        init(_ name: String, _ text: String) {
            self.init(name: Array(name.utf8), bytes: Array(text.utf8))
        }

        init(name: [UInt8], bytes: [UInt8]) {
            self.name = name
            packed = bytes
            size = bytes.count
            crc = ZipMaker.crc(bytes)
        }

        /// A file in deflate's stored blocks, which claims another size than it has.
        init(_ name: String, deflated bytes: [UInt8], claims size: Int) {
            self.init(name: Array(name.utf8), bytes: bytes)
            let count = UInt16(bytes.count)
            packed = [1] + ZipMaker.little(count) + ZipMaker.little(~count) + bytes
            method = 8
            self.size = size
        }
    }

    var entries: [Entry]
    var comment: [UInt8] = []
    /// Entries that the end of the archive claims; nil for the truth.
    var claimedCount: Int?

    init(_ entries: [Entry]) { self.entries = entries }

    var bytes: [UInt8] {
        var archive: [UInt8] = []
        var listing: [UInt8] = []
        for entry in entries {
            let offset = archive.count
            let local = entry.localName ?? entry.name
            let middle =
                Self.little(entry.flags) + Self.little(entry.method) + Self.little(UInt32(0x5A21_0000))
                + Self.little(entry.crc) + Self.little(UInt32(entry.packed.count)) + Self.little(UInt32(entry.size))
            archive += [0x50, 0x4B, 3, 4] + Self.little(UInt16(20)) + middle
            archive += Self.little(UInt16(local.count)) + Self.little(UInt16(0)) + local + entry.packed
            listing += [0x50, 0x4B, 1, 2] + Self.little(UInt16(0x0314)) + Self.little(UInt16(20)) + middle
            listing += Self.little(UInt16(entry.name.count)) + Self.little(UInt32(0)) + Self.little(UInt32(0))
            listing += Self.little(entry.attributes) + Self.little(UInt32(offset)) + entry.name
        }
        let count = Self.little(UInt16(clamping: claimedCount ?? entries.count))
        let end =
            [0x50, 0x4B, 5, 6] + Self.little(UInt32(0)) + count + count + Self.little(UInt32(listing.count))
            + Self.little(UInt32(archive.count)) + Self.little(UInt16(comment.count)) + comment
        return archive + listing + end
    }

    static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }

    static func little(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
