import Glibc
import Identifiers
import Sealing
import Synchronization
import Testing

@testable import EventLog

@Suite struct AppendQueueTests {
    @Test("The writer's thread goes on until a lone caller's flush has ended, so that nothing is written after it")
    func loneCallerDuringClose() async throws {
        let stage = Monitor(0)
        let queue = AppendQueue { group in
            stage.change { $0 = 1 }
            stage.wait { $0 == 2 ? () : nil }
            for pending in group { pending.answer(.failure(EventLogError(.batchRefused, "refused"))) }
        }
        var hash = SHA256()
        let batch = SealedBatch(
            command: CommandID(high: 1, low: 1),
            fingerprint: hash.finish(),
            generation: 1,
            recordedAt: Timestamp(microseconds: 0),
            conditions: [],
            buffer: ByteBuffer(capacity: 1),
            offsets: [0, 0],
            plain: []
        )
        let caller = try WorkerThread { _ = try? queue.append(batch) }
        stage.wait { $0 == 1 ? () : nil }
        let hasEnded = Mutex(false)
        let writer = try WorkerThread {
            queue.run()
            hasEnded.withLock { $0 = true }
        }
        queue.close()
        usleep(50_000)
        #expect(!hasEnded.withLock { $0 })
        #expect(throws: EventLogError(.closed, "")) { try queue.append(batch) }
        stage.change { $0 = 2 }
        caller.join()
        writer.join()
    }
}
