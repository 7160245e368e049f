import Crypto
import Sealing
import Testing

@Suite("Ed25519 and Base64")
struct SigningKeyTests {
    @Test(
        "the cases of RFC 8032 come out",
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
                    + "be24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
                    + "2aeeb00d291612bb0c00"
            ),
        ]
    )
    func published(seed: String, key: String, message: String, signature: String) throws {
        let signing = try SigningKey(seed: hex(seed))
        #expect(signing.verifying.bytes == hex(key))
        #expect(signing.signature(of: hex(message)) == hex(signature))
        #expect(signing.verifying.isValid(hex(signature), of: hex(message)))
    }

    @Test("what it signs swift-crypto accepts, and the other way round; nothing else is accepted")
    func judged() throws {
        var random = Seeded(state: 7)
        for length in [0, 1, 31, 64, 1_000] {
            let seed = (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let message = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let signing = try SigningKey(seed: seed)
            let judge = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
            let signature = signing.signature(of: message)
            #expect(judge.publicKey.isValidSignature(signature, for: message))
            #expect(signing.verifying.isValid(Array(try judge.signature(for: message)), of: message))
            for place in signature.indices {
                var changed = signature
                changed[place] ^= 1
                #expect(!signing.verifying.isValid(changed, of: message))
            }
            #expect(!signing.verifying.isValid(signature, of: message + [0]))
            #expect(!signing.verifying.isValid(Array(signature.dropLast()), of: message))
        }
        #expect(throws: SealingError(.keyLength, "")) { try SigningKey(seed: [1, 2, 3]) }
        #expect("\(try SigningKey(seed: [UInt8](repeating: 9, count: 32)))" == "SigningKey")
    }

    @Test("Base64 is read back, and only in the one spelling")
    func base64() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
            #expect(Base64.bytes(Base64.text(bytes)) == bytes)
        }
        #expect(Base64.text(Array("foob".utf8)) == "Zm9vYg==")
        for wrong in ["Zm9vYg=", "Zm9vYg", "Zm9vYh==", " Zm9vYg==", "Zm9v\n", "Zm9vYg==\n\n\n\n", "====", "Zm=v"] {
            #expect(Base64.bytes(wrong) == nil, "\(wrong)")
        }
    }
}
