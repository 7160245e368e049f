import EventLog
import Identifiers
import Projections
import School

/// An open store as imports see it: its log and its state.
public struct LiveImportStore: ImportStore {
    private let log: EventLog
    private let state: State

    /// Joins a log and the state that follows it.
    public init(log: EventLog, state: State) {
        self.log = log
        self.state = state
    }

    public var owner: BaseID { log.owner }

    public var durableEnd: Position { log.durableEnd }

    public func source(named name: String) throws -> (id: SourceID, format: String)? {
        try state.read { try $0.source(named: name) }.map { ($0.id, $0.format) }
    }

    public func bases(of source: SourceID) throws -> Set<BaseID> {
        try state.read { try $0.bases(of: source) }
    }

    public func base(forKey key: String) throws -> BaseID? {
        try state.read { try $0.base(forKey: key) }?.id
    }

    public func entity(_ source: SourceID, _ kind: EntityKind, key: String) throws -> MirrorEntry? {
        try state.read { try $0.mirrorEntry(source, kind, key: key) }
    }

    public func forEachEntity(
        _ source: SourceID,
        _ kind: EntityKind,
        _ visit: (MirrorEntry) throws -> Void
    ) throws {
        try state.read { snapshot in
            try snapshot.mirror(of: source, kind) { entry in
                try visit(entry)
                return true
            }
        }
    }

    public func unfinishedRun(of source: SourceID) throws -> ImportRun? {
        try state.read { try $0.unfinishedImport(of: source) }
    }

    public func version(of stream: StreamID) throws -> UInt64 { try log.version(of: stream) }

    public func keyedHash(_ bytes: [UInt8], source: SourceID) throws -> [UInt8]? {
        try log.keyedHash(
            of: bytes,
            subject: SubjectID(source),
            dataClass: DataClass(rawValue: DataGroup.audit.rawValue)
        )
    }

    public func append(_ batch: Batch) throws -> Appended { try log.append(batch) }

    public func catchUp() throws { try state.catchUp() }
}
