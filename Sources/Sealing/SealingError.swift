/// What sealing refuses, and why.
///
/// Equality is on the code alone. Messages never hold personal data or key bytes.
public struct SealingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        public let rawValue: String
        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The tag does not fit: another key, nonce or associated data, or changed bytes.
        public static let notAuthentic = Self(rawValue: "notAuthentic")
        /// Fewer bytes than a tag has.
        public static let sealedTooShort = Self(rawValue: "sealedTooShort")
        /// A key that is not of 32 bytes.
        public static let keyLength = Self(rawValue: "keyLength")
        /// A password could not be hashed.
        public static let passwordNotHashed = Self(rawValue: "passwordNotHashed")
    }

    /// Which rule.
    public var code: Code
    /// What happened and what to do.
    public var message: String
    /// What caused it.
    public var cause: (any Error)?
    /// Where it was raised.
    public var location: String

    /// Makes an error.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        self.cause = cause
        location = "\(file):\(line)"
    }

    /// The message.
    public var description: String { message }

    /// Equal when the codes are.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
