import EventLog
import Events
import Identifiers
import SwiftProtobuf

/// Makes up what a school's log is made of: changed groups of pupils, contacts, and registers of thirty marks.
///
/// Of a hundred events fifty tell a group of a pupil, thirty the details of a contact, fifteen a class membership, and
/// five are registers, each with a sealed part for every pupil of a class. Marks are new each time; the others are told
/// again and again of the same people.
struct SchoolYear {
    /// Pupils in a class.
    static let classSize = 30
    /// Sealed parts of a hundred events.
    static let partsPerHundred = 50 + 30 + 15 + 5 * classSize

    private var random: SplitMix64
    private let actor: ActorID
    private let source: SourceID
    private let run: RunID
    private let bases: [BaseID]
    private let pupils: Int
    private let parts: [[UInt8]]
    private var next = 0

    /// Draws a school's people.
    init(pupils: Int, bases: Int, seed: UInt64 = 4) throws {
        var random = SplitMix64(seed: seed)
        self.pupils = pupils
        actor = .random(using: &random)
        source = .random(using: &random)
        run = .random(using: &random)
        self.bases = (0..<bases).map { _ in .random(using: &random) }
        parts = try (0..<256).map { number in
            var row = Syncd_Events_Row()
            row.fields = [33, 35, 39]
            row.values = ["\(number) Willow Bank Terrace", "Upper Sampleworth", "ZZ99 \(number % 9 + 1)WZ"]
            return try row.serializedBytes()
        }
        self.random = random
    }

    /// One pupil.
    func pupil(_ number: Int) -> SubjectID {
        SubjectID(high: 0x5059_0000, low: UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// The next events, as a batch.
    mutating func batch(of count: Int) throws -> Batch {
        var events: [NewEvent] = []
        events.reserveCapacity(count)
        for _ in 0..<count { events.append(try event()) }
        return Batch(
            command: .timeOrdered(at: EventMaker.instant, using: &random),
            actor: actor,
            recordedAt: EventMaker.instant,
            events: events
        )
    }

    private mutating func event() throws -> NewEvent {
        defer { next += 1 }
        let pupil = Int(random.next(upperBound: UInt64(pupils)))
        switch next % 100 {
        case 0, 20, 40, 60, 80: return try register(next / 20)
        case let place where place % 2 == 1: return try change(20, 2, of: self.pupil(pupil), class: 2, at: pupil)
        case let place where place % 10 < 7: return try change(21, 3, of: contact(pupil), class: 20, at: pupil)
        default: return try change(25, 6, of: membership(pupil), class: 10, at: pupil, owner: self.pupil(pupil))
        }
    }

    private func contact(_ pupil: Int) -> SubjectID {
        SubjectID(high: 0x434F_0000, low: UInt64(pupil / 2) &* 0x9E37_79B9_7F4A_7C15)
    }

    private func membership(_ pupil: Int) -> SubjectID {
        SubjectID(high: 0x454E_0000, low: UInt64(pupil) &* 0x9E37_79B9_7F4A_7C15)
    }

    private mutating func change(
        _ type: UInt16,
        _ kind: UInt32,
        of entity: SubjectID,
        class dataClass: UInt16,
        at pupil: Int,
        owner: SubjectID? = nil
    ) throws -> NewEvent {
        NewEvent(
            type: EventTypeNumber(rawValue: type),
            base: bases[pupil % bases.count],
            stream: StreamID(entity),
            open: try open(kind),
            parts: [
                NewPart(
                    subject: owner ?? entity,
                    dataClass: DataClass(rawValue: dataClass),
                    plaintext: try part(key: "K\(pupil)")
                )
            ]
        )
    }

    /// The register of a class at a session: one event, a part for each pupil.
    private mutating func register(_ number: Int) throws -> NewEvent {
        let classes = max(1, pupils / Self.classSize)
        let first = number % classes * Self.classSize
        let marked = first..<min(first + Self.classSize, pupils)
        var message = Syncd_Events_EntityChanged()
        message.source.append(contentsOf: source.bytes)
        message.run.append(contentsOf: run.bytes)
        message.kind = 8
        message.day = Int32(20_000 + number / classes / 2)
        message.session = UInt32(number / classes % 2 + 1)
        for pupil in marked {
            let mark = SubjectID(high: 0x4D41_0000 | UInt64(number / classes) << 32, low: self.pupil(pupil).low)
            message.entities.append(contentsOf: mark.bytes)
        }
        return NewEvent(
            type: EventTypeNumber(rawValue: 27),
            base: bases[first / Self.classSize % bases.count],
            stream: StreamID(high: 0x5245_0000 | UInt64(number / classes) << 32, low: UInt64(first)),
            open: try message.serializedBytes(),
            parts: try marked.map { pupil in
                NewPart(
                    subject: self.pupil(pupil),
                    dataClass: DataClass(rawValue: 9),
                    plaintext: try part(key: "K\(pupil)-\(number / classes)")
                )
            }
        )
    }

    private func open(_ kind: UInt32) throws -> [UInt8] {
        var message = Syncd_Events_EntityChanged()
        message.source.append(contentsOf: source.bytes)
        message.run.append(contentsOf: run.bytes)
        message.kind = kind
        return try message.serializedBytes()
    }

    private mutating func part(key: String) throws -> [UInt8] {
        var part = Syncd_Events_GroupPart()
        part.rows = [try Syncd_Events_Row(serializedBytes: parts[Int(random.next(upperBound: UInt64(parts.count)))])]
        part.misKey = key
        return try part.serializedBytes()
    }
}
