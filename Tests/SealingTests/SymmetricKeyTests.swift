import Sealing
import Testing

@Suite("Keys and random bytes")
struct SymmetricKeyTests {
    @Test("a key shows none of its bytes when printed, dumped or mirrored")
    func neverPrintable() throws {
        let key = try SymmetricKey(copying: [UInt8](repeating: 0x5A, count: 32))
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(text.contains("SymmetricKey"))
            #expect(!text.lowercased().contains("5a") && !text.contains("90"))
        }
        #expect(Mirror(reflecting: key).children.isEmpty)
    }

    @Test("a key of another length is refused", arguments: [0, 16, 31, 33])
    func otherLengths(count: Int) {
        #expect(throws: SealingError(.keyLength, "")) {
            try SymmetricKey(copying: [UInt8](repeating: 1, count: count))
        }
    }

    @Test("zeroing leaves zeros")
    func zeroing() {
        var bytes = [UInt8](repeating: 9, count: 40)
        bytes.withUnsafeMutableBytes { $0.zeroForGood() }
        #expect(bytes == [UInt8](repeating: 0, count: 40))
    }

    @Test("random bytes fill the whole buffer, beyond one call of the library too")
    func randomBytes() {
        let bytes = SystemRandomness().bytes(3 << 20)
        for start in stride(from: 0, to: bytes.count, by: 1 << 18) {
            let distinct = Set(bytes[start..<start + (1 << 18)])
            #expect(distinct.count == 256)
        }
        let randomness = SystemRandomness()
        #expect(randomness.next() != randomness.next())
    }
}
