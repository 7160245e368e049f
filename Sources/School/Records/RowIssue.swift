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
    /// The kinds of entity that the row may be about; several where the row alone does not tell, none for a row about
    /// nothing that is kept.
    public var kinds: Set<EntityKind>
    /// The data groups that the row tells; none for all of the entity.
    ///
    /// A parked row leaves them as they were known: it neither clears them nor takes the entity away.
    public var groups: Set<DataGroup>
    /// The key of the thing the row was about, when it could be read: a parked row is no removal of the thing.
    ///
    /// It identifies a person, so it is never printed or logged.
    public var key: String?
    /// The key of the base that the row named, when it could be read.
    public var base: String?
    /// The rule that was broken.
    public var rule: IssueRule
    /// What the file has instead; personal data, which only the sealed part of a data issue holds.
    public var value: String?
    /// What the row tells, when it comes in by itself once what keeps it out is corrected; personal data like the value.
    public var content: GroupContent?
    /// The person whose row it is, when the row says so and is not the person's own.
    public var person: SourceRecord.Reference?

    /// Makes an issue.
    public init(
        file: String,
        line: Int,
        field: String,
        reason: String,
        effect: Effect,
        kinds: Set<EntityKind> = [],
        groups: Set<DataGroup> = [],
        key: String? = nil,
        base: String? = nil,
        rule: IssueRule = .formatRule,
        value: String? = nil,
        person: SourceRecord.Reference? = nil
    ) {
        self.file = file
        self.line = line
        self.field = field
        self.reason = reason
        self.effect = effect
        self.kinds = kinds
        self.groups = groups
        self.key = key
        self.base = base
        self.rule = rule
        self.value = value
        self.person = person
    }

    /// True for what stays a data issue until it is mended.
    ///
    /// A row that waits, a value that is wrong, an area that could not be read; the others are told once.
    public var isDataIssue: Bool { effect == .parked || value != nil || rule == .areaDenied }
}
