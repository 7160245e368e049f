import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf
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

    @Test("an event that waited counts from its retry on, in the past as in state, and so does a contact's change")
    func retried() throws {
        let log = ReferenceLog()
        let builder = EventBuilder()
        let base = BaseID(high: 1, low: 1)
        let ada = SubjectID(high: 6, low: 1)
        func tell(_ surname: String) throws {
            let content = GroupContent(.contactDetails, [FieldRow([.init(.surname, surname)])])
            try log.append(builder.changed(.contact, ada, at: base, key: "C1", [content]))
        }
        let recorder: State.ParkingRecorder = { parked in
            try log.append(
                parked.map { parked in
                    let message = Syncd_Events_EventParked.with {
                        $0.position = parked.position.rawValue
                        $0.stream = Data(parked.stream.bytes)
                    }
                    return try builder.event(.eventParked, .zero, .zero, message)
                }
            )
        }
        let store = try TemporaryStore(inMemory: true)
        try tell("Before")
        try tell("After")
        var limits = GenerationWriter.Limits()
        limits.inapplicable = Position(2)
        try State(at: store.path("state"), of: log, limits: limits, notice: { _ in }, recorder: recorder).catchUp()
        let parkedAt = log.durableEnd
        let retry = Syncd_Events_EventRetried.with {
            $0.position = 2
            $0.stream = Data(ada.bytes)
        }
        try log.append(builder.event(.eventRetried, .zero, .zero, retry))
        let state = try State(at: store.path("state"), of: log, recorder: recorder)
        try state.catchUp()
        let end = log.durableEnd
        let before = try state.read { try $0.past(of: ada, at: parkedAt, from: log).entity() }
        let after = try state.read { try $0.past(of: ada, at: end, from: log).entity() }
        #expect(before?.groups.map(\.position) == [Position(1)])
        #expect(after?.groups == (try state.read { try $0.groups(of: ada) }))
        #expect(after?.groups.map(\.position) == [end] && end > parkedAt)
        var changed: [String] = []
        try state.read { try $0.changedContacts(after: parkedAt, to: end) { changed.append($2) } }
        #expect(changed == ["C1"])
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
