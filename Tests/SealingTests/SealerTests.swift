import Crypto
import Sealing
import Testing

@Suite("Sealing and opening")
struct SealerTests {
    /// A case of the GCM specification (McGrew and Viega, appendix B; NIST uses the same).
    struct Vector: Sendable {
        var key: String
        var nonce: String
        var plaintext: String
        var associatedData: String
        var sealed: String
    }

    static let vectors = [
        Vector(
            key: String(repeating: "0", count: 64),
            nonce: String(repeating: "0", count: 24),
            plaintext: "",
            associatedData: "",
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"
        ),
        Vector(
            key: String(repeating: "0", count: 64),
            nonce: String(repeating: "0", count: 24),
            plaintext: String(repeating: "0", count: 32),
            associatedData: "",
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
        ),
        Vector(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            nonce: "cafebabefacedbaddecaf888",
            plaintext: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            associatedData: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ]

    @Test("the GCM specification's cases come out byte for byte", arguments: vectors)
    func specification(vector: Vector) throws {
        var sealer = Sealer()
        var opener = Opener()
        let key = try SymmetricKey(copying: hex(vector.key))
        let (nonce, associatedData) = (hex(vector.nonce), hex(vector.associatedData))
        let sealed = sealer.seal(hex(vector.plaintext), key: key, nonce: nonce, associatedData: associatedData)
        #expect(sealed == hex(vector.sealed))
        let opened = try opener.open(sealed, key: key, nonce: nonce, associatedData: associatedData)
        #expect(opened == hex(vector.plaintext))
    }

    @Test("one context, used again and again, agrees with swift-crypto on every input", arguments: [UInt64(1), 2, 3])
    func agreesWithSwiftCrypto(seed: UInt64) throws {
        var random = Seeded(state: seed)
        var sealer = Sealer()
        var opener = Opener()
        for _ in 0..<500 {
            let keyBytes = random.bytes(32)
            let nonce = random.bytes(12)
            let plaintext = random.bytes(Int.random(in: 0...300, using: &random))
            let associatedData = random.bytes(Int.random(in: 0...130, using: &random))
            let key = try SymmetricKey(copying: keyBytes)
            let judge = try AES.GCM.seal(
                plaintext,
                using: Crypto.SymmetricKey(data: keyBytes),
                nonce: AES.GCM.Nonce(data: nonce),
                authenticating: associatedData
            )
            let sealed = sealer.seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
            #expect(sealed == Array(judge.ciphertext + judge.tag), "seed \(seed)")
            let opened = try opener.open(sealed, key: key, nonce: nonce, associatedData: associatedData)
            #expect(opened == plaintext, "seed \(seed)")
        }
    }

    @Test("a changed bit anywhere is refused, and the next opening is right again")
    func tamperingIsRefused() throws {
        var random = Seeded(state: 7)
        var sealer = Sealer()
        var opener = Opener()
        let keyBytes = random.bytes(32)
        let key = try SymmetricKey(copying: keyBytes)
        let (nonce, associatedData, plaintext) = (random.bytes(12), random.bytes(110), random.bytes(90))
        let sealed = sealer.seal(plaintext, key: key, nonce: nonce, associatedData: associatedData)
        func flipped(_ bytes: [UInt8], _ index: Int) -> [UInt8] {
            var changed = bytes
            changed[index] ^= 0x10
            return changed
        }
        let refused = SealingError(.notAuthentic, "")
        for index in sealed.indices {
            #expect(throws: refused) {
                try opener.open(flipped(sealed, index), key: key, nonce: nonce, associatedData: associatedData)
            }
        }
        for index in nonce.indices {
            #expect(throws: refused) {
                try opener.open(sealed, key: key, nonce: flipped(nonce, index), associatedData: associatedData)
            }
        }
        for index in associatedData.indices {
            #expect(throws: refused) {
                try opener.open(sealed, key: key, nonce: nonce, associatedData: flipped(associatedData, index))
            }
        }
        let otherKey = try SymmetricKey(copying: flipped(keyBytes, 31))
        #expect(throws: refused) {
            try opener.open(sealed, key: otherKey, nonce: nonce, associatedData: associatedData)
        }
        #expect(try opener.open(sealed, key: key, nonce: nonce, associatedData: associatedData) == plaintext)
    }

    @Test("fewer bytes than a tag are refused", arguments: 0..<16)
    func tooShort(count: Int) throws {
        var opener = Opener()
        let key = SymmetricKey(randomness: SystemRandomness())
        #expect(throws: SealingError(.sealedTooShort, "")) {
            try opener.open([UInt8](repeating: 0, count: count), key: key, nonce: [UInt8](repeating: 0, count: 12))
        }
    }

    @Test("a refused opening leaves no plaintext in the caller's buffer")
    func refusedOpeningLeavesZeros() throws {
        var sealer = Sealer()
        var opener = Opener()
        let key = SymmetricKey(randomness: SystemRandomness())
        let nonce = SystemRandomness().bytes(12)
        var sealed = sealer.seal([UInt8](repeating: 0xAB, count: 64), key: key, nonce: nonce)
        sealed[79] ^= 1
        var output = [UInt8](repeating: 0xFF, count: 64)
        #expect(throws: SealingError(.notAuthentic, "")) {
            try output.withUnsafeMutableBytes { output in
                try sealed.withUnsafeBytes { sealed in
                    try nonce.withUnsafeBytes { nonce in
                        try key.withUnsafeBytes {
                            try opener.open(sealed, key: $0, nonce: nonce, associatedData: .empty, into: output)
                        }
                    }
                }
            }
        }
        #expect(output == [UInt8](repeating: 0, count: 64))
    }
}
