/// What a transfer refuses or could not do, and what to do about it.
///
/// Equality is on the code alone. Messages name folders, files and tasks, never a person.
public struct TransferError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        public let rawValue: String
        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// Which failure.
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

    /// The message, and the cause's where there is one.
    public var description: String {
        guard let cause else { return message }
        return "\(message) (\(cause))"
    }

    /// Equal when the codes are.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension TransferError.Code {
    /// The store has no such task, recipient or base.
    public static let unknown = Self(rawValue: "unknown")
    /// The base has no LAESTAB, without which no file can be named (rulings 3).
    public static let laestabMissing = Self(rawValue: "laestabMissing")
    /// The recipient's folder holds a file of this name already (rulings 25).
    public static let nameTaken = Self(rawValue: "nameTaken")
    /// The recipient's server was not reached, or did not take the file.
    public static let deliveryFailed = Self(rawValue: "deliveryFailed")
    /// A file operation failed.
    public static let fileFailed = Self(rawValue: "fileFailed")
    /// The acceptance no longer lets the file out (rulings 8).
    public static let acceptanceWithdrawn = Self(rawValue: "acceptanceWithdrawn")
    /// A field or group was about to be written that the acceptance does not let out.
    public static let notGranted = Self(rawValue: "notGranted")
    /// A run with this number made no file, or there is no such run.
    public static let noSuchRun = Self(rawValue: "noSuchRun")
    /// The store changed each time that the run was about to begin.
    public static let contended = Self(rawValue: "contended")
    /// A text that is no cursor, or a part of one.
    public static let cursorUnreadable = Self(rawValue: "cursorUnreadable")
    /// A cursor that another store gave out.
    public static let cursorOfAnotherLog = Self(rawValue: "cursorOfAnotherLog")
    /// A cursor of a life of the log before it was restored.
    public static let cursorOfAnotherEpoch = Self(rawValue: "cursorOfAnotherEpoch")
    /// A cursor that has seen more than the log holds.
    public static let cursorBeyondEnd = Self(rawValue: "cursorBeyondEnd")
    /// A cursor older than the oldest position that is kept.
    public static let cursorTooOld = Self(rawValue: "cursorTooOld")
    /// A cursor that was given out under another selection.
    public static let cursorOfAnotherSelection = Self(rawValue: "cursorOfAnotherSelection")
    /// The head has not accepted the report under which changes are asked for.
    public static let notAccepted = Self(rawValue: "notAccepted")
}
