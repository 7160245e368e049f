import Identifiers
import Sealing
import Testing

@testable import EventLog

@Suite struct AppendTests {
    @Test("One event appended is read back as it was, and again after the log was closed and opened")
    func roundTrip() throws {
        let store = try TestStore()
        var maker = BatchMaker()
        let batch = maker.batch()
        do {
            let log = try store.open()
            let appended = try log.append(batch)
            #expect(appended == Appended(first: Position(1), count: 1, repeated: false))
            #expect(log.durableEnd == Position(1))
            let event = try #require(try log.all().first)
            #expect(event.open == batch.events[0].open)
            #expect(event.parts.first?.plaintext == batch.events[0].parts[0].plaintext)
            try log.close()
        }
        let log = try store.open()
        #expect(log.recovery.wasClean)
        let event = try #require(try log.all().first)
        #expect(event.position == Position(1))
        #expect(event.streamVersion == 1)
        #expect(event.parts.first?.plaintext == batch.events[0].parts[0].plaintext)
        #expect(event.parts.first?.subject == batch.events[0].parts[0].subject)
    }

    @Test("Invariant 2: what was acknowledged is there after the process was killed", arguments: [1, 3, 50, 400])
    func killed(batches: Int) throws {
        let store = try TestStore()
        var maker = BatchMaker()
        let log = try store.open()
        for _ in 0..<batches { _ = try log.append(maker.batch(events: 3)) }
        let killed = try TestStore(killing: store)
        let before = try log.all()
        let reopened = try killed.open()
        #expect(try reopened.all() == before)
        #expect(reopened.durableEnd == Position(UInt64(batches * 3)))
        _ = try reopened.append(maker.batch())
        #expect(reopened.durableEnd == Position(UInt64(batches * 3 + 1)))
    }

    @Test("Invariant 3: positions are gapless, stream versions and back pointers contiguous, trees counted per base")
    func places() throws {
        let store = try TestStore()
        var maker = BatchMaker()
        let log = try store.open()
        for round in 0..<40 { _ = try log.append(maker.batch(events: 1 + round % 4, stream: UInt64(round % 5))) }
        let events = try log.all()
        #expect(events.map(\.position.rawValue) == Array(1...UInt64(events.count)))
        var heads: [StreamID: RecordedEvent] = [:]
        var sizes: [BaseID: UInt64] = [:]
        for event in events {
            #expect(event.streamVersion == (heads[event.stream]?.streamVersion ?? 0) + 1)
            #expect(event.previousInStream == heads[event.stream]?.position ?? .origin)
            #expect(event.treeIndex == sizes[event.base, default: 0])
            heads[event.stream] = event
            sizes[event.base, default: 0] += 1
        }
    }

    @Test("A repeated command is answered as the first time, across a restart; with other content it is refused")
    func repeats() throws {
        let store = try TestStore()
        var maker = BatchMaker()
        let batch = maker.batch(events: 2)
        var other = maker.batch(events: 2)
        other.command = batch.command
        do {
            let log = try store.open()
            _ = try log.append(batch)
            #expect(try log.append(batch) == Appended(first: Position(1), count: 2, repeated: true))
            #expect(throws: EventLogError(.commandReused, "")) { try log.append(other) }
            try log.close()
        }
        let log = try store.open()
        #expect(try log.append(batch) == Appended(first: Position(1), count: 2, repeated: true))
        #expect(throws: EventLogError(.commandReused, "")) { try log.append(other) }
        #expect(log.durableEnd == Position(2))
    }

    @Test("A repeat is recognised after a kill, when the first answer was in the WAL alone")
    func repeatsAfterKill() throws {
        let store = try TestStore()
        var maker = BatchMaker()
        let batch = maker.batch(events: 2)
        let log = try store.open()
        _ = try log.append(batch)
        let reopened = try TestStore(killing: store).open()
        #expect(try reopened.append(batch) == Appended(first: Position(1), count: 2, repeated: true))
    }

