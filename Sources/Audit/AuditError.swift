/// What auditing refuses, and what to do about it.
///
/// Equality is on the code alone. Messages name positions and files, never personal data.
public struct AuditError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes: a later version may add some.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        public let rawValue: String
        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Bytes are no checkpoint, or no signed note.
        public static let malformed = Self(rawValue: "malformed")
        /// A checkpoint's signature is not that of this store's key.
        public static let signature = Self(rawValue: "signature")
        /// A checkpoint is of another log, or of a base that is not here.
        public static let anotherLog = Self(rawValue: "anotherLog")
        /// The log does not continue what a checkpoint says: it has been changed, or went back.
        public static let inconsistent = Self(rawValue: "inconsistent")
        /// The key that signs cannot be opened.
        public static let keyLost = Self(rawValue: "keyLost")
        /// There is no such position, or no events to sign.
        public static let nothingThere = Self(rawValue: "nothingThere")
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
