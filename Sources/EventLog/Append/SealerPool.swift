import Dispatch
import Identifiers
import Sealing
import Synchronization

/// Sealers that wait to be used again: making one costs more than sealing ten events.
final class SealerPool: Sendable {
    /// From how many events on a second thread is worth its hand-over.
    private static let eventsForTwo = 128

    private let idle = Mutex<[EventSealer]>([])
    private let randomness: any RandomBytes

    init(randomness: any RandomBytes) {
        self.randomness = randomness
    }

    /// Seals a batch into its buffer, on two threads when it is large.
    func seal(
        _ work: EncodingWork,
        under keys: borrowing KeyView,
        fingerprint: inout SHA256
    ) throws(EventLogError) {
        let count = work.batch.events.count
        let halves = count >= Self.eventsForTwo ? [0..<count / 2, count / 2..<count] : [0..<count]
        let results = Mutex<[Int: Result<[Digest], EventLogError>]>([:])
        if halves.count == 1 {
            let result = take { sealer in sealer.seal(work, halves[0], under: keys) }
            results.withLock { $0[0] = result }
        } else {
            withUnsafePointer(to: keys) { lent in
                nonisolated(unsafe) let lent = lent
                DispatchQueue.concurrentPerform(iterations: 2) { half in
                    let result = take { sealer in sealer.seal(work, halves[half], under: lent.pointee) }
                    results.withLock { $0[half] = result }
                }
            }
        }
        var codes: [Digest] = []
        for half in halves.indices {
            codes += try results.withLock { $0[half] ?? .success([]) }.get()
        }
        Self.digest(work.batch, codes: codes, into: &fingerprint)
    }

    private func take<Answer>(_ body: (EventSealer) -> Answer) -> Answer {
        let sealer = idle.withLock { $0.popLast() } ?? EventSealer(randomness: randomness)
        defer { idle.withLock { if $0.count < 4 { $0.append(sealer) } } }
        return body(sealer)
    }

    /// Type, stream, open part and each part's keyed code: what tells a repeat from a reuse (log.md section 4).
    private static func digest(_ batch: Batch, codes: [Digest], into fingerprint: inout SHA256) {
        let head = ByteBuffer(capacity: 32)
        var code = 0
        for event in batch.events {
            head.memory.putBigEndian(event.type.rawValue, at: 0)
            head.memory.putBigEndian(UInt16(event.parts.count), at: 2)
            head.memory.putBigEndian(UInt32(event.open.count), at: 4)
            event.stream.write(into: head.slice(8..<24))
            fingerprint.update(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(head.memory)[..<24]))
            event.open.withUnsafeBytes { if !$0.isEmpty { fingerprint.update($0) } }
            for _ in event.parts {
                codes[code].withUnsafeBytes { fingerprint.update($0) }
                code += 1
            }
        }
    }
}
