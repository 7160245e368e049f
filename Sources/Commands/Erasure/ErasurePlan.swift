import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf

/// What goes with the people of an order, found in one snapshot before anything is destroyed.
struct ErasurePlan {
    /// One person of whom something goes.
    struct Person {
        var entity: Entity
        var erased: Syncd_Events_ErasedSubject
        /// Runs that told of the person: the keys of their digests go, too.
        var runs: Set<RunID> = []
        /// Figures of the person's attendance stay, without a name (docs/decisions/0170).
        var leavesFigures = false
    }

    /// Whose data stay for now, and why.
    struct Kept {
        var subject: SubjectID
        var obstacle: ErasureRules.Obstacle
    }

    /// Who goes: the people of the order, then the contacts whom nobody else links to.
    private(set) var people: [Person] = []
    /// Who stays for now.
    private(set) var kept: [Kept] = []
    /// How many of `people` were named themselves.
    private(set) var named = 0

    private let groups: [DataGroup]
    private let today: CalendarDate

    /// Plans.
    ///
    /// - Parameters:
    ///   - subjects: the people of the order.
    ///   - groups: none for whole records.
    ///   - isOfSource: the order came of deletions in the MIS: what it tells again stays.
    ///   - today: the day in the United Kingdom.
    init(
        _ subjects: [SubjectID],
        groups: [DataGroup],
        isOfSource: Bool = false,
        today: CalendarDate,
        in snapshot: borrowing Snapshot,
        _ log: EventLog
    ) throws {
        self.groups = groups
        self.today = today
        for subject in subjects {
            guard let entity = try snapshot.entity(subject) else { continue }
            if let obstacle = try Self.obstacle(to: entity, groups, isOfSource, today, snapshot) {
                kept.append(Kept(subject: subject, obstacle: obstacle))
            } else {
                try add(entity, snapshot)
                people[people.count - 1].leavesFigures = try leavesFigures(entity, snapshot)
            }
        }
        named = people.count
        try addLinked(snapshot)
        if groups.isEmpty { try addContacts(snapshot) }
        try addIssues(snapshot)
        try addRuns(snapshot, log)
    }

    /// Who of an order stays for now, and why, without working out what goes with the others.
    static func kept(of order: ErasureOrder, today: CalendarDate, in snapshot: borrowing Snapshot) throws -> [Kept] {
        let groups = order.groups.compactMap(DataGroup.init(rawValue:))
        let isOfSource = try snapshot.isOfSource(order.id)
        return try snapshot.subjects(of: order.id).filter { $0.state == .queued }.compactMap { queued in
            guard let entity = try snapshot.entity(queued.subject) else { return nil }
            return try obstacle(to: entity, groups, isOfSource, today, snapshot).map {
                Kept(subject: queued.subject, obstacle: $0)
            }
        }
    }

    private static func obstacle(
        to entity: Entity,
        _ groups: [DataGroup],
        _ isOfSource: Bool,
        _ today: CalendarDate,
        _ snapshot: borrowing Snapshot
    ) throws -> ErasureRules.Obstacle? {
        var facts = try ErasureRules.Facts(of: entity, in: snapshot)
        facts.isToldAgain = try isOfSource && isToldAgain(entity, groups, snapshot)
        return ErasureRules.obstacle(facts, groups: groups, today: today)
    }

    /// Whether a rule of the school keeps figures of a pupil who has marks.
    private func leavesFigures(_ entity: Entity, _ snapshot: borrowing Snapshot) throws -> Bool {
        guard entity.kind == .pupil, try snapshot.keepsFigures(at: entity.base, without: groups),
            // Another order that has begun has kept them.
            try !snapshot.erasures(of: entity.id).contains(where: { $0.state == .begun })
        else { return false }
        var hasMarks = false
        try snapshot.entities(.mark, of: entity.id) { _ in
            hasMarks = true
            return false
        }
        return hasMarks
    }

    /// How many leave figures without a name.
    var anonymised: Int { people.count { $0.leavesFigures } }

