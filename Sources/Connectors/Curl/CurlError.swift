/// What a transfer over the wire could not do, and what to do about it.
///
/// The message names no file's content, no token and no key.
public struct CurlError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        public let rawValue: String
        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The library could not be set up.
        public static let setup = Self(rawValue: "setup")
        /// The other side could not be reached, or broke off.
        public static let unreachable = Self(rawValue: "unreachable")
        /// The other side is not who it should be: its key or certificate is not known.
        public static let stranger = Self(rawValue: "stranger")
        /// The other side does not let us in.
        public static let loginRefused = Self(rawValue: "loginRefused")
        /// The other side refused the file or the command.
        public static let refused = Self(rawValue: "refused")
        /// A local file could not be read.
        public static let fileUnreadable = Self(rawValue: "fileUnreadable")
    }

    /// Which.
    public var code: Code
    /// What happened and what to do.
    public var message: String
    /// What caused it.
    public var cause: (any Error)?
    /// Where it was raised.
    public var location: String

    init(_ code: Code, _ message: String, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        location = "\(file):\(line)"
    }

    /// The message.
    public var description: String { message }

    /// Equal when the codes are.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
