import EventLog
import Identifiers
import Projections
import Sealing

/// This project's own log, as the rows ask of it.
final class EventLogUnderTest: LogUnderTest {
    private let log: EventLog
    private let projections: LiveProjections?

    /// Makes a log in a folder, opened as a command opens it.
    ///
    /// - Parameters:
    ///   - folder: an empty folder.
    ///   - keys: the folder of its key-encryption key.
    ///   - isProjected: keeps every live projection up with the log, on a thread of their own.
    init(folder: String, keys: String, isProjected: Bool) throws {
        log = try EventLog.made(in: folder, keys: keys)
        projections = isProjected ? try LiveProjections(of: log) : nil
    }

    func append(_ batch: Batch) throws { _ = try log.append(batch) }

    func appendFromTask(_ batch: Batch) async throws { _ = try await log.append(batch) }

    func checkpoint() throws {
        try log.applyAll()
        try projections?.waitForAll()
    }

    func scanLeaves() throws -> Int {
        var count = 0
        var types: UInt16 = 0
        try log.scanLeaves { leaf in
            types |= leaf.type.rawValue
            count += 1
        }
        guard types == EventMaker.type.rawValue else {
            throw BenchError(.wrongAnswer, "the log answered leaves that were not written")
        }
        return count
    }

    func replay(_ decode: (RawSpan) throws -> Void) throws -> Int {
        var count = 0
        try log.scanParts { _, part in
            guard part.subject != nil else { throw BenchError(.wrongAnswer, "a part stayed sealed") }
            try decode(part.plaintext.bytes)
            count += 1
        }
        return count
    }

    func fileBytes() throws -> Int { try fileLength(log.layout.log + "/data.mdb") }

    func recordBytes() throws -> Int {
        var bytes = 0
        try log.read(LogQuery()) { event in
            bytes += TestBed.leafLength + event.open.count
            for part in event.parts { bytes += TestBed.rowLength + part.sealedLength }
            return true
        }
        return bytes
    }
}

extension EventLog {
    /// Makes a log in an empty folder and opens it as a command does.
    static func made(in folder: String, keys: String) throws -> EventLog {
        let layout = StoreLayout(root: folder)
        let source = try KeyFolder(path: keys, store: folder, randomness: SystemRandomness())
        var random = SystemRandomness()
        try EventLog.create(
            layout,
            log: .random(using: &random),
            owner: .random(using: &random),
            keySource: source
        )
        return try EventLog(opening: layout, keySource: source, purpose: "bench")
    }
}
