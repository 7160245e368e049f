import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// A random history of schools, the same for a seed: imports, edits, moves, leavers, registers; told to a log as events
/// and to a naive model as plain values.
public struct SchoolStory {
    /// Where the random numbers come from; a test draws its own from here, too.
    public var random: SplitMix64
    /// What the schools hold now.
    public private(set) var schools = NaiveSchools()
    /// The schools.
    public let bases: [BaseID]

    private let append: ([NewEvent]) throws -> Void
    private let builder = EventBuilder()
    private let people: Int
    private var runs: UInt64 = 0
    private var steps = 0

    /// Begins a story, and registers its schools.
    ///
    /// - Parameters:
    ///   - seed: two stories of one seed are the same.
    ///   - append: appends events as one batch.
    public init(
        seed: UInt64,
        people: Int = 10,
        bases count: Int = 3,
        append: @escaping ([NewEvent]) throws -> Void
    ) throws {
        random = SplitMix64(seed: seed)
        self.people = people
        self.append = append
        bases = (0..<count).map { BaseID(high: 10, low: UInt64($0 + 1)) }
        for (number, base) in bases.enumerated() {
            let registered = Syncd_Events_BaseRegistered.with { $0.key = "00\(number + 1)" }
            try append([builder.event(.baseRegistered, base, StreamID(base), registered)])
        }
    }

    /// A number from 0 to below a bound.
    public mutating func pick(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    /// Lets one thing happen, in one batch.
    public mutating func step() throws {
        steps += 1
        switch pick(12) {
        case 0, 1: try importSome()
        case 2: try say()
        case 3: try move()
        case 4: try clear()
        case 5: try takeRegister()
        case 6: try tellAgain()
        default: try append(edit(anybody()))
        }
    }

    /// The ids that the story knows: pupils first, then contacts.
    private mutating func anybody() -> SubjectID { SubjectID(high: 100, low: UInt64(pick(people))) }

    private func kind(of id: SubjectID) -> EntityKind { id.low % 4 == 3 ? .contact : .pupil }

    private mutating func content(for kind: EntityKind) -> GroupContent {
        guard kind == .pupil else {
            return GroupContent(.contactDetails, [FieldRow([.init(.surname, "Parent\(pick(3))")])])
        }
        switch pick(3) {
        case 0:
            var row = FieldRow([.init(.surname, "Name\(pick(3))")])
            if pick(3) > 0 { row[.upn] = "A00110792141\(pick(3))" }
            return GroupContent(.basicDetails, [row])
        case 1: return GroupContent(.address, [FieldRow([.init(.town, "Town\(pick(3))")])])
        default: return GroupContent(.registration, [FieldRow([.init(.yearGroup, "\(1 + pick(2))")])])
        }
    }

    /// Tells one group of somebody, who is new when nothing was known.
    private mutating func edit(_ id: SubjectID) throws -> [NewEvent] {
        let kind = kind(of: id)
        let content = content(for: kind)
        var thing =
            schools.things[id] ?? NaiveSchools.Thing(kind: kind, base: bases[pick(bases.count)], groups: [:])
        thing.groups[content.group] = content.rows
        schools.things[id] = thing
        return [try builder.changed(kind, id, at: thing.base, key: "k\(id.low)", [content])]
    }

    /// An import run: who it is about is told in one batch with its beginning and end.
    private mutating func importSome() throws {
        runs += 1
        let run = Data(RunID(high: 3, low: runs).bytes)
        let source = Data(builder.source.bytes)
        let owner = bases[0]
        let started = Syncd_Events_ImportStarted.with {
            $0.run = run
            $0.source = source
            $0.format = "syncd-csv"
        }
        var events = [try builder.event(.importStarted, owner, StreamID(builder.source), started)]
        for _ in 0...pick(5) { events += try edit(anybody()) }
        let completed = Syncd_Events_ImportCompleted.with {
            $0.run = run
            $0.source = source
            $0.appended = UInt64(events.count - 1)
        }
        events.append(try builder.event(.importCompleted, owner, StreamID(builder.source), completed))
        try append(events)
    }

    /// Somebody leaves, is missing, is deleted, or is there again.
    private mutating func say() throws {
        let id = anybody()
        guard var thing = schools.things[id] else { return try append(edit(id)) }
        let words: [(Syncd_Events_EntityStatusChanged.Status, NaiveSchools.Gone?)] = [
            (.present, nil), (.present, nil), (.absent, .absent), (.left, .left), (.deletedAtSource, .deletedAtSource),
        ]
        let word = words[pick(words.count)]
        thing.gone = word.1
        thing.statusSaid = steps
        schools.things[id] = thing
        try append([builder.status(word.0, of: id, thing.kind, at: thing.base)])
    }

    private mutating func move() throws {
        let id = anybody()
        guard var thing = schools.things[id] else { return try append(edit(id)) }
        let to = bases[pick(bases.count)]
        guard to != thing.base else { return try append(edit(id)) }
        let events = try builder.moved(id, thing.kind, from: thing.base, to: to)
        thing.base = to
        thing.gone = nil
        thing.statusSaid = nil
        schools.things[id] = thing
        try append(events)
    }

    private mutating func clear() throws {
        let id = anybody()
        guard var thing = schools.things[id], let group = thing.groups.keys.min(by: { $0.rawValue < $1.rawValue })
        else { return try append(edit(id)) }
        thing.groups[group] = []
        schools.things[id] = thing
        let change: EventBuilder.GroupPartChange = pick(2) == 0 ? .cleared : .deletedAtSource
        try append([
            builder.changed(
                thing.kind,
                id,
                at: thing.base,
                key: "k\(id.low)",
                [GroupContent(group, [])],
                change: change
            )
        ])
    }

    /// What was told is told again: no change.
    private mutating func tellAgain() throws {
        let id = anybody()
        guard let thing = schools.things[id], let held = thing.groups.first(where: { !$0.value.isEmpty })
        else { return try append(edit(id)) }
        try append([
            builder.changed(thing.kind, id, at: thing.base, key: "k\(id.low)", [GroupContent(held.key, held.value)])
        ])
    }

    /// A register: one event, a mark for each pupil of a school.
    private mutating func takeRegister() throws {
        let base = bases[pick(bases.count)]
        let code = ["/", "N", "O"][pick(3)]
        let pupils = schools.things.filter { $0.value.kind == .pupil && $0.value.base == base }.keys.sorted()
        guard !pupils.isEmpty else { return try append(edit(anybody())) }
        let content = GroupContent(.attendance, [FieldRow([.init(.mark, code)])])
        let marks = pupils.map { pupil in
            // A mark stays at its school: one for each pupil and school.
            (
                entity: SubjectID(high: 400 + base.low, low: pupil.low), owner: pupil,
                key: "k\(pupil.low)\u{1F}\(base.low)", content: content
            )
        }
        for mark in marks {
            schools.things[mark.entity] = NaiveSchools.Thing(
                kind: .mark,
                base: base,
                groups: [.attendance: content.rows]
            )
        }
        try append([builder.changed(.mark, marks, at: base, stream: StreamID(high: 7, low: base.low))])
    }
}
