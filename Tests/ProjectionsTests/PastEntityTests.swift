import EventLog
import Identifiers
import School
import SyncdTesting
import Testing

@testable import Projections

/// An entity as it was, from its own events, against state as it was.
struct PastEntityTests {
    @Test(
        "as-of: what the events about an entity give at any position is what state held there",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func everyPosition(seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        try history.append(batches: 40)
        let store = try TemporaryStore()
        let now = try State(at: store.path("now"), of: history.log)
        var compared = 0
        for end in history.log.batchEnds {
            let then = try State(at: store.path("then"), of: ShortenedSource(history.log, to: end))
            try then.catchUp()
            for id in history.entities {
                let past = try now.read { try $0.past(of: id, at: end, from: history.log).entity() }
                let held = try then.read { snapshot in
                    try snapshot.entity(id).map { PastEntity(entity: $0, groups: try snapshot.groups(of: id)) }
                }
                #expect(past == held, "seed \(seed), position \(end)")
                compared += held == nil ? 0 : 1
            }
        }
        #expect(compared > 100)
    }

    @Test("invariant 8: nothing is known of a past whose keys have been destroyed since")
    func erased() throws {
        var history = RandomHistory(seed: 3)
        try history.append(batches: 30)
        let end = history.log.durableEnd
        let store = try TemporaryStore()
        let state = try State(at: store.path("state"), of: history.log)
        let id = history.entities[1]
        #expect(try state.read { try $0.past(of: id, at: end, from: history.log).entity() } != nil)
        history.log.destroyKeys(of: id)
        #expect(try state.read { try $0.past(of: id, at: end, from: history.log).entity() } == nil)
    }
}
