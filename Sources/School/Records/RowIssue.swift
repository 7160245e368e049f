/// Why a row, a value or a whole file was not taken in, in words that a school office can act on.
///
/// The reason never holds the value itself: values are personal data, reasons go to logs and JSON.
public struct RowIssue: Sendable, Hashable {
    /// What the issue stopped.
    public enum Effect: String, Sendable, Hashable {
        /// The row waits, the rest goes on.
        case parked
        /// Told once; the row or value went in.
        case noted
    }

    /// The file's name, without its folder.
    public var file: String
    /// The line, 1 for the header, 0 for the file as a whole.
    public var line: Int
    /// The column or field; empty for the row as a whole.
    public var field: String
    /// The rule that was broken and what to do.
    public var reason: String
    /// Whether the row was held back.
    public var effect: Effect
    /// The kind of entity the row was about, when known.
    public var kind: EntityKind?
    /// The key of the thing the row was about, when it could be read: a parked row is no removal of the thing.
    ///
    /// It identifies a person, so it is never printed or logged.
    public var key: String?

    /// Makes an issue.
    public init(
        file: String,
        line: Int,
        field: String,
        reason: String,
        effect: Effect,
        kind: EntityKind? = nil,
        key: String? = nil
    ) {
        self.file = file
        self.line = line
        self.field = field
        self.reason = reason
        self.effect = effect
        self.kind = kind
        self.key = key
    }
}
