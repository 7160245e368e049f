import School

/// Why a file, or the set that it belongs to, is refused as a whole; nothing of the set may be used.
///
/// It names the file, the line and the field, and what to do; never a value, since values are personal data.
/// Equality is on the code alone.
public struct SourceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// An open set of codes.
    public struct Code: Hashable, Sendable, RawRepresentable {
        /// The code's name.
        public let rawValue: String
        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// Which rule.
    public var code: Code
    /// The file's name, without its folder; the folder's name when it is about the set.
    public var file: String
    /// The line, 1 for the header, 0 for the file as a whole.
    public var line: Int
    /// The column; empty when it is about the row or file.
    public var field: String
    /// What is wrong and what to do.
    public var reason: String
    /// Each breach by itself, where there can be many; the reason is then their sum.
    public var issues: [RowIssue] = []
    /// How many more breaches there were.
    public var issuesOmitted = 0
    /// What caused it.
    public var cause: (any Error)?
    /// Where it was raised.
    public var location: String

    /// Makes an error.
    public init(
        _ code: Code,
        file: String,
        line: Int = 0,
        field: String = "",
        _ reason: String,
        cause: (any Error)? = nil,
        source: String = #fileID,
        sourceLine: Int = #line
    ) {
        self.code = code
        self.file = file
        self.line = line
        self.field = field
        self.reason = reason
        self.cause = cause
        location = "\(source):\(sourceLine)"
    }

    /// File, line, field and reason in one line.
    public var description: String {
        var place = file
        if line > 0 { place += ", line \(line)" }
        if !field.isEmpty { place += ", \(field)" }
        return "\(place): \(reason)"
    }

    /// The same as an issue, for lists and JSON.
    public var issue: RowIssue {
        RowIssue(file: file, line: line, field: field, reason: reason, effect: .parked)
    }

    /// Equal when the codes are.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension SourceError.Code {
    /// A file or folder is not there, or is of the wrong sort.
    public static let missing = Self(rawValue: "missing")
    /// The system did not let us read.
    public static let unreadable = Self(rawValue: "unreadable")
    /// The file changed between two readings, or during one.
    public static let changed = Self(rawValue: "changed")
    /// Not UTF-8.
    public static let encoding = Self(rawValue: "encoding")
    /// Not RFC 4180.
    public static let malformed = Self(rawValue: "malformed")
    /// A field, row or header is larger than any honest one.
    public static let tooLarge = Self(rawValue: "tooLarge")
    /// Headers are missing, doubled or not of the format.
    public static let header = Self(rawValue: "header")
    /// The files are of no format or version that is read, or of two.
    public static let format = Self(rawValue: "format")
    /// Dates were met whose order nobody told.
    public static let dateOrder = Self(rawValue: "dateOrder")
    /// The manifest and the files disagree.
    public static let manifest = Self(rawValue: "manifest")
}
