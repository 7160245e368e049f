import Foundation
import Sealing

/// A witness's key, with its name, as C2SP writes it: NAME+ID+KEY, for cosignatures.
public struct WitnessKey: Sendable, Equatable {
    /// The algorithm's byte in ids: a timestamped Ed25519 cosignature.
    private static let cosignature: UInt8 = 4

    /// The witness's name.
    public var name: String
    /// The key.
    public var key: VerifyingKey
    /// The key as people keep it.
    public var written: String

    /// Four bytes of SHA-256 over name, line break, algorithm and key.
    public var id: [UInt8] {
        var hash = SHA256()
        return Array(hash.digest(of: Array(name.utf8) + [0x0A, Self.cosignature] + key.bytes).bytes[..<4])
    }

    /// Reads a key.
    ///
    /// - Throws: `malformed`.
    public init(reading written: String) throws(AuditError) {
        let words = written.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, let bytes = Base64.bytes(words[2]), bytes.count == 33,
            bytes[0] == Self.cosignature, let key = try? VerifyingKey(bytes: Array(bytes[1...]))
        else {
            throw AuditError(
                .malformed,
                "this is no key of a witness: it is NAME+ID+KEY, for cosignatures; copy it whole from the witness's owner"
            )
        }
        name = String(words[0])
        self.key = key
        self.written = written
        let hex = id.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        guard hex == words[1] else {
            throw AuditError(.malformed, "the key's id is not that of its name and key: it was not copied whole")
        }
    }
}

/// A witness's signature over a checkpoint, with the time at which it was made: C2SP tlog-cosignature, version 1.
public struct Cosignature: Sendable, Equatable {
    /// When, in seconds since 1970, by the witness's clock.
    public var time: UInt64
    /// Ed25519, 64 bytes.
    public var signature: [UInt8]

    /// Reads the lines of a witness's answer, and checks the one that is by its key.
    ///
    /// - Parameters:
    ///   - answer: signature lines, as in a signed note.
    ///   - key: the witness's.
    ///   - checkpoint: what was to be signed.
    /// - Throws: `malformed`, or `signature` when no line is a good signature by this key.
    public init(reading answer: String, by key: WitnessKey, of checkpoint: SignedNote) throws(AuditError) {
        let lines = try SignedNote(reading: checkpoint.text + "\n" + answer)
        for line in lines.signatures where line.name == key.name && line.keyID == key.id && line.bytes.count == 72 {
            let time = line.bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let text = "cosignature/v1\ntime \(time)\n" + checkpoint.text
            let signature = Array(line.bytes[8...])
            guard key.key.isValid(signature, of: Array(text.utf8)) else { break }
            self.time = time
            self.signature = signature
            return
        }
        throw AuditError(
            .signature,
            "the witness answered with no good signature of the key that it is known by: compare the key with what its "
                + "owner says"
        )
    }
}
