/// What the log refuses or could not do, and what to do about it.
///
/// Equality is on the code alone. Messages name files, offsets and positions, never personal data.
public struct EventLogError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes: a later version may add some.
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

extension EventLogError.Code {
    /// A batch breaks a limit or a rule of form; nothing was written.
    public static let batchRefused = Self(rawValue: "batchRefused")
    /// A condition on a stream did not hold; nothing was written.
    public static let versionConflict = Self(rawValue: "versionConflict")
    /// The command id was used before with other content; nothing was written.
    public static let commandReused = Self(rawValue: "commandReused")
    /// Keys changed since the batch was sealed: decide again.
    public static let keysChanged = Self(rawValue: "keysChanged")
    /// It is not known whether the batch is durable: repeat it with the same command id.
    public static let outcomeUnknown = Self(rawValue: "outcomeUnknown")
    /// The log takes no appends any more.
    public static let readOnly = Self(rawValue: "readOnly")
    /// The log has been closed.
    public static let closed = Self(rawValue: "closed")
    /// The clock stepped too far against the last event.
    public static let clockStepped = Self(rawValue: "clockStepped")
    /// A stored record is not what was written.
    public static let recordDamaged = Self(rawValue: "recordDamaged")
    /// A WAL segment is damaged, not torn.
    public static let walDamaged = Self(rawValue: "walDamaged")
    /// A block of packed records is damaged.
    public static let blockDamaged = Self(rawValue: "blockDamaged")
    /// A newer syncd wrote this.
    public static let newerFormat = Self(rawValue: "newerFormat")
    /// The folder is not a store.
    public static let notAStore = Self(rawValue: "notAStore")
    /// The log's file is gone.
    public static let logMissing = Self(rawValue: "logMissing")
    /// There is a store already.
    public static let storeExists = Self(rawValue: "storeExists")
    /// Another process owns the store.
    public static let owned = Self(rawValue: "owned")
    /// The disk is full.
    public static let diskFull = Self(rawValue: "diskFull")
    /// A file operation failed.
    public static let fileFailed = Self(rawValue: "fileFailed")
    /// A read asked for a position that is not there.
    public static let outOfRange = Self(rawValue: "outOfRange")
    /// The trees do not belong to the log, or a leaf has not the place that it claims.
    public static let treeDamaged = Self(rawValue: "treeDamaged")
}
