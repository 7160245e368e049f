import EventLog
import Identifiers
import Sealing

/// This project's own log, as the rows ask of it.
final class EventLogUnderTest: LogUnderTest {
    private let log: EventLog

    /// Makes a log in a folder, opened as a command opens it.
    ///
    /// - Parameters:
    ///   - folder: an empty folder.
    ///   - keys: the folder of its key-encryption key.
    init(folder: String, keys: String) throws {
        let layout = StoreLayout(root: folder)
        let source = try KeyFolder(path: keys, store: folder, randomness: SystemRandomness())
        var random = SystemRandomness()
        try EventLog.create(
            layout,
            log: .random(using: &random),
            owner: .random(using: &random),
            keySource: source
        )
        log = try EventLog(opening: layout, keySource: source, purpose: "bench")
    }

    func append(_ batch: Batch) throws { _ = try log.append(batch) }

    func appendFromTask(_ batch: Batch) async throws { _ = try await log.append(batch) }

    func checkpoint() throws { try log.applyAll() }

    func scanLeaves() throws -> Int {
        var count = 0
        try log.read(LogQuery()) { _ in
            count += 1
            return true
        }
        return count
    }

    func replay(_ decode: (RawSpan) throws -> Void) throws -> Int {
        var count = 0
        try log.read(LogQuery(opensParts: true)) { event in
            for part in event.parts {
                guard let plaintext = part.plaintext else { throw BenchError(.wrongAnswer, "a part stayed sealed") }
                try decode(plaintext.span.bytes)
            }
            count += 1
            return true
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
