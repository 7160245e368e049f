import Identifiers
import Sealing
import Synchronization

/// Turns a batch into sealed records, on the caller's side and before it queues, so that callers seal in parallel.
///
/// A large batch is sealed by two threads. What the writer alone knows is left open: position, stream version, back
/// pointer and tree index.
final class BatchEncoder: Sendable {
    private let log: LogID
    private let epoch: UInt32
    private let keys: KeyStore
    private let sealers: SealerPool

    init(log: LogID, epoch: UInt32, keys: KeyStore, randomness: any RandomBytes) {
        self.log = log
        self.epoch = epoch
        self.keys = keys
        sealers = SealerPool(randomness: randomness)
    }

    /// Seals a batch.
    ///
    /// New keys are durable on return, since the frame that uses them follows.
    ///
    /// - Throws: `batchRefused` naming the limit, `subjectFenced`, `keysNotDurable`.
    func encode(_ batch: Batch) throws -> SealedBatch {
        let offsets = try Self.measure(batch)
        let buffer = ByteBuffer(capacity: offsets[batch.events.count], count: offsets[batch.events.count])
        let work = EncodingWork(batch: batch, log: log, epoch: epoch, buffer: buffer, offsets: offsets)
        let (codes, generation) = try seal(work)
        return SealedBatch(
            command: batch.command,
            fingerprint: Fingerprint.digest(of: batch, codes: codes),
            generation: generation,
            recordedAt: batch.recordedAt,
            conditions: batch.conditions,
            buffer: buffer,
            offsets: offsets,
            plain: batch.events
        )
    }

    /// Seals under the keys that there are, and only when one is missing makes the missing ones and begins again.
    ///
    /// Most events are of people whose keys were made long ago, and looking for each beforehand is a cache miss more.
    private func seal(_ work: EncodingWork) throws -> (codes: [Digest], generation: UInt32) {
        do {
            return try keys.withKeys { keys in (try sealers.seal(work, under: keys), keys.generation) }
        } catch let error as EventLogError where error.code == .dataKeyMissing {
            try keys.makeKeys(for: work.batch.events)
            return try sealMade(work)
        }
    }

    /// Seals under keys that were made a moment ago; if one is gone again, the log is being closed.
    private func sealMade(_ work: EncodingWork) throws -> (codes: [Digest], generation: UInt32) {
        do {
            return try keys.withKeys { keys in (try sealers.seal(work, under: keys), keys.generation) }
        } catch let error as EventLogError where error.code == .dataKeyMissing {
            throw EventLogError(.keyStoreClosed, "the key store has been closed", cause: error)
        }
    }

    /// Checks the limits and tells where each record will stand.
    private static func measure(_ batch: Batch) throws -> ContiguousArray<Int> {
        func refused(_ what: String) -> EventLogError { EventLogError(.batchRefused, "a batch is refused: \(what)") }
        guard !batch.events.isEmpty else { throw refused("it has no events") }
        guard batch.events.count <= Limits.batchEvents else {
            throw refused("it has more than \(Limits.batchEvents) events")
        }
        guard batch.command != .zero else { throw refused("its command id is zero") }
        var offsets: ContiguousArray<Int> = []
        offsets.reserveCapacity(batch.events.count + 1)
        offsets.append(0)
        var total = 0
        for event in batch.events {
            guard event.type.rawValue > 0, event.stream != .zero, event.base != .zero else {
                throw refused("an event has no type, stream or base")
            }
            guard event.open.count <= Limits.openPartBytes else { throw refused("an open part is over 1 MiB") }
            guard event.parts.count <= Limits.eventParts else {
                throw refused("an event has more than \(Limits.eventParts) parts")
            }
            var record = RecordLayout.leafBytes + event.open.count
            for part in event.parts {
                let sealed = part.plaintext.count + Seal.tagCount
                guard sealed <= Limits.partBytes else { throw refused("a part is over 16 MiB") }
                record += SealedPartRow.byteCount + sealed
            }
            guard record <= Limits.recordBytes else { throw refused("a record is over 32 MiB") }
            total += record
            guard total <= Limits.batchBytes else { throw refused("it is over 64 MiB") }
            offsets.append(total)
        }
        return offsets
    }
}

/// One batch being encoded, and where.
struct EncodingWork: @unchecked Sendable {
    // Sendable: two threads fill disjoint ranges of the buffer, which nobody else has yet.

    let batch: Batch
    let log: LogID
    let epoch: UInt32
    let buffer: ByteBuffer
    let offsets: ContiguousArray<Int>
}
