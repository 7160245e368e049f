import Foundation

/// Bytes as public registers are published.
enum PublishedFile {
    /// A text in Windows-1252; characters that it lacks become a question mark.
    static func windows1252(_ text: String) -> [UInt8] {
        [UInt8](text.data(using: .windowsCP1252, allowLossyConversion: true) ?? Data())
    }

    /// Bytes as a gzip file with one stored block each of at most 65,535 bytes: made by hand, so that the reader is
    /// not judged by its own library.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            packed.append(rest.isEmpty ? 1 : 0)
            for number in [UInt16(block.count), ~UInt16(block.count)] {
                packed += [UInt8(number & 0xFF), UInt8(number >> 8)]
            }
            packed += block
        } while !rest.isEmpty
        for number in [crc32(bytes), UInt32(bytes.count)] {
            for shift in stride(from: 0, to: 32, by: 8) { packed.append(UInt8(number >> UInt32(shift) & 0xFF)) }
        }
        return packed
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = ~0
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
