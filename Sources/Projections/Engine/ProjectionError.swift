/// What projections refuse, and why.
///
/// Equality is on the code alone. Messages name tables and positions, never a key or value.
public struct ProjectionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        public let rawValue: String
        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// An event of a type that this program does not know: a newer one wrote it.
        public static let unknownType = Code(rawValue: "unknownType")
        /// An event whose payload has a later schema than this program knows.
        public static let newerSchema = Code(rawValue: "newerSchema")
        /// A payload that is not what its type says.
        public static let malformedEvent = Code(rawValue: "malformedEvent")
        /// A row that is not what its table says.
        public static let malformedRow = Code(rawValue: "malformedRow")
        /// A newer program filled state: an older one would put it back.
        public static let newerState = Code(rawValue: "newerState")
        /// Events that do not follow on what has been applied.
        public static let outOfOrder = Code(rawValue: "outOfOrder")
        /// The state folder cannot be read or written.
        public static let folder = Code(rawValue: "folder")
        /// Rows of another version than this program makes: they wait for a rebuild.
        public static let outdated = Code(rawValue: "outdated")
        /// The log tells that an event was parked which is applied here: state is to be made again.
        static let parkedElsewhere = Code(rawValue: "parkedElsewhere")
        /// What a killed build has put aside is not there any more.
        static let runsLost = Code(rawValue: "runsLost")
        /// There is no room on the disk for another generation.
        public static let noRoom = Code(rawValue: "noRoom")
        /// There is no projection of that name.
        public static let projectionUnknown = Code(rawValue: "projectionUnknown")
        /// What was rebuilt would not agree with what is kept.
        public static let rebuildAll = Code(rawValue: "rebuildAll")
        /// A rebuild is running already.
        public static let rebuilding = Code(rawValue: "rebuilding")
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
