import EventLog
import Identifiers
import Import
import Projections
import School
import Sealing

/// What an import needs of an open store: the mirror that state keeps, and the log.
struct MirrorStore: ImportStore {
    let log: EventLog
    let state: State

    var owner: BaseID { log.owner }
    var durableEnd: Position { log.durableEnd }

    func source(named name: String) throws -> (id: SourceID, format: String)? {
        try state.read { try $0.source(named: name) }.map { ($0.id, $0.format) }
    }

    func bases(of source: SourceID) throws -> Set<BaseID> {
        try state.read { try $0.bases(of: source) }
    }

    func base(forKey key: String) throws -> BaseID? {
        try state.read { try $0.base(forKey: key) }?.id
    }

    func entity(_ source: SourceID, _ kind: EntityKind, key: String) throws -> MirrorEntity? {
        try state.read { try $0.mirrorEntry(source, kind, key: key) }.map(MirrorEntity.init)
    }

    func forEachEntity(_ source: SourceID, _ kind: EntityKind, _ visit: (MirrorEntity) throws -> Void) throws {
        try state.read { snapshot in
            try snapshot.mirror(of: source, kind) { entry in
                try visit(MirrorEntity(entry))
                return true
            }
        }
    }

    func unfinishedRun(of source: SourceID) throws -> UnfinishedRun? {
        try state.read { try $0.unfinishedImport(of: source) }.map {
            UnfinishedRun(run: $0.id, digest: $0.digest, settings: $0.settings)
        }
    }

    func version(of stream: StreamID) throws -> UInt64 { try log.version(of: stream) }

    func keyedHash(_ bytes: [UInt8], source: SourceID) throws -> [UInt8]? {
        try log.keyedHash(
            of: bytes,
            subject: SubjectID(source),
            dataClass: DataClass(rawValue: DataGroup.audit.rawValue)
        )
    }

    func append(_ batch: Batch) throws -> Appended { try log.append(batch) }

    func catchUp() throws { _ = try state.catchUp() }
}

extension MirrorEntity {
    /// The mirror's entry as the import compares with it.
    init(_ entry: MirrorEntry) {
        self.init(
            key: entry.key,
            id: entry.id,
            base: entry.base,
            isPresent: entry.status == .present,
            groups: entry.groups
        )
    }
}
