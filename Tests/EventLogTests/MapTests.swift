import Identifiers
import LMDB
import Synchronization
import Testing

@testable import EventLog

@Suite struct MapTests {
    @Test("A map that is too small grows while the log is read, and nothing is refused")
    func grows() async throws {
        let store = try TestStore()
        var settings = TestStore.smallSettings
        settings.mapBytes = 256 << 10
        let log = try store.open(settings)
        let isDone = Mutex(false)
        let faults = Mutex<[String]>([])
        let rounds = Mutex(0)
        let reader = try WorkerThread {
            while !isDone.withLock({ $0 }) {
                do {
                    var count = 0
                    let end = log.durableEnd
                    try log.scanLeaves(through: end) { _ in count += 1 }
                    if count != Int(end.rawValue) { faults.withLock { $0.append("\(count) of \(end)") } }
                    rounds.withLock { $0 += 1 }
                } catch {
                    faults.withLock { $0.append("\(error)") }
                }
            }
        }
        var maker = BatchMaker()
        let open = String(repeating: "o", count: 2000)
        for _ in 0..<60 {
            _ = try await log.append(maker.batch(events: 10, stream: maker.next, open: open))
        }
        try log.applyAll()
        isDone.withLock { $0 = true }
        reader.join()
        #expect(faults.withLock { $0 } == [])
        #expect(rounds.withLock { $0 } > 0)
        #expect(log.appliedEnd == Position(600))
        #expect(try log.file.environment.statistics().mapBytes > 1 << 20)
        #expect(try log.all().count == 600)
    }
}
