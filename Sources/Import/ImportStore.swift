import EventLog
import Identifiers
import Projections
import School

/// What an import needs of the store: the mirror to compare with, the log to append to.
public protocol ImportStore: Sendable {
    /// The base id of the store's own events.
    var owner: BaseID { get }
    /// The source of a name; nil when it has never been imported from.
    func source(named name: String) throws -> (id: SourceID, format: String)?
    /// The bases that a source has told of.
    func bases(of source: SourceID) throws -> Set<BaseID>
    /// The base of a key.
    func base(forKey key: String) throws -> BaseID?
    /// What the mirror knows of an entity; nil when the source has never told of it.
    func entity(_ source: SourceID, _ kind: EntityKind, key: String) throws -> MirrorEntry?
    /// What the mirror knows of an entity; nil when it knows nothing.
    func entity(_ id: SubjectID) throws -> MirrorEntry?
    /// The things of a kind that belong to a pupil, whatever their status: second registrations, marks, memberships.
    func things(_ kind: EntityKind, of pupil: SubjectID) throws -> [MirrorEntry]
    /// The content of a data group; nil when there is none.
    func content(of group: DataGroup, of id: SubjectID) throws -> GroupContent?
    /// Visits every entity of a kind that the source has told of, present or not.
    func forEachEntity(_ source: SourceID, _ kind: EntityKind, _ visit: (MirrorEntry) throws -> Void) throws
    /// The person under whose keys an entity's data are sealed; nil when nothing is known of it.
    func owner(of id: SubjectID) throws -> SubjectID?
    /// Visits the open data issues of a source, in the order of their numbers.
    func forEachOpenIssue(of source: SourceID, _ visit: (DataIssue) throws -> Void) throws
    /// The run of a source that began and did not end.
    func unfinishedRun(of source: SourceID) throws -> ImportRun?
    /// How many events a stream has.
    func version(of stream: StreamID) throws -> UInt64
    /// HMAC of bytes under the source's own key; nil before its first event.
    func keyedHash(_ bytes: [UInt8], source: SourceID) throws -> [UInt8]?
    /// Who of a source has been erased and is not taken in again; nil for nobody.
    func suppression(of source: SourceID) throws -> Suppression?
    /// Appends a batch; durable on return.
    func append(_ batch: Batch) throws -> Appended
    /// The last durable position.
    var durableEnd: Position { get }
    /// Brings the mirror up to the log's durable end.
    func catchUp() throws
    /// Holds the mirror as it is, so that all that is asked from now on is asked of one snapshot, until it is released.
    func holdMirror() throws
    /// Lets the mirror go.
    func releaseMirror()
    /// The mirror while it is held; nil for a store that cannot lend it, of which nothing is known at a glance.
    var mirror: MirrorReader? { get }
}

extension ImportStore {
    /// Nobody has been erased.
    public func suppression(of source: SourceID) throws -> Suppression? { nil }
    /// A store may answer each question from a snapshot of its own.
    public func holdMirror() throws {}
    /// Nothing is held.
    public func releaseMirror() {}
    /// Nothing is held.
    public var mirror: MirrorReader? { nil }
}

extension ImportStore {
    /// A pupil's second registrations, whatever their status.
    public func registrations(of pupil: SubjectID) throws -> [MirrorEntry] { try things(.registration, of: pupil) }
}

extension MirrorEntry {
    /// True unless it is absent, left or deleted at the source.
    var isPresent: Bool { status == .present }
}

extension ImportStore {
    /// What is known of the entity that a row is about.
    ///
    /// A school is one entity, whichever source tells of it: else each source but the first would tell it anew at every
    /// import (rulings 20).
    func known(_ kind: EntityKind, of source: SourceID, by row: RowResolver.Row) throws -> MirrorEntry? {
        if let known = try entity(source, kind, key: row.record.key) { return known }
        return row.record.kind == .base ? try entity(SubjectID(row.base)) : nil
    }
}
