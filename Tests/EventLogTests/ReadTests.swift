import Identifiers
import Testing

@testable import EventLog

@Suite struct ReadTests {
    /// A log with some events in blocks, some in the tail alone.
    private func filled(_ store: TestStore) throws -> EventLog {
        var settings = TestStore.smallSettings
        settings.idleMilliseconds = 60_000
        settings.applyEvents = 1_000_000
        var maker = BatchMaker()
        let log = try store.open(settings)
        for round in 0..<60 { _ = try log.append(maker.batch(events: 1 + round % 5, stream: UInt64(round % 7))) }
        try log.applyAll()
        for round in 0..<20 { _ = try log.append(maker.batch(events: 1 + round % 5, stream: UInt64(round % 7))) }
        return log
    }

    @Test("Every query, forward and backward, gives what filtering everything gives")
    func queries() throws {
        let store = try TestStore()
        let log = try filled(store)
        let all = try log.all()
        let middle = all[all.count / 2]
        var queries: [LogQuery] = [LogQuery(opensParts: true)]
        queries.append(LogQuery(base: middle.base, opensParts: true))
        queries.append(LogQuery(type: middle.type, opensParts: true))
        queries.append(LogQuery(stream: middle.stream, opensParts: true))
        queries.append(LogQuery(from: Position(40), through: Position(200), stream: middle.stream, opensParts: true))
        queries.append(LogQuery(from: Position(17), through: Position(190), base: middle.base, opensParts: true))
        queries.append(LogQuery(times: all[10].recordedAt...all[170].recordedAt, opensParts: true))
        queries.append(LogQuery(from: Position(100_000), opensParts: true))
        for query in queries {
            let expected = all.filter { event in
                event.position >= query.from && event.position <= query.through ?? Position(.max)
                    && query.base ?? event.base == event.base && query.type ?? event.type == event.type
                    && query.stream ?? event.stream == event.stream
                    && query.times?.contains(event.recordedAt) ?? true
            }
            #expect(try log.all(query) == expected, "\(query)")
            var backward = query
            backward.direction = .backward
            #expect(try log.all(backward) == expected.reversed(), "\(backward)")
        }
    }

    @Test("A reader that stops early is not called again")
    func stops() throws {
        let store = try TestStore()
        let log = try filled(store)
        for direction in [LogQuery.Direction.forward, .backward] {
            var seen = 0
            try log.read(LogQuery(direction: direction)) { _ in
                seen += 1
                return seen < 5
            }
            #expect(seen == 5)
        }
    }

    @Test("Following in pieces of any size gives every event once, in whole batches", arguments: [1, 2, 7, 1000])
    func following(limit: Int) throws {
        let store = try TestStore()
        let log = try filled(store)
        var position = Position.origin
        var events: [RecordedEvent] = []
        while true {
            let piece = try log.events(after: position, limit: limit)
            guard let last = piece.last else { break }
            #expect(last.endsBatch)
            events += piece
            position = last.position
        }
        #expect(events == (try log.all()))
    }

    @Test("A subscriber gets what is there, then what comes, without gap or duplicate, and ends when the log closes")
    func subscribes() async throws {
        let store = try TestStore()
        let log = try filled(store)
        let there = log.durableEnd.rawValue
        let follower = Task {
            var positions: [UInt64] = []
            for try await events in try log.subscribe(after: .origin, limit: 10) {
                positions += events.map(\.position.rawValue)
                if positions.count >= Int(there) + 50 { break }
            }
            return positions
        }
        var maker = BatchMaker(next: 1000)
        for _ in 0..<50 { _ = try await log.append(maker.batch()) }
        #expect(try await follower.value == Array(1...there + 50))
        let waiting = Task { () -> Int in
            var count = 0
            for try await events in try log.subscribe(after: log.durableEnd) { count += events.count }
            return count
        }
        try log.close()
        #expect(try await waiting.value == 0)
    }

    @Test("Following from beyond the durable end is refused; from the end itself it is not")
    func subscribesBeyond() throws {
        let store = try TestStore()
        let log = try filled(store)
        #expect(throws: EventLogError(.outOfRange, "")) { try log.subscribe(after: log.durableEnd.next) }
        _ = try log.subscribe(after: log.durableEnd)
    }

    @Test("The last position at or before a time is found by the clock's readings")
    func asOf() throws {
        let store = try TestStore()
        let log = try filled(store)
        let all = try log.all()
        let time = all[100].recordedAt
        let expected = all.last { $0.recordedAt <= time }?.position
        #expect(try log.lastPosition(at: time) == expected)
        #expect(try log.lastPosition(at: Timestamp(microseconds: 0)) == .origin)
    }
}
