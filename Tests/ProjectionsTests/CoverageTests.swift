import EventLog
import School
import SyncdTesting
import Testing

@testable import Projections

/// No projection goes without a scenario.
struct CoverageTests {
    @Test("the log of every event has every event type")
    func everyType() throws {
        let log = try EveryEvent().log
        let found = Set(try log.events(after: .origin, limit: .max).map(\.type.rawValue))
        // An event is parked by state itself, where it could not be applied: `ParkingTests`.
        for type in EventType.allCases where type != .eventParked {
            #expect(found.contains(type.rawValue), "\(type.name) is missing")
        }
    }

    @Test("invariant 5: every projection, over a log of every event, is the same in every way of applying it")
    func scenario() throws {
        try ProjectionScenario(EveryEvent().log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.bases().count == 2)
        }
    }

    @Test("every table of every projection has rows in it at some time")
    func everyTable() throws {
        let log = try EveryEvent().log
        let store = try TemporaryStore(inMemory: true)
        var empty = Set(AllProjections.list.flatMap { $0.tables.flatMap(\.names) })
        for end in log.batchEnds {
            let state = try State(at: store.path("state"), of: ShortenedSource(log, to: end))
            try state.catchUp()
            for (table, rows) in try state.read({ try $0.dump() }) where !rows.isEmpty { empty.remove(table) }
        }
        #expect(empty.isEmpty, "tables that EveryEvent leaves empty: \(empty.sorted())")
    }
}
