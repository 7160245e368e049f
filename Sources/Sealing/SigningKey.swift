import CCrypto

/// An Ed25519 key that signs (RFC 8032): the 32 bytes that everything else follows from.
///
/// A class for the same reason as `SymmetricKey`: its bytes must not be left behind. It prints as its type's name only.
public final class SigningKey: @unchecked Sendable {
    // Unchecked: set before `init` returns and only read from then on; libcrypto makes a context for each signature.
    private let key: OpaquePointer
    /// What others check signatures with.
    public let verifying: VerifyingKey

    /// Makes the key of 32 bytes; zeroing the source is the caller's.
    ///
    /// - Throws: `keyLength` for more or fewer bytes.
    public init(seed: [UInt8]) throws(SealingError) {
        guard seed.count == VerifyingKey.byteCount else {
            throw SealingError(.keyLength, "an Ed25519 key has \(VerifyingKey.byteCount) bytes, not \(seed.count)")
        }
        key = Libcrypto.require(
            EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count),
            "EVP_PKEY_new_raw_private_key"
        )
        var count = VerifyingKey.byteCount
        var bytes = [UInt8](repeating: 0, count: count)
        Libcrypto.require(EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, "EVP_PKEY_get_raw_public_key")
        verifying = try VerifyingKey(bytes: bytes)
    }

    deinit { EVP_PKEY_free(key) }

    /// Signs a message: 64 bytes, the same each time.
    public func signature(of message: [UInt8]) -> [UInt8] {
        let context = Libcrypto.require(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        defer { EVP_MD_CTX_free(context) }
        Libcrypto.require(EVP_DigestSignInit(context, nil, nil, nil, key) == 1, "EVP_DigestSignInit")
        var count = VerifyingKey.signatureByteCount
        var signature = [UInt8](repeating: 0, count: count)
        Libcrypto.require(EVP_DigestSign(context, &signature, &count, message, message.count) == 1, "EVP_DigestSign")
        return signature
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// The type's name, never the bytes.
    public var description: String { "SigningKey" }
    /// A mirror with nothing in it.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// An Ed25519 key that checks signatures.
public struct VerifyingKey: Hashable, Sendable {
    /// Length of a key in bytes.
    public static let byteCount = 32
    /// Length of a signature in bytes.
    public static let signatureByteCount = 64

    /// The key.
    public let bytes: [UInt8]

    /// Takes exactly 32 bytes.
    ///
    /// - Throws: `keyLength` for more or fewer bytes.
    public init(bytes: [UInt8]) throws(SealingError) {
        guard bytes.count == Self.byteCount else {
            throw SealingError(.keyLength, "an Ed25519 key has \(Self.byteCount) bytes, not \(bytes.count)")
        }
        self.bytes = bytes
    }

    /// True when the signature is this key's, of this message.
    public func isValid(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard signature.count == Self.signatureByteCount,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
        else { return false }
        defer { EVP_PKEY_free(key) }
        let context = Libcrypto.require(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
