import Foundation
import Identifiers
import Sealing

@testable import EventLog

/// A store in a temporary folder, removed when it goes.
final class TestStore {
    let folder: String
    let layout: StoreLayout
    let logID = LogID(high: 1, low: 2)
    let owner = BaseID(high: 3, low: 4)

    init() throws {
        folder = NSTemporaryDirectory() + "syncd-log-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        layout = StoreLayout(root: folder + "/store")
        try EventLog.create(layout, log: logID, owner: owner, keySource: try Self.keys(folder, layout))
    }

    /// A copy of another store's folder as it lies on the disk at this moment: what a kill would leave.
    init(killing other: TestStore) throws {
        folder = NSTemporaryDirectory() + "syncd-log-\(UUID().uuidString)"
        try Self.copy(other.folder, to: folder)
        layout = StoreLayout(root: folder + "/store")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Copies a folder as it is at one moment.
    ///
    /// The log's threads may be applying, or making the next segment. A copy of files of different moments is nothing
    /// that a kill could leave, so one during which anything changed is made again.
    private static func copy(_ folder: String, to copy: String) throws {
        var before = try state(of: folder)
        for _ in 0..<200 {
            let isCopied = (try? FileManager.default.copyItem(atPath: folder, toPath: copy)) != nil
            let after = try state(of: folder)
            if isCopied, before == after { return }
            before = after
            if FileManager.default.fileExists(atPath: copy) { try FileManager.default.removeItem(atPath: copy) }
            usleep(5_000)
        }
        throw CocoaError(.fileReadUnknown)
    }

    /// Names, sizes and times of all files below a folder.
    private static func state(of folder: String) throws -> [String: [Int]] {
        var found: [String: [Int]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var status = stat()
            guard lstat(folder + "/" + name, &status) == 0 else { continue }
            found[name] = [Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        }
        return found
    }

    static var smallSettings: LogSettings {
        var settings = LogSettings()
        settings.segmentBytes = 64 << 10
        settings.mapBytes = 1 << 30
        settings.reserveBytes = 0
        settings.idleMilliseconds = 20
        settings.applyEvents = 200
        return settings
    }

    func open(_ settings: LogSettings = smallSettings) throws -> EventLog {
        try EventLog(opening: layout, keySource: try Self.keys(folder, layout), settings: settings)
    }

    /// Puts one store's trees in place of another's.
    static func copyTrees(from store: TestStore, to other: TestStore) throws {
        try FileManager.default.copyItem(atPath: store.layout.trees, toPath: other.layout.trees)
    }

    private static func keys(_ folder: String, _ layout: StoreLayout) throws -> KeyFolder {
        try KeyFolder(path: folder + "/keys", store: layout.root, randomness: SystemRandomness())
    }
}

/// Batches that say who they are.
struct BatchMaker {
    var next: UInt64 = 1

    mutating func batch(
        events: Int = 1,
        stream: UInt64 = 7,
        subject: UInt64? = 9,
        open: String = "open",
        secret: String = "secret",
        conditions: [StreamCondition] = []
    ) -> Batch {
        defer { next += 1 }
        return Batch(
            command: CommandID(high: 0xC0, low: next),
            actor: ActorID(high: 0, low: 5),
            recordedAt: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(next)),
            events: (0..<events).map { index in
                NewEvent(
                    type: EventTypeNumber(rawValue: 20),
                    base: BaseID(high: 3, low: 1 + next % 3),
                    stream: StreamID(high: 1, low: stream),
                    open: Array("\(open) \(next).\(index)".utf8),
                    parts: subject.map { subject in
                        [
                            NewPart(
                                subject: SubjectID(high: 2, low: subject),
                                dataClass: DataClass(rawValue: 1),
                                plaintext: Array("\(secret) \(next).\(index)".utf8)
                            )
                        ]
                    } ?? []
                )
            },
            conditions: conditions
        )
    }
}

extension EventLog {
    /// Every event, opened.
    func all(_ query: LogQuery = LogQuery(opensParts: true)) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        try read(query) { event in
            events.append(event)
            return true
        }
        return events
    }
}
