import CCrypto

/// SHA-256 over a context that is made once and used again and again; one for each thread.
///
/// Bytes go in through `update`; `finish` gives the digest and makes ready for the next message.
public struct SHA256: ~Copyable, @unchecked Sendable {
    // Unchecked: there is one holder, and each use is `mutating`, so no two threads are in the context at once.
    private let context: OpaquePointer

    /// Makes a context: about a microsecond, so keep it.
    public init() {
        let algorithm = Libcrypto.require(EVP_MD_fetch(nil, "SHA256", nil), "EVP_MD_fetch SHA256")
        // The context takes its own reference to the algorithm.
        defer { EVP_MD_free(algorithm) }
        context = Libcrypto.require(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        Libcrypto.require(EVP_DigestInit_ex2(context, algorithm, nil) == 1, "EVP_DigestInit_ex2")
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        Libcrypto.require(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "EVP_DigestUpdate")
    }

    /// Writes the message's digest to 32 bytes of memory, and begins the next message.
    mutating func finish(into output: UnsafeMutableRawPointer) {
        let bytes = output.assumingMemoryBound(to: UInt8.self)
        Libcrypto.require(EVP_DigestFinal_ex(context, bytes, nil) == 1, "EVP_DigestFinal_ex")
        Libcrypto.require(EVP_DigestInit_ex2(context, nil, nil) == 1, "EVP_DigestInit_ex2")
    }

    /// Gives the digest of all bytes since the last one, and begins the next message.
    public mutating func finish() -> Digest {
        var digest = Digest()
        finish(into: &digest)
        return digest
    }

    /// Gives the digest of one message.
    public mutating func digest(of message: UnsafeRawBufferPointer) -> Digest {
        update(message)
        return finish()
    }

    /// Gives the digest of one message.
    public mutating func digest(of message: [UInt8]) -> Digest {
        message.withUnsafeBytes { digest(of: $0) }
    }
}
