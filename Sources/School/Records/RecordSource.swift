/// A set of files (or an API) that can be read from beginning to end, as often as asked, in constant memory.
///
/// The import reads it twice: once to check everything, once to append. Records arrive in dependency order: bases,
/// terms, courses, classes, staff, contacts, pupils, then what points at them.
public protocol RecordSource: Sendable {
    /// The name of the format, as `--format` takes it.
    var format: String { get }
    /// The kinds, and for each the data groups, that the files declare to cover in full. Only inside this coverage can
    /// something missing be told as gone.
    var coverage: Coverage { get }
    /// The day on which the files were made, when they say so: registrations are judged by it.
    var producedOn: CalendarDate? { get }
    /// Where the files stand in their sender's log, when they come from another syncd: it is written down with the run.
    var transfer: ReceivedTransfer? { get }
    /// True when what the MIS deleted is deleted here for good, too: by an order to erase (S1-23). Other systems mean by a
    /// deletion that they have nothing more to say.
    var deletionsErase: Bool { get }
    /// Reads everything once.
    ///
    /// - Parameter receive: takes each item in order; throwing stops the reading and the error is passed on.
    /// - Throws: `SourceError` when a file as a whole is refused; nothing of the set may then be used.
    func read(_ receive: (SourceItem) throws -> Void) throws
    /// Reads everything once, some items at a time; records that need no look may come packed.
    ///
    /// The same items in the same order as from `read`.
    func readBatches(_ receive: (SourceBatch) throws -> Void) throws
    /// True when reading asks nothing of the store: it may go on in a thread of its own then.
    var readsAlone: Bool { get }
}

extension RecordSource {
    /// Most formats do not say when they were made.
    public var producedOn: CalendarDate? { nil }
    /// Most files come from no log.
    public var transfer: ReceivedTransfer? { nil }
    /// Most formats' deletions end a record, and erase nothing.
    public var deletionsErase: Bool { false }
}

/// What a source yields: a record, or a row that could not become one.
public enum SourceItem: Sendable {
    /// A row that passed its own checks.
    case record(SourceRecord)
    /// A row, or a value of a row, that did not.
    case issue(RowIssue)
    /// The MIS says that it deleted this itself: the whole record, or the named groups (S1-23 to S1-26).
    case deletion(kind: EntityKind, key: String, groups: [DataGroup], origin: SourceRecord.Origin)
    /// The files say outright what has become of a whole record that they do not hold any more.
    case departure(kind: EntityKind, key: String, Departure, origin: SourceRecord.Origin)
}

/// What has become of a record that is no longer told (rulings 21).
public enum Departure: Sendable, Hashable {
    /// Not in the export any more, and nobody said why.
    case absent
    /// Left, with or without a date.
    case left
    /// Deleted in the MIS.
    case deletedAtSource
}

/// Which kinds and groups a set of files speaks for.
public struct Coverage: Sendable, Hashable {
    /// For each kind present: the groups that the files carry for it.
    public var groups: [EntityKind: Set<DataGroup>]
    /// Keys of the bases that the files speak for; nil when those are the bases that their rows name.
    public var bases: Set<String>?

    /// Makes a coverage.
    public init(_ groups: [EntityKind: Set<DataGroup>], bases: Set<String>? = nil) {
        self.groups = groups
        self.bases = bases
    }

    /// True when the files tell the registrations of the pupils in them: in files of their own, or with the pupil.
    public var tellsRegistrations: Bool {
        groups[.registration] != nil || groups[.pupil]?.contains(.registration) == true
    }
}
