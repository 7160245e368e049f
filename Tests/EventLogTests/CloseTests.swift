import Foundation
import Identifiers
import Synchronization
import Testing

@testable import EventLog

@Suite struct CloseTests {
    @Test("A closed log refuses to read: nobody is taken for erased because keys are no longer in memory")
    func readsAfterClose() throws {
        let store = try TestStore()
        let log = try store.open()
        var maker = BatchMaker()
        _ = try log.append(maker.batch(events: 3))
        try log.close()
        let closed = EventLogError(.closed, "")
        #expect(throws: closed) { try log.all() }
        #expect(throws: closed) { try log.events(after: .origin, limit: 10) }
        #expect(throws: closed) { try log.scanLeaves { _ in } }
        #expect(throws: closed) { try log.scanParts { _, _ in } }
        #expect(throws: closed) { try log.version(of: StreamID(high: 1, low: 7)) }
        #expect(throws: closed) { try log.leafHash(at: Position(1)) }
        #expect(throws: closed) {
            try log.keyedHash(of: [1], subject: SubjectID(high: 2, low: 9), dataClass: DataClass(rawValue: 1))
        }
        #expect(throws: closed) { try log.append(maker.batch()) }
    }

    @Test("Closing waits for reads that have begun, and they see everybody")
    func readsDuringClose() async throws {
        let store = try TestStore()
        let log = try store.open()
        var maker = BatchMaker()
        let open = String(repeating: "o", count: 20_000)
        for _ in 0..<16 { _ = try await log.append(maker.batch(events: 3, open: open)) }
        try log.applyAll()
        let begun = Mutex(false)
        let reader = Task.detached {
            var subjects: [SubjectID?] = []
            try log.read(LogQuery(opensParts: true)) { event in
                subjects += event.parts.map(\.subject)
                begun.withLock { $0 = true }
                if subjects.count == 1 { usleep(100_000) }
                return true
            }
            return subjects
        }
        while !begun.withLock({ $0 }) { await Task.yield() }
        try log.close()
        let subjects = try await reader.value
        #expect(subjects.count == 48)
        #expect(subjects.allSatisfy { $0 == SubjectID(high: 2, low: 9) })
    }

    @Test("Appends that race with closing are answered: stored, or refused; what is stored is there afterwards")
    func appendsDuringClose() async throws {
        let store = try TestStore()
        for round in 0..<12 {
            let end = try await race(try store.open(), round: round)
            let again = try TestStore(killing: store)
            let reopened = try again.open()
            #expect(reopened.recovery.wasClean)
            #expect(reopened.durableEnd == end)
        }
    }

    /// Appends from many sides while the log is closed.
    ///
    /// - Returns: the last position.
    private func race(_ log: EventLog, round: Int) async throws -> Position {
        let closer = try WorkerThread {
            usleep(UInt32(round * 500))
            try? log.close()
        }
        try await withThrowingTaskGroup(of: Position.self) { group in
            for caller in 0..<6 {
                group.addTask { try await Self.append(to: log, seed: UInt64(1 + (round * 6 + caller) * 1000), caller) }
            }
            for try await acknowledged in group { #expect(acknowledged <= log.durableEnd) }
        }
        closer.join()
        return log.durableEnd
    }

    /// Appends until the log is closed.
    ///
    /// - Returns: the last position that was acknowledged.
    private static func append(to log: EventLog, seed: UInt64, _ caller: Int) async throws -> Position {
        var maker = BatchMaker(next: seed)
        var last = Position.origin
        for _ in 0..<40 {
            do {
                let batch = maker.batch()
                last = try caller % 2 == 0 ? await log.append(batch).last : appendHoldingThread(log, batch).last
            } catch let error as EventLogError where error.code == .closed {
                break
            }
        }
        return last
    }

    @Test("A subscriber ends in silence only when it has been told of everything that closing still acknowledged")
    func subscriberDuringClose() async throws {
        let store = try TestStore()
        let log = try store.open()
        let follower = Task { () throws -> Position? in
            var last = Position.origin
            do {
                for try await events in try log.subscribe(after: .origin) { last = events.last?.position ?? last }
            } catch let error as EventLogError where error.code == .closed {
                return nil
            }
            return last
        }
        let closer = try WorkerThread {
            usleep(20_000)
            try? log.close()
        }
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    var maker = BatchMaker(next: UInt64(1 + caller * 1000))
                    while (try? await log.append(maker.batch())) != nil {}
                }
            }
        }
        closer.join()
        let last = try await follower.value
        #expect(last == nil || last == log.durableEnd)
    }
}

/// The blocking form of append, called from a test's task.
private func appendHoldingThread(_ log: EventLog, _ batch: Batch) throws -> Appended { try log.append(batch) }
