/// The rows of one area of one neighbourhood on one day: their bytes, and a digest for each key to compare days by.
struct Table {
    private(set) var bytes: [UInt8] = []
    private(set) var rows = 0
    /// For each key a digest over all its rows.
    private(set) var digests: [String: UInt64] = [:]

    /// Adds a row; rows with one key are one thing or one data group.
    mutating func add(_ key: String, _ fields: [String]) {
        let start = bytes.count
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(field)
        }
        bytes.append(UInt8(ascii: "\n"))
        rows += 1
        // FNV-1a: enough to tell two versions of a row apart, and the same everywhere.
        var digest = digests[key] ?? 0xCBF2_9CE4_8422_2325
        for byte in bytes[start...] { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
        digests[key] = digest
    }

    private mutating func append(_ field: String) {
        let quote = UInt8(ascii: "\"")
        guard field.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == quote || $0 < 0x20 }) else {
            bytes.append(contentsOf: field.utf8)
            return
        }
        bytes.append(quote)
        for byte in field.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}
