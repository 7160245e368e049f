import CISAL
import Sealing

/// Puts right the checksums of an input, and nothing else of it, by the layouts in `schemas/store.md`.
enum Checksums {
    private static let sector = 512

    /// A segment: its header sector, then frame after frame for as long as lengths make sense.
    static func mended(segment bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        guard bytes.count >= sector else { return bytes }
        put(crc(bytes[..<508]), 508, &bytes)
        var offset = sector
        var previous = number(bytes, 40)
        while offset + sector <= bytes.count, number(bytes, offset) == 0x5359_5746 {
            let records = Int(number(bytes, offset + 4))
            let batches = Int(number(bytes, offset + 56))
            let length = (64 + records + batches * 32 + 16 + sector - 1) / sector * sector
            guard offset + length <= bytes.count else { break }
            put(previous, offset + 52, &bytes)
            for index in 0..<8 { bytes[offset + length - 16 + index] = bytes[offset + 32 + index] }
            put(UInt32(records), offset + length - 8, &bytes)
            put(~UInt32(records), offset + length - 4, &bytes)
            let head = crc(bytes[offset..<offset + 60])
            previous = crc(bytes[offset + 64..<offset + length], continuing: head)
            put(previous, offset + 60, &bytes)
            offset += length
        }
        return bytes
    }

    /// A block: leaves, offset table, bodies and header.
    static func mended(block bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        guard bytes.count >= 64 else { return bytes }
        let records = Int(number(bytes, 16))
        let table = 64 + records * 208
        let bodies = table + (records + 1) * 4
        let end = bodies + Int(number(bytes, 20))
        if end <= bytes.count {
            put(crc(bytes[64..<table]), 24, &bytes)
            put(crc(bytes[table..<bodies]), 28, &bytes)
            put(crc(bytes[bodies..<end]), 32, &bytes)
        }
        put(crc(bytes[..<60]), 60, &bytes)
        return bytes
    }

    /// A key file: the check of each page that begins at a sector.
    static func mended(keyFile bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var hash = SHA256()
        for start in stride(from: 0, to: bytes.count - bytes.count % sector, by: sector)
        where number(bytes, start) == 0x5359_4B50 {
            let end = start + 72 + Int(number(bytes, start + 48) >> 16) * 72 + 16
            guard end <= bytes.count else { continue }
            bytes[start..<start + 64].withUnsafeBytes { hash.update($0) }
            bytes[start + 72..<end].withUnsafeBytes { hash.update($0) }
            let digest = hash.finish().withUnsafeBytes { [UInt8]($0) }
            bytes.replaceSubrange(start + 64..<start + 72, with: digest[..<8])
        }
        return bytes
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func put(_ number: UInt32, _ offset: Int, _ bytes: inout [UInt8]) {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (24 - 8 * index)) }
    }

    private static func crc(_ bytes: ArraySlice<UInt8>, continuing start: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return start }
            return ~crc32_iscsi(UnsafeMutablePointer(mutating: base), Int32(buffer.count), ~start)
        }
    }
}
