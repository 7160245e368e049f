import EventLog
import Identifiers
import Projections
import School
import Synchronization

/// An open store as imports see it: its log and its state.
public struct LiveImportStore: ImportStore {
    private let log: EventLog
    private let state: State
    private let held = HeldMirror()
    private let reach: Set<BaseID>?

    /// Joins a log and the state that follows it.
    ///
    /// - Parameter reach: the schools that whoever imports may touch: others answer as if they were not there; nil for all.
    public init(log: EventLog, state: State, reach: Set<BaseID>? = nil) {
        self.log = log
        self.state = state
        self.reach = reach
    }

    /// The base id of the store's own events.
    public var owner: BaseID { log.owner }

    /// The last durable position.
    public var durableEnd: Position { log.durableEnd }

    /// The source of a name; nil when it has never been imported from.
    public func source(named name: String) throws -> (id: SourceID, format: String)? {
        try read { try $0.source(named: name) }.map { ($0.id, $0.format) }
    }

    /// The bases that a source has told of.
    public func bases(of source: SourceID) throws -> Set<BaseID> {
        try read { try $0.bases(of: source) }
    }

    /// The base of a key.
    public func base(forKey key: String) throws -> BaseID? {
        guard let found = try read({ try $0.base(forKey: key) })?.id else { return nil }
        return reach?.contains(found) ?? true ? found : nil
    }

    /// What the mirror knows of an entity; nil when the source has never told of it.
    public func entity(_ source: SourceID, _ kind: EntityKind, key: String) throws -> MirrorEntry? {
        try read { try $0.mirrorEntry(source, kind, key: key) }
    }

    /// What the mirror knows of an entity; nil when it knows nothing.
    public func entity(_ id: SubjectID) throws -> MirrorEntry? {
        try read { snapshot in
            guard let entity = try snapshot.entity(id) else { return nil }
            return try snapshot.mirrorEntry(entity.source, entity.kind, key: entity.key)
        }
    }

    /// The things of a kind that belong to a pupil, whatever their status.
    public func things(_ kind: EntityKind, of pupil: SubjectID) throws -> [MirrorEntry] {
        try read { snapshot in
            var found: [MirrorEntry] = []
            try snapshot.entities(kind, of: pupil) { id in
                if let entity = try snapshot.entity(id),
                    let entry = try snapshot.mirrorEntry(entity.source, kind, key: entity.key)
                {
                    found.append(entry)
                }
                return true
            }
            return found
        }
    }

    /// The content of a data group; nil when there is none.
    public func content(of group: DataGroup, of id: SubjectID) throws -> GroupContent? {
        try read { snapshot in
            guard let state = try snapshot.group(group, of: id), state.change == .set else { return nil }
            return state.content
        }
    }

    /// Visits every entity of a kind that the source has told of, present or not.
    public func forEachEntity(
        _ source: SourceID,
        _ kind: EntityKind,
        _ visit: (MirrorEntry) throws -> Void
    ) throws {
        try read { snapshot in
            try snapshot.mirror(of: source, kind) { entry in
                try visit(entry)
                return true
            }
        }
    }

    /// The person under whose keys an entity's data are sealed; nil when nothing is known of it.
    public func owner(of id: SubjectID) throws -> SubjectID? { try read { try $0.entity(id) }?.owner }

    /// Visits the open data issues of a source, in the order of their numbers.
    public func forEachOpenIssue(of source: SourceID, _ visit: (DataIssue) throws -> Void) throws {
        try read { snapshot in
            try snapshot.openDataIssues(of: source) { issue in
                try visit(issue)
                return true
            }
        }
    }

    /// The run of a source that began and did not end.
    public func unfinishedRun(of source: SourceID) throws -> ImportRun? {
        try read { try $0.unfinishedImport(of: source) }
    }

    /// How many events a stream has.
    public func version(of stream: StreamID) throws -> UInt64 { try log.version(of: stream) }

    /// HMAC of bytes under the source's own key; nil before its first event.
    public func keyedHash(_ bytes: [UInt8], source: SourceID) throws -> [UInt8]? {
        try log.keyedHash(
            of: bytes,
            subject: SubjectID(source),
            dataClass: DataClass(rawValue: DataGroup.audit.rawValue)
        )
    }

    /// Who of a source has been erased and is not taken in again; nil for nobody.
    public func suppression(of source: SourceID) throws -> Suppression? {
        let (codes, fenced) = try state.read { snapshot in
            var fenced: [String: Set<DataGroup>] = [:]
            for (id, groups) in try snapshot.fencedGroups() {
                guard let entity = try snapshot.entity(id), entity.source == source else { continue }
                fenced[entity.key] = Set(groups.compactMap(DataGroup.init(rawValue:)))
            }
            return (try snapshot.suppressed(of: source), fenced)
        }
        if codes.isEmpty && fenced.isEmpty { return nil }
        let dataClass = DataClass(rawValue: DataGroup.suppression.rawValue)
        return Suppression(
            source: source,
            codes: codes,
            fenced: fenced,
            code: { [log] told, base in
                try log.keyedHash(of: told, subject: SubjectID(base), dataClass: dataClass)
            },
            isKnown: { [state] kind, key in try state.read { try $0.mirrorEntry(source, kind, key: key) } != nil }
        )
    }

    /// Appends a batch; durable on return.
    public func append(_ batch: Batch) throws -> Appended { try log.append(batch) }

    /// Brings the mirror up to the log's durable end; one that is held is taken anew.
    public func catchUp() throws {
        let isHeld = held.reader.withLock { $0 != nil }
        // Held while state is written, it would keep pages from being used again.
        releaseMirror()
        try state.catchUp()
        if isHeld { try holdMirror() }
    }

    /// Holds the mirror as it is.
    public func holdMirror() throws {
        let reader = try MirrorReader(state)
        held.reader.withLock { $0 = reader }
    }

    /// Lets the mirror go.
    public func releaseMirror() { held.reader.withLock { $0 = nil } }

    /// The mirror while it is held.
    public var mirror: MirrorReader? { held.reader.withLock { $0 } }

    private func read<Answer>(_ body: (borrowing Snapshot) throws -> Answer) throws -> Answer {
        guard let mirror else { return try state.read(body) }
        return try body(mirror.snapshot)
    }
}

/// The mirror that a run holds.
private final class HeldMirror: Sendable {
    let reader = Mutex<MirrorReader?>(nil)
}
