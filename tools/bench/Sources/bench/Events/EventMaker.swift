import EventLog
import Events
import Identifiers
import SwiftProtobuf

/// One event before it takes the form that the log or a peer wants.
struct MadeEvent {
    /// The person, from 0.
    let person: Int
    /// The person's base.
    let base: BaseID
    /// The person's stream.
    let stream: StreamID
    /// Payload in clear, as protobuf.
    let open: [UInt8]
    /// Payload to be sealed: about 90 bytes of protobuf.
    let plaintext: [UInt8]
}

/// Makes up changes of address, random over people and bases.
///
/// Each event's payload is encoded when the event is made, and making is inside the clock, the log's and the peers'
/// alike: what an import does is what is measured. Only the messages themselves are drawn ahead. The row of single
/// events is about the append alone: its events are made beforehand, with the clock stopped.
struct EventMaker: Sendable {
    /// What every event is: `PupilGroupChanged`.
    static let type = EventTypeNumber(rawValue: 20)
    /// What every part holds: an address.
    static let dataClass = DataClass(rawValue: 2)
    /// When everything happened: 2026-09-01, as a clock might have read it.
    static let instant = Timestamp(microseconds: 1_788_220_800_000_000)

    /// Who caused it all.
    let actor: ActorID
    private let people: [SubjectID]
    private let bases: [(id: BaseID, open: [UInt8])]
    private let messages: [Syncd_Events_GroupPart]
    private var random: SplitMix64
    /// Events made beforehand, the next one last.
    private var prepared: [MadeEvent] = []

    /// Draws the people, their bases and a stock of messages.
    ///
    /// - Parameters:
    ///   - people: how many people the events are about; each belongs to one base for good.
    ///   - bases: how many bases.
    ///   - seed: the same seed makes the same events.
    init(people: Int, bases: Int, seed: UInt64 = 2) throws {
        var random = SplitMix64(seed: seed)
        actor = .random(using: &random)
        self.people = (0..<people).map { _ in .random(using: &random) }
        let source = SourceID.random(using: &random)
        let run = RunID.random(using: &random)
        let open = try Self.open(source: source, run: run)
        self.bases = (0..<bases).map { _ in (.random(using: &random), open) }
        messages = (0..<1024).map { _ in Self.address(using: &random) }
        self.random = random
    }

    /// The same people and messages in another order: for a second caller.
    func reordered(seed: UInt64) -> Self {
        var copy = self
        copy.random = SplitMix64(seed: seed)
        return copy
    }

    /// Makes events beforehand, which are then handed out first.
    mutating func prepare(_ count: Int) throws {
        prepared = try (0..<count).map { _ in try event() }
    }

    /// Makes the next event, of anybody.
    mutating func event() throws -> MadeEvent {
        if let made = prepared.popLast() { return made }
        return try event(of: Int(random.next(upperBound: UInt64(people.count))))
    }

    /// Makes the next batch for the log: one sealed part an event.
    mutating func batch(of count: Int) throws -> Batch {
        try batch(of: count) { try $0.event() }
    }

    /// Makes a batch with one event of each of some people.
    mutating func batch(introducing people: Range<Int>) throws -> Batch {
        var next = people.lowerBound
        return try batch(of: people.count) { maker in
            defer { next += 1 }
            return try maker.event(of: next)
        }
    }

    private mutating func event(of person: Int) throws -> MadeEvent {
        let message = Int(random.next(upperBound: UInt64(messages.count)))
        let base = bases[person % bases.count]
        return MadeEvent(
            person: person,
            base: base.id,
            stream: StreamID(people[person]),
            open: base.open,
            plaintext: try messages[message].serializedBytes()
        )
    }

    private mutating func batch(of count: Int, _ next: (inout Self) throws -> MadeEvent) throws -> Batch {
        var events: [NewEvent] = []
        events.reserveCapacity(count)
        for _ in 0..<count {
            let made = try next(&self)
            let part = NewPart(
                subject: SubjectID(made.stream),
                dataClass: Self.dataClass,
                plaintext: made.plaintext
            )
            events.append(
                NewEvent(type: Self.type, base: made.base, stream: made.stream, open: made.open, parts: [part])
            )
        }
        return Batch(
            command: .timeOrdered(at: Self.instant, using: &random),
            actor: actor,
            recordedAt: Self.instant,
            events: events
        )
    }

    private static func open(source: SourceID, run: RunID) throws -> [UInt8] {
        var open = Syncd_Events_EntityChanged()
        open.source.append(contentsOf: source.bytes)
        open.run.append(contentsOf: run.bytes)
        open.kind = 2
        return try open.serializedBytes()
    }

    /// An address of nobody: field numbers as in `schemas/events/registry`.
    private static func address(using random: inout SplitMix64) -> Syncd_Events_GroupPart {
        let streets = ["Willow Bank Terrace", "Old Quarry Lane", "Harbour View Road", "St Aidan's Crescent"]
        let towns = ["Greater Exampleton", "Northfold-on-Sea", "Upper Sampleworth", "Lower Testbridge"]
        func pick(_ words: [String]) -> String { words[Int(random.next(upperBound: UInt64(words.count)))] }
        var row = Syncd_Events_Row()
        row.fields = [30, 32, 33, 35, 38, 39]
        row.values = [
            "C", String(random.next(upperBound: UInt64(200)) + 1), pick(streets), pick(towns), "Exampleshire",
            "ZZ99 \(random.next(upperBound: UInt64(9)) + 1)WZ",
        ]
        var part = Syncd_Events_GroupPart()
        part.rows = [row]
        part.misKey = String(100_000 + random.next(upperBound: UInt64(900_000)))
        return part
    }
}
