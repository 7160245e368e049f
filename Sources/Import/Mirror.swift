import EventLog
import Identifiers
import School

/// What the source mirror knows of an entity.
public struct MirrorEntity: Sendable, Equatable {
    /// Its key inside the source.
    public var key: String
    /// The entity.
    public var id: SubjectID
    /// The base it is at.
    public var base: BaseID
    /// True unless it is absent, left or deleted at the source.
    public var isPresent: Bool
    /// A hash of each data group's content.
    public var groups: [DataGroup: ContentHash]

    /// Makes an entry.
    public init(key: String, id: SubjectID, base: BaseID, isPresent: Bool, groups: [DataGroup: ContentHash]) {
        self.key = key
        self.id = id
        self.base = base
        self.isPresent = isPresent
        self.groups = groups
    }
}

/// A run of an import that began and did not end: the same command finishes it.
public struct UnfinishedRun: Sendable, Equatable {
    /// The run.
    public var run: RunID
    /// What its files said.
    public var digest: [UInt8]
    /// The settings it was begun with.
    public var settings: [UInt8]

    /// Makes one.
    public init(run: RunID, digest: [UInt8], settings: [UInt8]) {
        self.run = run
        self.digest = digest
        self.settings = settings
    }
}

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
    func entity(_ source: SourceID, _ kind: EntityKind, key: String) throws -> MirrorEntity?
    /// Visits every entity of a kind that the source has told of, present or not.
    func forEachEntity(_ source: SourceID, _ kind: EntityKind, _ visit: (MirrorEntity) throws -> Void) throws
    /// The run of a source that began and did not end.
    func unfinishedRun(of source: SourceID) throws -> UnfinishedRun?
    /// How many events a stream has.
    func version(of stream: StreamID) throws -> UInt64
    /// HMAC of bytes under the source's own key; nil before its first event.
    func keyedHash(_ bytes: [UInt8], source: SourceID) throws -> [UInt8]?
    /// Appends a batch; durable on return.
    func append(_ batch: Batch) throws -> Appended
    /// The last durable position.
    var durableEnd: Position { get }
    /// Brings the mirror up to the log's durable end.
    func catchUp() throws
}
