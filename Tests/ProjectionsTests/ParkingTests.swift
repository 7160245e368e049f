import EventLog
import Events
import Foundation
import Identifiers
import LMDB
import School
import SwiftProtobuf
import SyncdTesting
import Synchronization
import Testing

@testable import Projections

/// Events that state cannot take in: their streams wait, all others go on (log.md section 4).
struct ParkingTests {
    private let log = ReferenceLog()
    private let store: TemporaryStore
    private let builder = EventBuilder()
    private let base = BaseID(high: 1, low: 1)
    private static let ada = SubjectID(high: 6, low: 1)
    private static let ben = SubjectID(high: 6, low: 2)

    init() throws { store = try TemporaryStore() }

    private func told(_ person: SubjectID, _ town: String) throws -> NewEvent {
        let content = GroupContent(.address, [FieldRow([.init(.town, town)])])
        return try builder.changed(.pupil, person, at: base, key: "\(person.low)", [content])
    }

    /// An event of somebody that no program can read.
    private func unreadable(_ person: SubjectID) -> NewEvent {
        NewEvent(type: EventType.pupilGroupChanged.number, base: base, stream: StreamID(person), open: [0xFF, 0xFF])
    }

    /// Appends what the command line does when state could not take in events.
    private var recorder: State.ParkingRecorder {
        { [log, builder] parked in
            try log.append(
                parked.map { parked in
                    let message = Syncd_Events_EventParked.with {
                        $0.position = parked.position.rawValue
                        $0.stream = Data(parked.stream.bytes)
                        $0.projection = parked.projection
                        $0.reason = parked.reason
                    }
                    return try builder.event(.eventParked, .zero, .zero, message)
                }
            )
        }
    }

    private func retry(_ position: UInt64, _ person: SubjectID) throws {
        let message = Syncd_Events_EventRetried.with {
            $0.position = position
            $0.stream = Data(person.bytes)
        }
        try log.append(try builder.event(.eventRetried, .zero, .zero, message))
    }

    private func town(_ person: SubjectID, _ state: State) throws -> String? {
        try state.read { try $0.groups(of: person).first { $0.group == .address } }
            .flatMap { GroupContent(canonicalBytes: $0.canonicalBytes)?.rows.first?.entries.first?.value }
    }

    @Test("An event that cannot be read waits with what follows it in its stream; others go on, and the log is told")
    func parked() throws {
        try log.append(try told(Self.ada, "Ayton"))
        let state = try State(at: store.path("state"), of: log, recorder: recorder)
        try log.append(unreadable(Self.ada))
        try log.append(try told(Self.ada, "Beeford"), try told(Self.ben, "Ceeton"))
        #expect(try state.catchUp() == log.durableEnd)
        #expect(try town(Self.ada, state) == "Ayton")
        #expect(try town(Self.ben, state) == "Ceeton")
        let parked = try state.read { try $0.parkedEvents() }
        #expect(parked.map(\.position) == [Position(2)])
        #expect(parked.first?.waiting == [Position(3)])
        #expect(parked.first?.toldAt == Position(5))
        #expect(log.durableEnd == Position(5))
        // Told once.
        #expect(try state.catchUp() == Position(5))
        #expect(try state.verify().difference == nil)
        #expect(try state.list().contains { $0.condition == .failed(streams: 1) } == false)
        try ProjectionScenario(log).run { _ in }
    }

    @Test(
        "A projection's own fault parks, nothing of the event is half-applied, and a retry after the repair applies it"
    )
    func repaired() throws {
        var faulty = Towns()
        faulty.fault = StreamID(Self.ada)
        try log.append(try told(Self.ben, "Ayton"))
        do {
            // Entities come first: what they write of a parked event must not stay.
            let state = try State(
                at: store.path("state"),
                of: log,
                projections: [Entities(), faulty],
                recorder: recorder
            )
            try log.append(try told(Self.ada, "Ayton"), try told(Self.ben, "Beeford"))
            try log.append(try told(Self.ada, "Ceeton"))
            try state.catchUp()
            #expect(try town(Self.ada, state) == nil)
            #expect(try town(Self.ben, state) == "Beeford")
            #expect(try state.list().first { $0.name == "towns" }?.condition == .failed(streams: 1))
            #expect(try state.read { try $0.parkedEvents() }.map(\.position) == [Position(2)])
        }
        // The repaired program does not apply it before the retry: whoever follows the log has been past it.
        let state = try State(at: store.path("state"), of: log, projections: [Entities(), Towns()], recorder: recorder)
        try state.catchUp()
        #expect(try town(Self.ada, state) == nil)
        #expect(try state.rebuild().isPublished)
        #expect(try town(Self.ada, state) == nil)
        let cursor = log.durableEnd
        try retry(2, Self.ada)
        try state.catchUp()
        #expect(try town(Self.ada, state) == "Ceeton")
        #expect(try state.read { try $0.parkedEvents() }.isEmpty)

        var changed: [BaseChange] = []
        try state.read { snapshot in
            try snapshot.changes(at: base, after: cursor, to: log.durableEnd) { change in
                changed.append(change)
                return true
            }
        }
        #expect(changed.map(\.entity) == [Self.ada])
        #expect(changed.map(\.position) == [log.durableEnd])
        #expect(try state.verify().difference == nil)
        try ProjectionScenario(log, projections: [Entities(), Towns()]).run { _ in }
    }

