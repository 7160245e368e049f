import Foundation
import Sealing

/// A text and signatures under it, as C2SP signed-note has it: what checkpoints travel as.
///
/// ```
/// text, each line ended
///
/// — NAME BASE64(4 bytes of the key's id, 64 bytes of signature)
/// ```
public struct SignedNote: Sendable, Equatable {
    /// A signature line.
    public struct Signature: Sendable, Equatable {
        /// The key's name.
        public var name: String
        /// The first four bytes of the key's id.
        public var keyID: [UInt8]
        /// The signature's own bytes.
        public var bytes: [UInt8]
    }

    /// The text, its last line break included.
    public var text: String
    /// The signatures, in order.
    public var signatures: [Signature]

    /// Signatures that are read at most.
    private static let signaturesMax = 16
    /// Bytes of a note at most.
    private static let bytesMax = 64 << 10

    /// Signs a text.
    ///
    /// - Parameter text: lines, each ended with a line break.
    public init(signing text: String, with keys: [NamedSigningKey]) {
        self.text = text
        signatures = keys.map { key in
            Signature(
                name: key.verifier.name,
                keyID: key.verifier.id,
                bytes: key.key.signature(of: Array(text.utf8))
            )
        }
    }

    /// Reads a note; its signatures are not checked yet.
    ///
    /// - Throws: `malformed`.
    public init(reading written: String) throws(AuditError) {
        func malformed(_ why: String) -> AuditError { AuditError(.malformed, "this is no signed checkpoint: \(why)") }
        guard written.utf8.count <= Self.bytesMax else { throw malformed("it is too long") }
        guard written.unicodeScalars.allSatisfy({ $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw malformed("it has control characters")
        }
        guard let gap = written.range(of: "\n\n", options: .backwards) else { throw malformed("it has no signatures") }
        text = String(written[..<gap.lowerBound]) + "\n"
        let tail = written[gap.upperBound...]
        guard tail.hasSuffix("\n") else { throw malformed("it is cut short") }
        signatures = []
        for line in tail.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, words[0] == "\u{2014}", !words[1].isEmpty, !words[1].contains("+"),
                let bytes = Base64.bytes(words[2]), bytes.count > 4
            else { throw malformed("a signature line is damaged") }
            signatures.append(
                Signature(name: String(words[1]), keyID: Array(bytes[..<4]), bytes: Array(bytes[4...]))
            )
        }
        guard signatures.count <= Self.signaturesMax else { throw malformed("it has too many signatures") }
    }

    /// The note as it is written.
    public var written: String {
        signatures.reduce(into: text + "\n") { text, signature in
            text += "\u{2014} \(signature.name) \(Base64.text(signature.keyID + signature.bytes))\n"
        }
    }

    /// True when at least one signature is by a known key, and none of those is wrong; unknown ones count for nothing.
    public func isSigned(by keys: [NoteVerifier]) -> Bool {
        var isSigned = false
        for signature in signatures {
            guard let key = keys.first(where: { $0.name == signature.name && $0.id == signature.keyID }) else {
                continue
            }
            guard key.key.isValid(signature.bytes, of: Array(text.utf8)) else { return false }
            isSigned = true
        }
        return isSigned
    }
}

/// A key that checks notes, with its name.
public struct NoteVerifier: Sendable, Equatable {
    /// The algorithm's byte in ids: Ed25519.
    private static let ed25519: UInt8 = 1

    /// The key's name: no spaces and no plus signs.
    public var name: String
    /// The key.
    public var key: VerifyingKey

    /// Names a key.
    public init(name: String, key: VerifyingKey) {
        self.name = name
        self.key = key
    }

    /// Four bytes of SHA-256 over name, line break, algorithm and key.
    public var id: [UInt8] {
        var hash = SHA256()
        return Array(hash.digest(of: Array(name.utf8) + [0x0A, Self.ed25519] + key.bytes).bytes[..<4])
    }

    /// The key as auditors keep it: name, id and key in one word.
    public var written: String {
        let hex = id.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(name)+\(hex)+\(Base64.text([Self.ed25519] + key.bytes))"
    }
}

/// A key that signs notes, with its name.
public struct NamedSigningKey: Sendable {
    /// The key.
    public var key: SigningKey
    /// What checks its signatures.
    public var verifier: NoteVerifier

    /// Names a key.
    public init(name: String, key: SigningKey) {
        self.key = key
        verifier = NoteVerifier(name: name, key: key.verifying)
    }
}
