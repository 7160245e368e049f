/// Remembers short values that were found right: codes, dates and the like come again and again.
///
/// It holds the values themselves and not hashes, so what it knows is certain; what falls out is only looked at again.
struct ValueMemo {
    /// Bytes of the longest value that it remembers.
    static let longest = 31
    private static let places = 1_024
    private var memory = [UInt8](repeating: 0, count: places * (longest + 1))

    /// True when the value is known to be right.
    func contains(_ value: UnsafeRawBufferPointer) -> Bool {
        guard value.count <= Self.longest else { return false }
        let start = Self.place(of: value)
        guard memory[start] == UInt8(value.count) else { return false }
        return memory.withUnsafeBytes { memory in
            UnsafeRawBufferPointer(rebasing: memory[(start + 1)..<(start + 1 + value.count)]).elementsEqual(value)
        }
    }

    /// Remembers a value, in the place of another one if need be.
    mutating func insert(_ value: UnsafeRawBufferPointer) {
        guard value.count <= Self.longest, !value.isEmpty else { return }
        let start = Self.place(of: value)
        memory[start] = UInt8(value.count)
        memory.withUnsafeMutableBytes { memory in
            UnsafeMutableRawBufferPointer(rebasing: memory[(start + 1)...]).copyMemory(from: value)
        }
    }

    /// FNV-1a: a bad spread costs a second look and nothing else.
    private static func place(of value: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in value { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return Int((hash ^ (hash >> 29)) % UInt64(places)) * (longest + 1)
    }
}
