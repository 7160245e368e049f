import Sealing

/// The first half of SHA-256 over a content's canonical bytes: tells whether a data group changed.
///
/// It stands in state alone, which is clear text by design and purged at erasure (rulings 17), never in an event, a
/// leaf, a command id or a ledger (rulings 5). Sixteen bytes: two of a billion different contents agree with a
/// probability below 10^-20, and a hash that could be made to agree would hide a change.
public struct ContentHash: Hashable, Sendable {
    /// Length in bytes.
    public static let byteCount = 16

    /// The first eight bytes.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    /// Makes a hash from its halves, as stored.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Hashes a content.
    ///
    /// - Parameters:
    ///   - content: the data group, whole.
    ///   - hash: a context that is used again and again.
    public init(of content: GroupContent, using hash: inout SHA256) {
        self.init(of: content.canonicalBytes, using: &hash)
    }

    /// Hashes a content that is in its canonical bytes already.
    public init(of canonicalBytes: [UInt8], using hash: inout SHA256) {
        self = canonicalBytes.withUnsafeBytes { ContentHash(of: $0, using: &hash) }
    }

    /// Hashes a content whose canonical bytes are lent.
    public init(of canonicalBytes: UnsafeRawBufferPointer, using hash: inout SHA256) {
        let digest = hash.digest(of: canonicalBytes)
        self = digest.withUnsafeBytes { bytes in
            ContentHash(
                high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }
}
