/// Why the bench could not measure.
///
/// Equality is on the code alone.
struct BenchError: Error, Equatable, CustomStringConvertible {
    /// An open set of codes.
    struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        let rawValue: String

        /// The command line was not understood.
        static let usage = Self(rawValue: "usage")
        /// The operating system refused a call.
        static let system = Self(rawValue: "system")
        /// A peer refused a call.
        static let peer = Self(rawValue: "peer")
        /// What was read is not what was written.
        static let wrongAnswer = Self(rawValue: "wrongAnswer")
    }

    /// What went wrong.
    var code: Code
    /// What happened and what to do.
    var message: String
    /// What caused it.
    var cause: (any Error)?
    /// Where it was raised.
    var location: String

    /// Makes an error.
    init(_ code: Code, _ message: String, cause: (any Error)? = nil, file: String = #fileID, line: Int = #line) {
        self.code = code
        self.message = message
        self.cause = cause
        location = "\(file):\(line)"
    }

    /// The message.
    var description: String { message }

    /// Equal when the codes are.
    static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
