import EventLog
import Foundation
import Identifiers
import Sealing
import Synchronization

/// A store that is written now, and what was appended to it.
final class WrittenStore {
    let folder: TemporaryFolder
    private(set) var batches: [(first: Position, batch: Batch)] = []
    private var next: UInt64 = 1
    private var random = SystemRandomNumberGenerator()

    var store: URL { folder.path("store") }
    var keys: URL { folder.path("keys") }

    init() throws {
        folder = try TemporaryFolder()
        try EventLog.create(
            StoreLayout(root: store.path),
            log: .random(using: &random),
            owner: .random(using: &random),
            keySource: try Self.source(folder)
        )
    }

    private static func source(_ folder: TemporaryFolder) throws -> KeyFolder {
        try KeyFolder(path: folder.path("keys").path, store: folder.path("store").path, randomness: SystemRandomness())
    }

    /// Small segments; nothing goes from the write-ahead log into the log's file before it is asked for.
    static var settings: LogSettings {
        var settings = LogSettings()
        settings.segmentBytes = 16 << 10
        settings.mapBytes = 1 << 30
        settings.reserveBytes = 0
        settings.idleMilliseconds = 3_600_000
        return settings
    }

    /// Opens the store, or a copy of it.
    static func open(_ folder: TemporaryFolder) throws -> EventLog {
        try EventLog(
            opening: StoreLayout(root: folder.path("store").path),
            keySource: try source(folder),
            settings: settings
        )
    }

    /// The store as it lies on the disk at this moment: what a kill would leave.
    ///
    /// A thread of the log may be making the next segment: a copy in which a file got its name meanwhile is made again.
    func killed() throws -> TemporaryFolder {
        for _ in 0..<20 {
            if let copy = try? copied() { return copy }
        }
        return try copied()
    }

    private func copied() throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for name in ["store", "keys"] {
            try FileManager.default.copyItem(at: folder.path(name), to: copy.path(name))
        }
        return copy
    }

    /// A batch of events with so many parts each, each part of a new person.
    func batch(parts: [Int], open: Int = 10) -> Batch {
        defer { next += 1 }
        return Batch(
            command: CommandID(high: 0xC0, low: next),
            actor: ActorID(high: 4, low: next % 2),
            recordedAt: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(next) * 1_000_003),
            events: parts.enumerated().map { index, count in
                NewEvent(
                    type: EventTypeNumber(rawValue: UInt16(20 + index % 3)),
                    schemaVersion: UInt16(1 + index % 2),
                    base: BaseID(high: 3, low: 1 + next % 2),
                    stream: StreamID(high: 1, low: 1 + UInt64(index) % 5),
                    cause: Position(UInt64(index % 2)),
                    open: (0..<open).map { UInt8(truncatingIfNeeded: $0 + index) },
                    parts: (0..<count).map { part in
                        NewPart(
                            subject: .random(using: &random),
                            dataClass: DataClass(rawValue: UInt16(1 + part % 4)),
                            plaintext: Array("secret \(next).\(index).\(part)".utf8)
                        )
                    }
                )
            }
        )
    }

    /// Appends a batch and remembers it.
    func append(_ batch: Batch, to log: EventLog) throws {
        batches.append((try log.append(batch).first, batch))
    }

    /// Appends batches from as many threads, so that some of them share a frame.
    func appendTogether(_ many: [Batch], to log: EventLog) throws {
        let answers = Mutex<[Result<(first: Position, batch: Batch), any Error>]>([])
        let done = DispatchSemaphore(value: 0)
        for batch in many {
            // Threads, not tasks: other tests may hold all of the few that tasks share.
            Thread.detachNewThread {
                let answer = Result { (first: try log.append(batch).first, batch: batch) }
                answers.withLock { $0.append(answer) }
                done.signal()
            }
        }
        for _ in many { done.wait() }
        batches += try answers.withLock { try $0.map { try $0.get() } }
    }

    /// What a reader must find, event by event.
    var expected: [[String]] {
        batches.sorted { $0.first < $1.first }.flatMap { _, batch in
            batch.events.indices.map { Self.words(of: batch, $0) }
        }
    }

    private static func words(of batch: Batch, _ index: Int) -> [String] {
        let event = batch.events[index]
        return [
            "type \(event.type.rawValue)", "schema \(event.schemaVersion)", "base \(event.base)",
            "stream \(event.stream)", "actor \(batch.actor)", "command \(batch.command)",
            "at \(batch.recordedAt.microseconds)", "index \(index) of \(batch.events.count)",
            "cause \(event.cause)", "open \(event.open.hex)",
        ]
            + event.parts.map { "part \($0.dataClass.rawValue) of \($0.subject): \($0.plaintext.hex)" }
    }
}
