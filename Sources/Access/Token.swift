import Identifiers
import Sealing

/// A random secret that is shown once: of a session, an invitation or a machine.
public struct Token: Sendable, Equatable {
    /// As it is written: 64 hexadecimal digits.
    public let text: String

    private static let bytes = 32

    /// Draws a token of 256 bits.
    public init(drawnFrom randomness: some RandomBytes) {
        text = Self.hex(randomness.bytes(Self.bytes))
    }

    /// Reads a token; nil for what cannot be one.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 2 * Self.bytes, text.allSatisfy({ $0.isHexDigit && $0.isASCII }) else { return nil }
        self.text = text.lowercased()
    }

    /// What is kept of it: the SHA-256 of its text, from which it cannot be guessed.
    public var hash: [UInt8] {
        var hash = SHA256()
        return hash.digest(of: Array(text.utf8)).bytes
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { text, byte in
            text += byte < 16 ? "0" : ""
            text += String(byte, radix: 16)
        }
    }
}
