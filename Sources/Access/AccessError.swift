/// What is refused to whoever asks, and why; nothing tells whether an account exists.
///
/// Equality is on the code alone. Messages never hold personal data or secrets.
public struct AccessError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        public let rawValue: String
        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Nobody is logged in, or the session has ended.
        public static let notLoggedIn = Self(rawValue: "notLoggedIn")
        /// Name, password or code are wrong.
        public static let loginRefused = Self(rawValue: "loginRefused")
        /// Too many attempts: one has to wait.
        public static let tooManyAttempts = Self(rawValue: "tooManyAttempts")
        /// The role does not allow it.
        public static let accessRefused = Self(rawValue: "accessRefused")
        /// There is no such account.
        public static let userUnknown = Self(rawValue: "userUnknown")
        /// What decides about access could not be read: nobody gets in.
        public static let accountsUnreadable = Self(rawValue: "accountsUnreadable")
    }

    /// Which refusal.
    public var code: Code
    /// What is wrong and what to do.
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
