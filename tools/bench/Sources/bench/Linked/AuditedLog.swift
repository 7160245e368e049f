import Audit
import EventLog
import Identifiers
import Sealing

/// A log of many people's events whose trees are signed: what auditors check, and take proofs from.
final class AuditedLog {
    private let log: EventLog
    private let trail: AuditTrail
    private var random = SplitMix64(seed: 5)
    /// People's streams, from which one is drawn.
    private let streams: [StreamID]
    private let events: Int

    /// Makes a log of so many events and signs it.
    init(folder: String, keys: String, events: Int, maker: inout EventMaker) throws {
        log = try EventLog.made(in: folder, keys: keys)
        self.events = events
        var left = events
        var streams: Set<StreamID> = []
        while left > 0 {
            let batch = try maker.batch(of: min(1_000, left))
            if streams.count < 1_000 { streams.formUnion(batch.events.map(\.stream)) }
            _ = try log.append(batch)
            left -= 1_000
        }
        self.streams = streams.sorted()
        trail = try AuditTrail(of: log)
        let seed = SystemRandomness().bytes(VerifyingKey.byteCount)
        try append(try AuditKey.making(number: 1, seed: seed, owner: log.owner), maker.actor)
        try trail.catchUp()
        if let heads = try trail.headsEvent() { try append(heads, maker.actor) }
        try trail.catchUp()
        try log.applyAll()
    }

    /// Reads everything and computes every tree again; answers how many events there are.
    func verify() throws -> Int {
        let report = try trail.verify()
        guard report.isIntact else { throw BenchError(.wrongAnswer, "the log is told to be damaged") }
        return report.events
    }

    /// Proves one event, drawn from all.
    func prove() throws {
        let position = Position(1 + random.next(upperBound: UInt64(events)))
        let proof = try trail.proof(of: position, at: EventMaker.instant)
        guard proof.path.count > 3 else { throw BenchError(.wrongAnswer, "a proof is too short") }
    }

    /// Proves all events of one person, with the person's sealed parts.
    func bundle() throws {
        let stream = streams[Int(random.next(upperBound: UInt64(streams.count)))]
        var parts: [Position: [Int]] = [:]
        try log.read(LogQuery(stream: stream, opensParts: true)) { event in
            parts[event.position] = Array(event.parts.indices)
            return true
        }
        let proofs = try trail.proofs(of: parts, at: EventMaker.instant)
        guard proofs.events.count == parts.count else { throw BenchError(.wrongAnswer, "a bundle lacks events") }
    }

    /// Bytes of the records, an event.
    func recordLength() throws -> Int {
        var (bytes, count) = (0, 0)
        try log.read(LogQuery(through: Position(10_000))) { event in
            bytes += TestBed.leafLength + event.open.count
            for part in event.parts { bytes += TestBed.rowLength + part.sealedLength }
            count += 1
            return true
        }
        return bytes / max(1, count)
    }

    private func append(_ event: NewEvent, _ actor: ActorID) throws {
        var randomness = SystemRandomness()
        _ = try log.append(
            Batch(
                command: .timeOrdered(at: EventMaker.instant, using: &randomness),
                actor: actor,
                recordedAt: EventMaker.instant,
                events: [event]
            )
        )
    }
}

/// SHA-256 over bytes that are not in the processor's caches, and nothing else.
struct DigestAlone: PrimitiveAlone {
    private let bytes: [UInt8]
    private let bytesPerEvent: Int

    /// Prepares the bytes.
    ///
    /// - Parameters:
    ///   - bytesPerEvent: what is hashed for one event.
    ///   - total: bytes to go over.
    init(bytesPerEvent: Int, total: Int) {
        bytes = [UInt8](repeating: 0x5A, count: total)
        self.bytesPerEvent = bytesPerEvent
    }

    func run() throws -> Int {
        var hash = SHA256()
        guard hash.digest(of: bytes).bytes.count == 32 else {
            throw BenchError(.wrongAnswer, "a digest of another length")
        }
        return bytes.count / bytesPerEvent
    }
}
