import CCrypto

/// Opens what `Sealer` sealed, through a context that is made once; one for each thread.
public struct Opener: ~Copyable, @unchecked Sendable {
    // Unchecked: there is one holder, and each use is `mutating`, so no two threads are in the context at once.
    private let context: OpaquePointer

    /// Makes a context: about a microsecond, so keep it.
    public init() {
        let cipher = Libcrypto.require(EVP_CIPHER_fetch(nil, "AES-256-GCM", nil), "EVP_CIPHER_fetch AES-256-GCM")
        // The context takes its own reference to the cipher.
        defer { EVP_CIPHER_free(cipher) }
        context = Libcrypto.require(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")
        Libcrypto.require(EVP_DecryptInit_ex2(context, cipher, nil, nil, nil) == 1, "EVP_DecryptInit_ex2")
    }

    // Freeing zeroes the key schedule.
    deinit { EVP_CIPHER_CTX_free(context) }

    /// Opens a ciphertext with its tag.
    ///
    /// - Parameters:
    ///   - sealed: ciphertext and tag.
    ///   - key: 32 bytes.
    ///   - nonce: 12 bytes.
    ///   - associatedData: the same bytes as when sealing.
    ///   - output: exactly 16 bytes fewer than `sealed`; zeroed when opening fails, so that nothing unproven is used.
    /// - Throws: `notAuthentic` when any of these is not what was sealed; `sealedTooShort` below 16 bytes.
    public mutating func open(
        _ sealed: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer,
        nonce: UnsafeRawBufferPointer,
        associatedData: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(SealingError) {
        guard sealed.count >= Seal.tagCount else {
            throw SealingError(.sealedTooShort, "\(sealed.count) bytes are fewer than a tag has")
        }
        let count = sealed.count - Seal.tagCount
        precondition(key.count == Seal.keyCount && nonce.count == Seal.nonceCount, "key of 32 bytes, nonce of 12")
        precondition(output.count == count, "output is the ciphertext's length without the tag")
        Libcrypto.require(
            EVP_DecryptInit_ex2(context, nil, key.unsignedChars, nonce.unsignedChars, nil) == 1,
            "EVP_DecryptInit_ex2"
        )
        // The prototype is not const, but setting the tag only reads it.
        let tag = UnsafeMutableRawPointer(mutating: sealed.baseAddress?.advanced(by: count))
        Libcrypto.require(
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Seal.tagCount), tag) == 1,
            "GCM tag"
        )
        let start = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        update(nil, associatedData)
        update(start, UnsafeRawBufferPointer(rebasing: sealed[..<count]))
        var rest: Int32 = 0
        var nothing: UInt8 = 0
        guard EVP_DecryptFinal_ex(context, &nothing, &rest) == 1 else {
            output.zeroForGood()
            throw SealingError(.notAuthentic, "the bytes are not what was sealed under this key in this place")
        }
    }

    /// Opens a ciphertext with its tag.
    ///
    /// - Throws: `notAuthentic` when anything is not what was sealed; `sealedTooShort` below 16 bytes.
    public mutating func open(
        _ sealed: [UInt8],
        key: SymmetricKey,
        nonce: [UInt8],
        associatedData: [UInt8] = []
    ) throws -> [UInt8] {
        var plaintext = [UInt8](repeating: 0, count: max(0, sealed.count - Seal.tagCount))
        try plaintext.withUnsafeMutableBytes { output in
            try sealed.withUnsafeBytes { sealed in
                try nonce.withUnsafeBytes { nonce in
                    try associatedData.withUnsafeBytes { associatedData in
                        try key.withUnsafeBytes { key in
                            try open(sealed, key: key, nonce: nonce, associatedData: associatedData, into: output)
                        }
                    }
                }
            }
        }
        return plaintext
    }

    @inline(__always)
    private func update(_ output: UnsafeMutablePointer<UInt8>?, _ input: UnsafeRawBufferPointer) {
        // A call with no input would tell libcrypto that the message ends here.
        guard !input.isEmpty else { return }
        var count: Int32 = 0
        Libcrypto.require(
            EVP_DecryptUpdate(context, output, &count, input.unsignedChars, Int32(input.count)) == 1,
            "EVP_DecryptUpdate"
        )
    }
}
