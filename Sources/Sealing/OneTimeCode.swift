import CCrypto

/// One-time codes by time, RFC 6238: six digits, thirty seconds, HMAC-SHA-1, as every authenticator app has them.
public enum OneTimeCode {
    /// How long a code holds, in seconds.
    public static let seconds: Int64 = 30
    /// How many bytes a secret has: as many as the hash.
    public static let secretBytes = 20

    /// The step of time that an instant lies in.
    public static func step(atSeconds seconds: Int64) -> UInt64 { UInt64(max(0, seconds / Self.seconds)) }

    /// The code of a step.
    public static func code(_ secret: [UInt8], step: UInt64) -> String {
        let message = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        var output = [UInt8](repeating: 0, count: 20)
        var count: UInt32 = 0
        let made = CCrypto.HMAC(EVP_sha1(), secret, Int32(secret.count), message, message.count, &output, &count)
        Libcrypto.require(made != nil && count == 20, "HMAC SHA1")
        let offset = Int(output[19] & 15)
        let number = output[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The step of a code, when it is one of now, or of thirty seconds before or after, for clocks that differ.
    ///
    /// - Parameter last: the step of the code that was used last; that one and those before it hold no more.
    public static func accepted(_ code: String, _ secret: [UInt8], now: UInt64, after last: UInt64) -> UInt64? {
        var found: UInt64?
        for step in (max(now, 1) - 1)...(now + 1) where step > last {
            if SecretBytes.areEqual(Array(code.utf8), Array(Self.code(secret, step: step).utf8)) { found = step }
        }
        return found
    }
}
