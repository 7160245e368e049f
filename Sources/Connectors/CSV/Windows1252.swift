/// Turns Windows-1252, which public registers are still published in, into UTF-8.
///
/// Bytes without a character become the control characters of their numbers, so that a value that holds one breaks the
/// rule of its column and its row is told.
enum Windows1252 {
    /// 0x80 to 0x9F; everything else is as in Unicode's first 256.
    private static let upper: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
        0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
    ]

    /// The most bytes of UTF-8 that one byte becomes.
    static let bytesMax = 3

    /// Writes the UTF-8 of some bytes.
    ///
    /// - Parameter space: at least `bytesMax` times as long.
    /// - Returns: how much of the space was filled.
    static func decode(_ bytes: UnsafeRawBufferPointer, into space: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        for byte in bytes {
            let scalar = (0x80...0x9F).contains(byte) ? upper[Int(byte) - 0x80] : UInt16(byte)
            if scalar < 0x80 {
                space[filled] = UInt8(scalar)
                filled += 1
            } else if scalar < 0x800 {
                space[filled] = UInt8(0xC0 | scalar >> 6)
                space[filled + 1] = UInt8(0x80 | scalar & 0x3F)
                filled += 2
            } else {
                space[filled] = UInt8(0xE0 | scalar >> 12)
                space[filled + 1] = UInt8(0x80 | scalar >> 6 & 0x3F)
                space[filled + 2] = UInt8(0x80 | scalar & 0x3F)
                filled += 3
            }
        }
        return filled
    }
}