    /// True when the MIS tells again what it had deleted: then there is nothing to erase.
    private static func isToldAgain(
        _ entity: Entity,
        _ groups: [DataGroup],
        _ snapshot: borrowing Snapshot
    ) throws -> Bool {
        guard !groups.isEmpty else { return entity.status != .deletedAtSource }
        let deleted = try snapshot.groupsDeletedAtSource(of: entity.id)
        return !deleted.isSuperset(of: groups)
    }

    private mutating func add(_ entity: Entity, _ snapshot: borrowing Snapshot) throws {
        var erased = Syncd_Events_ErasedSubject()
        erased.subject = Data(entity.id.bytes)
        erased.kind = UInt32(entity.kind.rawValue)
        erased.groups = groups.map { UInt32($0.rawValue) }
        erased.source = Data(entity.source.bytes)
        for kind in EntityKind.allCases where groups.isEmpty || kind.goesAlone(with: groups) {
            var owned = Data()
            try snapshot.entities(kind, of: entity.id) { id in
                owned.append(contentsOf: id.bytes)
                return true
            }
            erased.entities.append(owned)
        }
        let told = try snapshot.told(of: entity.id).filter { told in
            guard !groups.isEmpty else { return true }
            // Of data groups only those are asked who have one of them.
            let held = try snapshot.cachedHashes(of: entity.id, from: told.base, for: told.recipient)
            return groups.contains { held[$0] != nil }
        }
        erased.told = told.map { told in
            Syncd_Events_ToldRecipient.with {
                $0.recipient = Data(told.recipient.bytes)
                $0.base = Data(told.base.bytes)
            }
        }
        people.append(Person(entity: entity, erased: erased))
    }

    /// Adds what authorities tell of the same people: it is the same child's (docs/decisions/0152).
    ///
    /// Another school's own record of the child is not: who is matched after a move is theirs to keep or to erase.
    private mutating func addLinked(_ snapshot: borrowing Snapshot) throws {
        let pupils = Set(people.map(\.entity.id))
        for ours in pupils.sorted() {
            for theirs in try snapshot.linked(to: ours) where !pupils.contains(theirs) {
                guard let theirs = try snapshot.entity(theirs), try snapshot.hold(on: theirs.id) == nil,
                    let source = try snapshot.source(theirs.source), InboundSource(name: source.name) != nil
                else { continue }
                try add(theirs, snapshot)
            }
        }
    }

    /// Contacts that go with them, and what other sources told of them.
    var going: (contacts: Int, linked: Int) {
        let along = people.dropFirst(named)
        let contacts = along.count { $0.entity.kind == .contact }
        return (contacts, along.count - contacts)
    }

    /// Adds the contacts to whom nobody links who stays: shared ones stay for the sibling.
    private mutating func addContacts(_ snapshot: borrowing Snapshot) throws {
        let pupils = Set(people.filter { $0.entity.kind == .pupil }.map(\.entity.id))
        guard !pupils.isEmpty else { return }
        for (source, key) in try snapshot.contactsLinked(onlyBy: pupils) {
            guard let entry = try snapshot.mirrorEntry(source, .contact, key: key),
                let contact = try snapshot.entity(entry.id), try snapshot.hold(on: contact.id) == nil
            else { continue }
            try add(contact, snapshot)
        }
    }

    /// Adds what could not be taken in of these people.
    private mutating func addIssues(_ snapshot: borrowing Snapshot) throws {
        var byID: [SubjectID: Int] = [:]
        var byKey: [String: Int] = [:]
        for (index, person) in people.enumerated() {
            byID[person.entity.id] = index
            byKey[Self.name(person.entity.source, person.entity.key)] = index
        }
        let groups = Set(groups.map(\.rawValue))
        var found: [(Int, IssueID)] = []
        try snapshot.dataIssues { issue in
            // A key of several parts begins with the person's: marks, memberships, registrations.
            let first = issue.key.split(separator: "\u{1F}").first.map(String.init) ?? issue.key
            let index = byID[issue.subject] ?? (first.isEmpty ? nil : byKey[Self.name(issue.source, first)])
            let isOfGroups = groups.isEmpty || !groups.isDisjoint(with: issue.groups)
            if let index, isOfGroups { found.append((index, issue.id)) }
            return true
        }
        for (index, id) in found { people[index].erased.issues.append(contentsOf: id.bytes) }
    }

