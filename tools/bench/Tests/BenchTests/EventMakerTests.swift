import EventLog
import Testing

@testable import bench

/// The made-up events.
@Suite struct EventMakerTests {
    @Test("the same seed makes the same events, another order others")
    func seeded() throws {
        var first = try EventMaker(people: 1_000, bases: 5, seed: 9)
        var second = try EventMaker(people: 1_000, bases: 5, seed: 9)
        var third = second.reordered(seed: 10)
        let events = try first.batch(of: 100).events
        #expect(try second.batch(of: 100).events == events)
        #expect(try third.batch(of: 100).events != events)
    }

    @Test("an introduction has one event of each person")
    func introduction() throws {
        var maker = try EventMaker(people: 300, bases: 5)
        let streams = try [0..<200, 200..<300].flatMap { try maker.batch(introducing: $0).events.map(\.stream) }
        #expect(streams.count == 300)
        #expect(Set(streams).count == 300)
    }

    @Test("an event is one part of about 90 bytes that decodes, in its person's own stream and base")
    func shape() throws {
        var maker = try EventMaker(people: 100, bases: 5)
        let batch = try maker.batch(of: 2_000)
        for event in batch.events {
            #expect(event.parts.count == 1)
            for part in event.parts {
                #expect((75...105).contains(part.plaintext.count))
                try decode(part.plaintext.span.bytes)
            }
        }
        #expect(Set(batch.events.map(\.stream)).count == 100)
        #expect(Set(batch.events.map(\.base)).count == 5)
        let basesOfStreams = Dictionary(grouping: batch.events, by: \.stream).values.map { Set($0.map(\.base)).count }
        #expect(basesOfStreams.allSatisfy { $0 == 1 })
        let bytes = batch.events.reduce(0) { $0 + ($1.parts.first?.plaintext.count ?? 0) }
        #expect((80...100).contains(bytes / batch.events.count))
    }
}
