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
    ///
    /// - Returns: the code of each part's plaintext under its data key, in order.
    func seal(_ work: EncodingWork, under keys: borrowing KeyView) throws(EventLogError) -> [Digest] {
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
        return codes
    }

    private func take<Answer>(_ body: (EventSealer) -> Answer) -> Answer {
        let sealer = idle.withLock { $0.popLast() } ?? EventSealer(randomness: randomness)
        defer { idle.withLock { if $0.count < 4 { $0.append(sealer) } } }
        return body(sealer)
    }
}
