/// What one row (or one run of rows about one thing) of a source says.
///
/// Connectors make these; the import reconciles them with the source mirror. A record carries whole data groups: a
/// group that is present replaces the group, a group that is absent says nothing.
public struct SourceRecord: Sendable, Hashable {
    /// A pointer to another record of the same source that must exist: in the files or in the mirror.
    public struct Reference: Sendable, Hashable {
        /// The kind pointed at.
        public var kind: EntityKind
        /// The key pointed at.
        public var key: String
        /// The source's name of the column that points, for messages.
        public var field: String

        /// Makes a reference.
        public init(kind: EntityKind, key: String, field: String) {
            self.kind = kind
            self.key = key
            self.field = field
        }
    }

    /// What it is about.
    public var kind: EntityKind
    /// True when it tells groups of a thing that has a row of its own: it neither founds the thing nor moves it.
    public var isPart: Bool
    /// The key inside the source.
    ///
    /// Composite keys are joined with U+001F. The key of a registration is the pupil's: the base beside it tells which.
    public var key: String
    /// The key of the base it belongs to; nil when it follows from a reference (a class membership is at its class's base).
    public var base: String?
    /// The data groups that this row tells, whole.
    public var groups: [GroupContent]
    /// Values that broke their form and were left out of the groups: what is known of them stays.
    public var dropped: [DroppedValue]
    /// What must exist for the row to mean anything.
    ///
    /// The first reference of kind pupil, teacher or class names the owner of a row that has no stream of its own
    /// (class memberships, teaching, marks).
    public var references: [Reference]
    /// Where it stands.
    public var origin: Origin

    /// A file and line.
    public struct Origin: Sendable, Hashable {
        /// The file's name, without its folder.
        public var file: String
        /// The line on which the row begins; the header is line 1.
        public var line: Int

        /// Makes an origin.
        public init(file: String, line: Int) {
            self.file = file
            self.line = line
        }
    }

    /// Makes a record.
    public init(
        kind: EntityKind,
        isPart: Bool = false,
        key: String,
        base: String?,
        groups: [GroupContent],
        dropped: [DroppedValue] = [],
        references: [Reference] = [],
        origin: Origin
    ) {
        self.kind = kind
        self.isPart = isPart
        self.key = key
        self.base = base
        self.groups = groups
        self.dropped = dropped
        self.references = references
        self.origin = origin
    }
}
