import Connectors
import EventLog
import Foundation
import Identifiers
import Import
import Projections
import School
import Sealing
import SyncdTesting
import Synchronization

/// A school store on the disk into which tests import.
final class ImportScene: Sendable {
    let folder: TemporaryStore
    let log: EventLog
    let state: State
    let clock = ManualClock(at: Timestamp(microseconds: 1_756_890_000_000_000))
    private let exports = Mutex(0)

    init() throws {
        folder = try TemporaryStore()
        let layout = StoreLayout(root: folder.path("store"))
        let keys = try KeyFolder(path: folder.path("keys"), store: layout.root, randomness: SystemRandomness())
        try EventLog.create(layout, log: LogID(high: 1, low: 2), owner: BaseID(high: 9, low: 9), keySource: keys)
        var settings = LogSettings()
        settings.segmentBytes = 1 << 22
        settings.mapBytes = 1 << 30
        settings.reserveBytes = 0
        settings.acceptsClockStep = true
        log = try EventLog(opening: layout, keySource: keys, settings: settings)
        state = try State(at: folder.path("state"), of: log, mapBytes: 1 << 30)
        try state.catchUp()
    }

    /// A store as imports see it.
    var store: LiveImportStore { LiveImportStore(log: log, state: state) }

    /// Imports a set of syncd-csv files.
    @discardableResult
    func take(
        _ export: Export,
        source: String? = "made-up",
        base: String? = nil,
        register: Bool = true,
        allowedRemovals: Int? = nil,
        allowedStrangers: Int? = nil,
        isDryRun: Bool = false
    ) throws -> ImportReport {
        let path = newFolder()
        try export.write(to: path)
        return try take(
            SyncdCSVFolder(path: path),
            ImportRequest(
                source: source,
                mode: export.isFull ? .full : .delta,
                base: base,
                registersBases: register,
                allowedRemovals: allowedRemovals,
                allowedStrangers: allowedStrangers,
                isDryRun: isDryRun
            )
        )
    }

    /// Imports a set of School Data Sync files.
    @discardableResult
    func takeSDS(_ files: [String: String], allowedStrangers: Int? = nil) throws -> ImportReport {
        let path = newFolder()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8) }
        return try take(
            SDSFolder(path: path, dateOrder: .dmy),
            ImportRequest(source: "sds", mode: .full, registersBases: true, allowedStrangers: allowedStrangers)
        )
    }

    /// Imports a folder of syncd-csv files into this store, or one that fails.
    func take(_ request: ImportRequest, from path: String, into store: any ImportStore) throws -> ImportReport {
        defer { _ = try? state.catchUp() }
        return try take(SyncdCSVFolder(path: path), request, into: store)
    }

    /// Imports anything that yields records.
    func take(
        _ files: any RecordSource,
        _ request: ImportRequest,
        partBytesMax: Int = Limits.partBytes - 4_096,
        into other: (any ImportStore)? = nil
    ) throws -> ImportReport {
        let runner = ImportRunner(
            store: other ?? store,
            actor: ActorID(high: 8, low: 8),
            now: { [clock] in clock.now },
            scratchFolder: folder.path,
            partBytesMax: partBytesMax
        )
        let report = try runner.run(files, request, defaultSource: files.format)
        try state.catchUp()
        return report
    }

    /// A folder that is not there yet.
    func newFolder() -> String {
        let number = exports.withLock { count in
            count += 1
            return count
        }
        return folder.path("export-\(number)")
    }
}

/// What the store knows, in words that tests compare.
extension ImportScene {
    /// A pupil, or another thing, by its key in the MIS.
    func entry(_ kind: EntityKind, _ key: String, source: String = "made-up") throws -> MirrorEntry? {
        guard let source = try store.source(named: source) else { return nil }
        return try store.entity(source.id, kind, key: key)
    }

    /// The key of the base that a pupil is at; nil for a stranger.
    func home(_ pupil: String, source: String = "made-up") throws -> String? {
        try entry(.pupil, pupil, source: source).flatMap { try base($0.base) }
    }

    /// Where a pupil stands at every base: the home's status, and those of second registrations.
    func standing(_ pupil: String, source: String = "made-up") throws -> [String: EntityStatus] {
        guard let known = try entry(.pupil, pupil, source: source) else { return [:] }
        var standing: [String: EntityStatus] = [:]
        for second in try store.registrations(of: known.id) { standing[try base(second.base)] = second.status }
        standing[try base(known.base)] = known.status
        return standing
    }

    /// A field of a group of a pupil.
    func value(_ field: Field, _ group: DataGroup, of pupil: String, source: String = "made-up") throws -> String? {
        guard let known = try entry(.pupil, pupil, source: source) else { return nil }
        return try store.content(of: group, of: known.id)?.rows.first { $0[field] != nil }?[field]
    }

    /// True when a group of a pupil has content.
    func has(_ group: DataGroup, _ pupil: String, source: String = "made-up") throws -> Bool {
        try entry(.pupil, pupil, source: source)?.groups[group] != nil
    }

    /// The number of events of a type so far.
    func count(_ type: EventType) throws -> Int { try events(type).count }

    /// The events of a type.
    func events(_ type: EventType) throws -> [RecordedEvent] {
        var found: [RecordedEvent] = []
        for event in try log.events(after: .origin, limit: 1_000_000) where event.type.rawValue == type.rawValue {
            found.append(event)
        }
        return found
    }

    /// The keys of the registered bases.
    func bases() throws -> [String] { try state.read { try $0.bases() }.map(\.key) }

    private func base(_ id: BaseID) throws -> String { try state.read { try $0.base(id) }?.key ?? "none" }
}

extension MirrorEntry {
    /// True unless it is absent, left or deleted at the source.
    var isPresent: Bool { status == .present }
}