    @Test("A condition on a stream, written to or not, holds at the instant of the append or nothing is written")
    func conditions() throws {
        let store = try TestStore()
        var maker = BatchMaker()
        let log = try store.open()
        let watched = StreamID(high: 1, low: 42)
        _ = try log.append(maker.batch(stream: 42, conditions: [StreamCondition(stream: watched, version: 0)]))
        #expect(throws: EventLogError(.versionConflict, "")) {
            try log.append(maker.batch(stream: 7, conditions: [StreamCondition(stream: watched, version: 0)]))
        }
        _ = try log.append(maker.batch(stream: 7, conditions: [StreamCondition(stream: watched, version: 1)]))
        #expect(log.durableEnd == Position(2))
        #expect(try log.version(of: watched) == 1)
        #expect(try log.version(of: StreamID(high: 9, low: 9)) == 0)
    }

    @Test("Many callers at once: every batch whole, every position once, in far fewer groups than calls")
    func manyCallers() async throws {
        let store = try TestStore()
        let log = try store.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<32 {
                group.addTask {
                    for round in 0..<20 {
                        var maker = BatchMaker(next: UInt64(caller * 1000 + round + 1))
                        _ = try await log.append(maker.batch(events: 2, stream: UInt64(caller)))
                    }
                }
            }
            try await group.waitForAll()
        }
        let events = try log.all()
        #expect(events.count == 32 * 20 * 2)
        #expect(events.map(\.position.rawValue) == Array(1...UInt64(events.count)))
        for pair in stride(from: 0, to: events.count, by: 2) {
            #expect(events[pair].command == events[pair + 1].command)
        }
    }

    @Test("A batch over a limit is refused and nothing is written")
    func limits() throws {
        let store = try TestStore()
        var maker = BatchMaker()
        let log = try store.open()
        var empty = maker.batch()
        empty.events = []
        var wide = maker.batch()
        wide.events[0].open = [UInt8](repeating: 1, count: Limits.openPartBytes + 1)
        for batch in [empty, wide] {
            #expect(throws: EventLogError(.batchRefused, "")) { try log.append(batch) }
        }
        #expect(log.durableEnd == .origin)
    }

    @Test("A batch larger than a segment gets a segment of its own")
    func largeBatch() throws {
        let store = try TestStore()
        var maker = BatchMaker()
        var settings = TestStore.smallSettings
        // Nothing is applied, and no segment goes, while the store is copied.
        settings.idleMilliseconds = 60_000
        settings.applyEvents = 1_000_000
        do {
            let log = try store.open(settings)
            var batch = maker.batch(events: 10)
            for index in batch.events.indices { batch.events[index].open = [UInt8](repeating: 7, count: 60_000) }
            _ = try log.append(maker.batch())
            _ = try log.append(batch)
            _ = try log.append(maker.batch())
            let reopened = try TestStore(killing: store).open()
            #expect(try reopened.all().count == 12)
            try log.close()
        }
        #expect(try store.open().all().count == 12)
    }

    @Test("A clock that stepped back more than a day must be confirmed")
    func clockStep() throws {
        let store = try TestStore()
        var maker = BatchMaker()
        let first = maker.batch()
        var early = maker.batch()
        early.recordedAt = Timestamp(microseconds: first.recordedAt.microseconds - 25 * 3600 * 1_000_000)
        do {
            let log = try store.open()
            _ = try log.append(first)
            #expect(throws: EventLogError(.clockStepped, "")) { try log.append(early) }
            try log.close()
        }
        var settings = TestStore.smallSettings
        settings.acceptsClockStep = true
        let confirmed = try store.open(settings)
        #expect(try confirmed.append(early).first == Position(2))
    }

    @Test("One process owns a store; another waits and is told who has it")
    func oneOwner() throws {
        let store = try TestStore()
        let log = try store.open()
        #expect(throws: EventLogError(.owned, "")) { try store.open() }
        try log.close()
    }
}
