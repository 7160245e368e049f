/// HMAC-SHA-256 (RFC 2104) over a SHA-256 context that is used again and again; one for each thread.
///
/// Its two passes go straight through the hash: with a fresh key each time, as sealing has, libcrypto's own EVP_MAC
/// takes 385 ns for 90 bytes and this 280 (docs/decisions/0002).
public struct HMAC: ~Copyable, @unchecked Sendable {
    // Unchecked: there is one holder, and each use is `mutating`, so no two threads are in the scratch at once.

    /// SHA-256's block in bytes.
    private static let blockCount = 64
    /// What the key's block is combined with, inside and outside, in every byte.
    private static let inner: UInt64 = 0x3636_3636_3636_3636
    private static let outer: UInt64 = 0x5c5c_5c5c_5c5c_5c5c

    private var hash: SHA256
    // Two blocks: the key's, then the inner digest's, so that the outer pass is one piece.
    private let scratch: UnsafeMutableRawBufferPointer

    /// Makes a context: about a microsecond, so keep it.
    public init() {
        hash = SHA256()
        scratch = .allocate(byteCount: 2 * Self.blockCount, alignment: 16)
    }

    deinit {
        scratch.zeroForGood()
        scratch.deallocate()
    }

    /// Gives the code of a message under a key of any length; 32 bytes are usual.
    public mutating func code(of message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> Digest {
        setKeyBlock(key)
        combineKeyBlock(with: Self.inner)
        hash.update(UnsafeRawBufferPointer(rebasing: scratch[..<Self.blockCount]))
        hash.update(message)
        let innerDigest = hash.finish()
        innerDigest.write(into: UnsafeMutableRawBufferPointer(rebasing: scratch[Self.blockCount...]))
        combineKeyBlock(with: Self.inner ^ Self.outer)
        hash.update(UnsafeRawBufferPointer(rebasing: scratch[..<(Self.blockCount + Digest.byteCount)]))
        return hash.finish()
    }

    /// Gives the code of a message under a key.
    public mutating func code(of message: [UInt8], key: SymmetricKey) -> Digest {
        message.withUnsafeBytes { message in key.withUnsafeBytes { code(of: message, key: $0) } }
    }

    private mutating func setKeyBlock(_ key: UnsafeRawBufferPointer) {
        scratch.storeBytes(of: .zero, as: SIMD8<UInt64>.self)
        if key.count <= Self.blockCount {
            scratch.copyMemory(from: key)
        } else {
            hash.digest(of: key).write(into: scratch)
        }
    }

    private func combineKeyBlock(with pattern: UInt64) {
        let block = scratch.load(as: SIMD8<UInt64>.self)
        scratch.storeBytes(of: block ^ SIMD8(repeating: pattern), as: SIMD8<UInt64>.self)
    }
}
