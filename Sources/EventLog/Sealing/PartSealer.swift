import Identifiers
import Sealing

/// Seals the parts of events, one after the other; one for each thread, kept from batch to batch.
///
/// Two threads may seal the two halves of a batch, each with its own sealer inside its own `withKeys`: nothing is shared
/// but the keys, which are only read.
public struct PartSealer: ~Copyable {
    private static let noncesDrawn = 1024

    private var sealer = Sealer()
    private var hash = SHA256()
    private var authenticator = HMAC()
    private let associatedData = AssociatedData()
    private let randomness: any RandomBytes
    private let nonces: UnsafeMutableRawBufferPointer
    private var nextNonce = 0
    private var leaves: [Digest] = []

    /// Makes a sealer: a few microseconds.
    ///
    /// - Parameter randomness: where nonces come from; drawn many at a time, since one alone costs more than sealing.
    public init(randomness: any RandomBytes) {
        self.randomness = randomness
        nonces = .allocate(byteCount: Self.noncesDrawn * Seal.nonceCount, alignment: 16)
    }

    deinit { nonces.deallocate() }

    /// The bytes that rows and ciphertexts of these parts take.
    public static func sealedCount(_ parts: [NewPart]) -> Int {
        parts.reduce(0) { $0 + SealedPartRow.byteCount + $1.plaintext.count + Seal.tagCount }
    }

    /// Seals an event's parts: writes their rows in order, then their ciphertexts in order, as a record has them.
    ///
    /// - Parameters:
    ///   - parts: the parts; their keys have been made (`KeyStore.makeKeys`).
    ///   - context: the event that they belong to.
    ///   - keys: the keys; the batch carries their generation.
    ///   - output: exactly `sealedCount` bytes.
    ///   - codes: takes each plaintext's HMAC under its data key, for the batch's fingerprint.
    /// - Returns: the RFC 6962 root over the parts, each hashed with its row; for no parts SHA-256 of nothing.
    /// - Throws: `dataKeyMissing` when a key has not been made.
    public mutating func seal(
        _ parts: [NewPart],
        of context: SealingContext,
        under keys: borrowing KeyView,
        into output: UnsafeMutableRawBufferPointer,
        codes: inout [Digest]
    ) throws(EventLogError) -> Digest {
        guard !parts.isEmpty else { return hash.finish() }
        associatedData.set(context)
        leaves.removeAll(keepingCapacity: true)
        var start = parts.count * SealedPartRow.byteCount
        for index in parts.indices {
            let end = start + parts[index].plaintext.count + Seal.tagCount
            let rowStart = index * SealedPartRow.byteCount
            try seal(
                parts[index],
                under: keys,
                row: UnsafeMutableRawBufferPointer(rebasing: output[rowStart..<rowStart + SealedPartRow.byteCount]),
                sealed: UnsafeMutableRawBufferPointer(rebasing: output[start..<end]),
                codes: &codes
            )
            start = end
        }
        precondition(start == output.count, "output is as long as the sealed parts")
        return leaves.count == 1 ? leaves[0] : leaves.withUnsafeMutableBufferPointer { hash.merkleRoot(consuming: $0) }
    }

    @inline(__always)
    private mutating func seal(
        _ part: borrowing NewPart,
        under keys: borrowing KeyView,
        row: UnsafeMutableRawBufferPointer,
        sealed: UnsafeMutableRawBufferPointer,
        codes: inout [Digest]
    ) throws(EventLogError) {
        guard let slot = keys.find(part.subject, part.dataClass) else {
            throw EventLogError(.dataKeyMissing, "a part's key was not made before it was sealed")
        }
        let key = keys.bytes(slot)
        SealedPartRow(
            keyID: keys.id(slot),
            generation: keys.generation,
            dataClass: part.dataClass,
            sealedLength: sealed.count
        ).write(into: row)
        let nonce = takeNonce()
        UnsafeMutableRawBufferPointer(rebasing: row[SealedPartRow.nonceRange]).copyMemory(from: nonce)
        associatedData.set(row: UnsafeRawBufferPointer(row))
        part.plaintext.withUnsafeBytes { plaintext in
            sealer.seal(plaintext, key: key, nonce: nonce, associatedData: associatedData.bytes, into: sealed)
            codes.append(authenticator.code(of: plaintext, key: key))
        }
        leaves.append(hash.merkleLeaf(UnsafeRawBufferPointer(row), UnsafeRawBufferPointer(sealed)))
    }

    @inline(__always)
    private mutating func takeNonce() -> UnsafeRawBufferPointer {
        if nextNonce == 0 { randomness.fill(nonces) }
        let start = nextNonce * Seal.nonceCount
        nextNonce = (nextNonce + 1) % Self.noncesDrawn
        return UnsafeRawBufferPointer(rebasing: nonces[start..<start + Seal.nonceCount])
    }
}