    private mutating func addRuns(_ snapshot: borrowing Snapshot, _ log: EventLog) throws {
        for index in people.indices {
            people[index].runs = try snapshot.runs(telling: people[index].entity.id, in: log)
        }
    }

    private static func name(_ source: SourceID, _ key: String) -> String { source.hex + key }
}

extension Syncd_Events_ErasedSubject {
    /// Around what no key is made again.
    func fences(runs: Set<RunID>) throws -> Set<KeyFence> {
        guard let subject = SubjectID(bytes: subject) else { throw Self.malformed }
        var fences: Set<KeyFence> = []
        if groups.isEmpty { fences.insert(KeyFence(subject: subject)) }
        for group in groups {
            fences.insert(KeyFence(subject: subject, dataClass: DataClass(rawValue: UInt16(truncatingIfNeeded: group))))
        }
        for start in stride(from: 0, to: issues.count, by: 16) {
            guard let issue = SubjectID(bytes: issues.dropFirst(start).prefix(16)) else { throw Self.malformed }
            fences.insert(KeyFence(subject: issue))
        }
        let digest = DataClass(rawValue: DataGroup.runDigest.rawValue)
        for run in runs { fences.insert(KeyFence(subject: SubjectID(run), dataClass: digest)) }
        return fences
    }

    private static var malformed: CommandError {
        CommandError(.orderUnknown, "An order to erase cannot be read. Run `syncd audit verify`.")
    }
}

extension Snapshot {
    /// The runs whose files told of a person.
    func runs(telling subject: SubjectID, in log: EventLog) throws -> Set<RunID> {
        var positions: [Position] = []
        try history(of: subject) { entry in
            if entry.type == .transferItems { positions.append(entry.position) }
            return true
        }
        var runs: Set<RunID> = []
        for position in positions {
            try log.read(LogQuery(from: position, through: position)) { event in
                if let run = RunID(bytes: try Syncd_Events_TransferItems(serializedBytes: event.open).run) {
                    runs.insert(run)
                }
                return false
            }
        }
        return runs
    }
}

extension EntityKind {
    /// True for things that go when only these data groups of their owner do.
    func goesAlone(with groups: [DataGroup]) -> Bool {
        switch self {
        case .mark: groups.contains(.attendance)
        case .enrolment: groups.contains(.classMembership)
        case .teaching: groups.contains(.teachingAssignment)
        default: false
        }
    }
}

extension ErasureRules.Facts {
    /// Reads what is known of a person.
    init(of entity: Entity, in snapshot: borrowing Snapshot) throws {
        self.init(kind: entity.kind)
        isOnHold = try snapshot.hold(on: entity.id) != nil
        keepsRegisterElsewhere = try snapshot.keepsRegisterElsewhere(entity.base)
        if entity.kind == .contact {
            isLinked = try !snapshot.pupils(linkedTo: entity.key, of: entity.source).isEmpty
        }
        guard entity.kind == .pupil else { return }
        let spell = try snapshot.group(.registration, of: entity.id)?.content?.rows.last
        hasLeft = spell?[.leavingDate] != nil || spell?[.enrolmentStatus] == "P" || entity.status != .present
        guard !keepsRegisterElsewhere else { return }
        var days = [spell?[.leavingDate], spell?[.entryDate]].compactMap { $0 }
        var marks: [SubjectID] = []
        try snapshot.entities(.mark, of: entity.id) { mark in
            marks.append(mark)
            return true
        }
        for mark in marks {
            if let day = try snapshot.group(.attendance, of: mark)?.content?.rows.first?[.sessionDate] {
                days.append(day)
            }
        }
        youngestEntry = days.max()
    }
}
