import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf
import SyncdTesting

/// A log of made-up changes: pupils, contacts, class memberships and marks that are told, cleared, go, come back and
/// move, in batches of random length, the same for a seed.
struct RandomHistory {
    let log = ReferenceLog()
    private var random: SplitMix64
    private let builder = EventBuilder()
    let bases: [BaseID]
    private var people: [Person]

    private struct Person {
        var id: SubjectID
        var kind: EntityKind
        var base: BaseID
        var key: String
    }

    init(seed: UInt64, people count: Int = 12, bases baseCount: Int = 3) {
        var random = SplitMix64(seed: seed)
        let bases = (0..<baseCount).map { _ in BaseID.random(using: &random) }
        self.bases = bases
        people = (0..<count).map { number in
            Person(
                id: .random(using: &random),
                kind: number % 3 == 0 ? .contact : .pupil,
                base: bases[number % baseCount],
                key: number % 5 == 0 ? String(repeating: "k\(number)", count: 150) : "k\(number)"
            )
        }
        self.random = random
    }

    /// Every entity that an event may have been about.
    var entities: [SubjectID] { people.map(\.id) }

    /// Appends batches.
    mutating func append(batches: Int) throws {
        for _ in 0..<batches {
            var events: [NewEvent] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) { events += try change() }
            try log.append(events)
        }
    }

    private mutating func change() throws -> [NewEvent] {
        let place = Int.random(in: 0..<people.count, using: &random)
        let person = people[place]
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
            let statuses: [Syncd_Events_EntityStatusChanged.Status] = [.present, .absent, .left, .deletedAtSource]
            let status = statuses[Int.random(in: 0..<statuses.count, using: &random)]
            return [try builder.status(status, of: person.id, person.kind, at: person.base)]
        case 1:
            let to = bases[Int.random(in: 0..<bases.count, using: &random)]
            if to == person.base { return [] + [try told(person, .set)] }
            people[place].base = to
            return try builder.moved(person.id, person.kind, from: person.base, to: to)
        case 2:
            let change: EventBuilder.GroupPartChange = Bool.random(using: &random) ? .cleared : .deletedAtSource
            return [
                try builder.changed(
                    person.kind,
                    person.id,
                    at: person.base,
                    key: person.key,
                    [GroupContent(.address, [])],
                    change: change
                )
            ]
        case 3:
            return [try register(at: person.base)]
        case 4:
            return try transfer(at: person.base)
        default:
            return [try told(person, .set)]
        }
    }

    private mutating func told(_ person: Person, _ change: EventBuilder.GroupPartChange) throws -> NewEvent {
        let groups: [DataGroup] = [.basicDetails, .address, .contacts]
        let contents = groups.prefix(Int.random(in: 1...3, using: &random)).map { group in
            GroupContent(group, [FieldRow([.init(.surname, "Sample\(Int.random(in: 0..<4, using: &random))")])])
        }
        return try builder.changed(person.kind, person.id, at: person.base, key: person.key, contents)
    }

    private mutating func register(at base: BaseID) throws -> NewEvent {
        let marks = people.filter { $0.kind == .pupil && $0.base == base }.map { pupil in
            (
                entity: SubjectID(high: pupil.id.low, low: 1), owner: pupil.id, key: pupil.key + "\u{1F}2024-09-02",
                content: GroupContent(.attendance, [FieldRow([.init(.mark, "/")])])
            )
        }
        return try builder.changed(.mark, marks, at: base, stream: StreamID(high: base.high, low: 7))
    }

    /// A run that is acknowledged, fails, or has not ended.
    private mutating func transfer(at base: BaseID) throws -> [NewEvent] {
        let stream = StreamID(high: 5, low: 1)
        let run = Data(RunID.random(using: &random).bytes)
        let task = Data(TaskID(high: 6, low: 1).bytes)
        var items = Syncd_Events_TransferItems()
        items.run = run
        items.task = task
        items.recipient = Data(RecipientID(high: 4, low: UInt64.random(in: 0...1, using: &random)).bytes)
        var pupil = Syncd_Events_SentPupil()
        pupil.entity = Data(people[0].id.bytes)
        pupil.recipientKey = Data(RecipientID.random(using: &random).bytes)
        pupil.groups = [1, 2]
        pupil.hashes = Data((0..<64).map { UInt8($0 < 32 ? 0 : $0) })
        items.pupils = [pupil]
        var events = [try builder.event(.transferItems, base, stream, items)]
        switch Int.random(in: 0..<4, using: &random) {
        case 0: break
        case 1:
            let failed = Syncd_Events_TransferFailed.with {
                $0.run = run
                $0.task = task
            }
            events.append(try builder.event(.transferFailed, base, stream, failed))
        default:
            let completed = Syncd_Events_TransferCompleted.with {
                $0.run = run
                $0.task = task
            }
            events.append(try builder.event(.transferCompleted, base, stream, completed))
        }
        return events
    }
}
