extension Identifier: CustomStringConvertible {
    /// Thirty-two lower-case hexadecimal digits.
    public var description: String { hex }

    /// Thirty-two lower-case hexadecimal digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: 32) { buffer in
            for digit in 0..<32 {
                let half = digit < 16 ? high : low
                let nibble = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (digit & 15))) & 15
                buffer[digit] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
            }
            return 32
        }
    }

    /// Reads thirty-two hexadecimal digits, dashes as in a UUID allowed; nil for anything else.
    public init?(hex text: String) {
        var digits = 0
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in text.utf8 where byte != 0x2D {
            guard let value = Self.digitValue(byte), digits < 32 else { return nil }
            if digits < 16 { high = high << 4 | value } else { low = low << 4 | value }
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: high, low: low)
    }

    private static func digitValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte - 0x30)
        case 0x41...0x46: UInt64(byte - 0x37)
        case 0x61...0x66: UInt64(byte - 0x57)
        default: nil
        }
    }
}
