/// Why an import as a whole was refused: nothing of it was applied.
///
/// Equality is on the code alone; messages never hold personal data.
public struct ImportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        public let rawValue: String
        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A base in the files is not registered.
        public static let unknownBase = Self(rawValue: "unknownBase")
        /// The files look like another school's.
        public static let mixUp = Self(rawValue: "mixUp")
        /// The files changed while they were read.
        public static let filesChanged = Self(rawValue: "filesChanged")
        /// A second set of files of disjoint schools needs a source of its own.
        public static let sourceNeeded = Self(rawValue: "sourceNeeded")
        /// Others kept changing what an undo wanted to change back.
        public static let undoDisturbed = Self(rawValue: "undoDisturbed")
        /// The source is known with another format.
        public static let sourceFormat = Self(rawValue: "sourceFormat")
        /// The disk has no room for what a run has to remember.
        public static let scratch = Self(rawValue: "scratch")
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
