/// Why a file cannot be written as asked.
///
/// Equality is on the code alone. Messages name elements and identifiers, never a value: values are personal data.
public struct RenderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        public let rawValue: String
        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// Which rule.
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

extension RenderError.Code {
    /// A character that XML 1.0 has no place for.
    public static let forbiddenCharacter = Self(rawValue: "forbiddenCharacter")
    /// A data group that the format has no element for.
    public static let unsupportedGroup = Self(rawValue: "unsupportedGroup")
    /// A pupil's change and groups do not fit each other.
    public static let contradiction = Self(rawValue: "contradiction")
    /// A link to a contact whose details were not given.
    public static let missingContact = Self(rawValue: "missingContact")
    /// A header fact has the wrong form.
    public static let header = Self(rawValue: "header")
}
