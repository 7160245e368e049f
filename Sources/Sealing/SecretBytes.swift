import CCrypto

/// Secrets as bytes and as text.
public enum SecretBytes {
    /// Whether two secrets are the same, in a time that does not tell where they differ.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
    }

    /// Bytes in Base32 of RFC 4648 without padding, as authenticator apps take a secret.
    public static func base32(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var text = ""
        var held: UInt32 = 0
        var bits = 0
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(letters[Int(held >> UInt32(bits)) & 31])
            }
        }
        if bits > 0 { text.append(letters[Int(held << UInt32(5 - bits)) & 31]) }
        return text
    }
}
