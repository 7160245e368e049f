import CCrypto

/// Lengths of AES-256-GCM as this project uses it.
public enum Seal {
    /// Length of a key in bytes.
    public static let keyCount = SymmetricKey.byteCount
    /// Length of a nonce in bytes.
    public static let nonceCount = 12
    /// Length of the tag that sealing appends, in bytes.
    public static let tagCount = 16
}

/// Seals with AES-256-GCM through a context that is made once; one for each thread.
///
/// Only key and nonce are set per call. There is no context for each person: over many people the cache misses cost more
/// than doing the key's schedule again.
public struct Sealer: ~Copyable, @unchecked Sendable {
    // Unchecked: there is one holder, and each use is `mutating`, so no two threads are in the context at once.
    private let context: OpaquePointer

    /// Makes a context: about a microsecond, so keep it.
    public init() {
        let cipher = Libcrypto.require(EVP_CIPHER_fetch(nil, "AES-256-GCM", nil), "EVP_CIPHER_fetch AES-256-GCM")
        // The context takes its own reference to the cipher.
        defer { EVP_CIPHER_free(cipher) }
        context = Libcrypto.require(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")
        Libcrypto.require(EVP_EncryptInit_ex2(context, cipher, nil, nil, nil) == 1, "EVP_EncryptInit_ex2")
    }

    // Freeing zeroes the key schedule.
    deinit { EVP_CIPHER_CTX_free(context) }

    /// Seals a plaintext; the tag follows the ciphertext.
    ///
    /// - Parameters:
    ///   - plaintext: below 2 GiB; may be empty.
    ///   - key: 32 bytes.
    ///   - nonce: 12 bytes, never used before with this key.
    ///   - associatedData: what is bound to the ciphertext without being in it, in one piece: a second piece costs 30 ns,
    ///     copying a hundred bytes together three.
    ///   - output: exactly 16 bytes more than the plaintext; must not overlap it unless both begin at the same byte.
    public mutating func seal(
        _ plaintext: UnsafeRawBufferPointer,
        key: UnsafeRawBufferPointer,
        nonce: UnsafeRawBufferPointer,
        associatedData: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) {
        precondition(key.count == Seal.keyCount && nonce.count == Seal.nonceCount, "key of 32 bytes, nonce of 12")
        precondition(output.count == plaintext.count + Seal.tagCount, "output is the plaintext's length and the tag's")
        Libcrypto.require(
            EVP_EncryptInit_ex2(context, nil, key.unsignedChars, nonce.unsignedChars, nil) == 1,
            "EVP_EncryptInit_ex2"
        )
        let start = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        update(nil, associatedData)
        update(start, plaintext)
        var count: Int32 = 0
        let tag = start?.advanced(by: plaintext.count)
        Libcrypto.require(EVP_EncryptFinal_ex(context, tag, &count) == 1, "EVP_EncryptFinal_ex")
        Libcrypto.require(
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Seal.tagCount), tag) == 1,
            "GCM tag"
        )
    }

    /// Seals a plaintext; the tag follows the ciphertext.
    public mutating func seal(
        _ plaintext: [UInt8],
        key: SymmetricKey,
        nonce: [UInt8],
        associatedData: [UInt8] = []
    ) -> [UInt8] {
        let count = plaintext.count + Seal.tagCount
        return [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            plaintext.withUnsafeBytes { plaintext in
                nonce.withUnsafeBytes { nonce in
                    associatedData.withUnsafeBytes { associatedData in
                        key.withUnsafeBytes { key in
                            seal(
                                plaintext,
                                key: key,
                                nonce: nonce,
                                associatedData: associatedData,
                                into: UnsafeMutableRawBufferPointer(
                                    rebasing: UnsafeMutableRawBufferPointer(output)[..<count]
                                )
                            )
                        }
                    }
                }
            }
            initialized = count
        }
    }

    @inline(__always)
    private func update(_ output: UnsafeMutablePointer<UInt8>?, _ input: UnsafeRawBufferPointer) {
        // A call with no input would tell libcrypto that the message ends here.
        guard !input.isEmpty else { return }
        var count: Int32 = 0
        Libcrypto.require(
            EVP_EncryptUpdate(context, output, &count, input.unsignedChars, Int32(input.count)) == 1,
            "EVP_EncryptUpdate"
        )
    }
}
