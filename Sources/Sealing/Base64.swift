import CCrypto

/// Base64 of RFC 4648 section 4, with padding and without line breaks.
public enum Base64 {
    /// Writes bytes as Base64.
    public static func text(_ bytes: [UInt8]) -> String {
        var output = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = EVP_EncodeBlock(&output, bytes, Int32(bytes.count))
        return String(decoding: output[..<Int(count)], as: UTF8.self)
    }

    /// Reads what `text` writes; nil for anything else, other spellings of the same bytes included.
    public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let input = Array(text.utf8)
        guard input.count % 4 == 0 else { return nil }
        var output = [UInt8](repeating: 0, count: input.count / 4 * 3)
        guard EVP_DecodeBlock(&output, input, Int32(input.count)) == output.count else { return nil }
        output.removeLast(input.suffix(2).count { $0 == UInt8(ascii: "=") })
        return self.text(output) == String(text) ? output : nil
    }
}
