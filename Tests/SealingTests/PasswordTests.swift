import Testing

@testable import Sealing

/// Passwords and one-time codes.
@Suite struct PasswordTests {
    @Test("a password's hash is Argon2id with 19 MiB, two passes, one lane and a salt of its own")
    func hash() throws {
        let password = Array("correct staple lantern".utf8)
        let (one, two) = (
            try PasswordHash(of: password, salt: SystemRandomness()),
            try PasswordHash(of: password, salt: SystemRandomness())
        )
        #expect(one.encoded.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(one != two)
        #expect(one.matches(password) && two.matches(password))
        #expect(!one.matches(Array("correct staple lanterN".utf8)))
        #expect(!one.matches([]))
    }

    @Test("nobody's hash is whole, so that it costs a guesser as much, and no password fits it")
    func nobody() {
        #expect(!PasswordHash.ofNobody.matches(Array("password".utf8)))
        #expect(PasswordHash.ofNobody.encoded.count == 97)
    }

    @Test(
        "RFC 6238, appendix B: the codes of the standard's secret, of which six digits are the last of its eight",
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(Int64, String)]
    )
    func vectors(seconds: Int64, code: String) {
        let secret = Array("12345678901234567890".utf8)
        #expect(OneTimeCode.code(secret, step: OneTimeCode.step(atSeconds: seconds)) == code)
    }

    @Test("a code holds in its own half minute and one to either side, and never again once it was used")
    func window() {
        let secret = Array("12345678901234567890".utf8)
        let now: UInt64 = 1000
        for step in now - 3...now + 3 {
            let accepted = OneTimeCode.accepted(OneTimeCode.code(secret, step: step), secret, now: now, after: 0)
            #expect((accepted == step) == (now - 1...now + 1).contains(step), "\(step)")
        }
        let code = OneTimeCode.code(secret, step: now)
        #expect(OneTimeCode.accepted(code, secret, now: now, after: now) == nil)
        #expect(OneTimeCode.accepted("", secret, now: now, after: 0) == nil)
        #expect(OneTimeCode.accepted(code + "0", secret, now: now, after: 0) == nil)
    }

    @Test("RFC 4648: Base32 without padding")
    func base32() {
        for (plain, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI")] {
            #expect(SecretBytes.base32(Array(plain.utf8)) == text)
        }
    }
}
