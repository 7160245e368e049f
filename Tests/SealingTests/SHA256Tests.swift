import Crypto
import Sealing
import Testing

@Suite("SHA-256 and HMAC-SHA-256")
struct SHA256Tests {
    @Test(
        "the cases of FIPS 180 come out",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func standardCases(message: String, digest: String) {
        var hash = Sealing.SHA256()
        #expect(hash.digest(of: Array(message.utf8)).description == digest)
    }

    @Test("a million letters, given in uneven pieces, give FIPS 180's digest")
    func millionLetters() {
        var hash = Sealing.SHA256()
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        for start in stride(from: 0, to: letters.count, by: 4_097) {
            letters[start..<min(start + 4_097, letters.count)].withUnsafeBytes { hash.update($0) }
        }
        #expect(hash.finish().description == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(
        "the cases of RFC 4231 come out",
        arguments: [
            (
                String(repeating: "0b", count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                "4a656665", "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                String(repeating: "aa", count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ]
    )
    func rfc4231(key: String, message: String, code: String) {
        var authenticator = Sealing.HMAC()
        let found = Array(message.utf8).withUnsafeBytes { message in
            hex(key).withUnsafeBytes { authenticator.code(of: message, key: $0) }
        }
        #expect(found.description == code)
    }

    @Test(
        "pieces give the digest of the whole, and contexts used again agree with swift-crypto",
        arguments: [UInt64(4)]
    )
    func agreesWithSwiftCrypto(seed: UInt64) throws {
        var random = Seeded(state: seed)
        var hash = Sealing.SHA256()
        var authenticator = Sealing.HMAC()
        for _ in 0..<500 {
            let message = random.bytes(Int.random(in: 0...400, using: &random))
            let cut = Int.random(in: 0...message.count, using: &random)
            message[..<cut].withUnsafeBytes { hash.update($0) }
            message[cut...].withUnsafeBytes { hash.update($0) }
            #expect(hash.finish().bytes == Array(Crypto.SHA256.hash(data: message)), "seed \(seed)")
            let key = random.bytes(32)
            let judge = Crypto.HMAC<Crypto.SHA256>.authenticationCode(for: message, using: .init(data: key))
            let code = try authenticator.code(of: message, key: Sealing.SymmetricKey(copying: key))
            #expect(code.bytes == Array(judge), "seed \(seed)")
        }
    }

    @Test("a digest reads and writes its 32 bytes and no other number of them")
    func digestBytes() {
        let bytes = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        let digest = Sealing.Digest(bytes: bytes)
        #expect(digest?.bytes == bytes)
        #expect(Sealing.Digest(bytes: bytes.dropLast()) == nil)
        #expect(Sealing.Digest(bytes: bytes + [0]) == nil)
    }
}
