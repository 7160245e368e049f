import CArgon2
import Synchronization

/// A password's hash, Argon2id with 19 MiB, two passes and one lane, in the encoding that libargon2 writes, salt included.
public struct PasswordHash: Sendable, Hashable {
    /// The encoding: parameters, salt and hash.
    public let encoded: String

    private static let kibibytes: UInt32 = 19 * 1024
    private static let passes: UInt32 = 2
    private static let saltBytes = 16
    private static let hashBytes = 32

    /// One hash at a time: what guesses cost must not take the machine's memory from everybody else.
    private static let turn = Mutex(())

    /// Takes a hash that was made before.
    public init(encoded: String) { self.encoded = encoded }

    /// Hashes a password with a fresh salt.
    ///
    /// - Throws: `SealingError` with code `passwordNotHashed` when there is no memory for it.
    public init(of password: [UInt8], salt randomness: some RandomBytes) throws {
        let salt = randomness.bytes(Self.saltBytes)
        var text = [CChar](repeating: 0, count: 256)
        let result = Self.turn.withLock { _ in
            argon2id_hash_encoded(
                Self.passes,
                Self.kibibytes,
                1,
                password,
                password.count,
                salt,
                salt.count,
                Self.hashBytes,
                &text,
                text.count
            )
        }
        guard result == ARGON2_OK.rawValue else {
            throw SealingError(.passwordNotHashed, "there is no memory to hash a password: try again later")
        }
        encoded = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether a password is the one that was hashed; takes the same time whichever byte differs.
    public func matches(_ password: [UInt8]) -> Bool {
        Self.turn.withLock { _ in argon2id_verify(encoded, password, password.count) } == ARGON2_OK.rawValue
    }

    /// A hash that nobody knows a password of: a name that nobody has costs a guesser as much as one that somebody has.
    public static let ofNobody = PasswordHash(
        encoded: "$argon2id$v=19$m=19456,t=2,p=1$c3luY2Qgb2Ygbm9ib2R5IQ$"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    )
}