    @Test("A retry that fails is told of, too, and what it would have changed waits for the next")
    func failedRetry() throws {
        var faulty = Towns()
        faulty.fault = StreamID(Self.ada)
        do {
            let state = try State(
                at: store.path("state"),
                of: log,
                projections: [Entities(), faulty],
                recorder: recorder
            )
            try log.append(try told(Self.ada, "Ayton"))
            try state.catchUp()
            try retry(1, Self.ada)
            try state.catchUp()
            #expect(log.durableEnd == Position(4))
            #expect(try state.read { try $0.parkedEvents() }.map(\.toldAt) == [Position(4)])
        }
        let repaired = [Entities(), Towns()] as [any Projection]
        let state = try State(at: store.path("again"), of: log, projections: repaired, recorder: recorder)
        #expect(try town(Self.ada, state) == nil)
        try retry(1, Self.ada)
        try state.catchUp()
        #expect(try town(Self.ada, state) == "Ayton")
        try ProjectionScenario(log, projections: repaired).run { _ in }
    }

    @Test(
        "Invariant 5: with faults, parkings and retries at random, every way of applying ends byte-equal",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let people = (1...6).map { SubjectID(high: 6, low: $0) }
        let state = try State(at: store.path("state"), of: log, recorder: recorder)
        for _ in 0..<80 {
            let person = people[Int.random(in: 0..<people.count, using: &random)]
            switch Int.random(in: 0..<8, using: &random) {
            case 0: try log.append(unreadable(person))
            case 1: try log.append(try told(person, "A"), unreadable(person), try told(people[0], "B"))
            case 2:
                let parked = try state.read { try $0.parkedEvents() }
                if let first = parked.first { try retry(first.position.rawValue, SubjectID(first.stream)) }
            default: try log.append(try told(person, "Town \(Int.random(in: 0..<9, using: &random))"))
            }
            if Bool.random(using: &random) { try state.catchUp() }
        }
        try state.catchUp()
        #expect(try state.verify().difference == nil)
        try ProjectionScenario(log).run { _ in }
    }

    @Test("An event that a new version cannot apply, and the old one could, stops the switch")
    func newlyParked() throws {
        try log.append(try told(Self.ada, "Ayton"), try told(Self.ben, "Ayton"))
        _ = try State(at: store.path("state"), of: log, projections: [Entities(), Towns()])
        var faulty = Towns()
        (faulty.version, faulty.fault) = (2, StreamID(Self.ada))
        let state = try State(at: store.path("state"), of: log, projections: [Entities(), faulty])
        let rebuild = try state.rebuild()
        #expect(!rebuild.isPublished && rebuild.parkingDiffers)
        #expect(throws: ProjectionError(.rebuildAll, "")) {
            try state.rebuild(["towns"], publishing: .accepted, resuming: false)
        }
        #expect(state.generation == 1)
    }

    @Test("Nothing that a parked event says stands in what is told of it")
    func noPersonalData() throws {
        let secret = "Ayton-under-Sample"
        var event = try told(Self.ada, secret)
        event.parts[0].plaintext = Array(secret.utf8)
        try log.append(event)
        let state = try State(at: store.path("state"), of: log, recorder: recorder)
        try state.catchUp()
        let told = try #require(try log.event(at: Position(2)))
        #expect(!String(decoding: told.open, as: UTF8.self).contains(secret))
        #expect(String(decoding: told.open, as: UTF8.self).contains("event 1"))
    }
}
