import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf

/// Goes through the events about a person, and about what belongs to the person, and tells each as before and after.
struct SubjectStory {
    /// Who is told.
    enum Audience {
        /// Somebody whose role and reason the log knows.
        case reader
        /// The person, or whoever asks in their name: what is about others is kept back (rulings 11).
        case subject
    }

    /// The keys of bases.
    private let bases: [BaseID: String]
    private let audience: Audience
    /// Whether those who acted and looked are named; not to an auditor, whose grant is about one person.
    private let namesActors: Bool
    /// Looks a task's run up.
    private let run: (RunID) throws -> TaskRun?
    private let names: DisclosureNames
    private let actors: ActorNames
    private let sources: StorySources
    private let withholding: Withholding
    /// What of the person is kept back.
    private var protection = Protection.none
    /// What was known before, by entity and data group.
    private var known: [SubjectID: [DataGroup: [[StoryStep.Value]]]] = [:]

    /// Begins a story.
    init(_ session: Session, for audience: Audience) throws {
        self.audience = audience
        namesActors = audience == .reader && session.opensEverybody
        bases = try session.baseKeys()
        run = { run in try session.state.read { try $0.taskRun(run) } }
        names = try DisclosureNames(session)
        actors = try ActorNames(session)
        sources = try StorySources(session)
        withholding = Withholding(session)
    }

    /// Tells every event about a person that is within the session's reach, in the order of the log.
    ///
    /// - Parameter point: how far the log counts; nil for all of it.
    mutating func tell(
        _ person: Entity,
        upTo point: PastPoint?,
        in session: Session,
        _ visit: (StoryStep) throws -> Void
    ) throws {
        protection = try withholding.protection(of: person.id)
        let entries = try SubjectEntries(of: person, withDecisionsIn: session).all
        // That a child is protected is itself kept from whoever asks in the child's name.
        let untold: Set<DataGroup> = audience == .subject ? [.protection, .ownProtection] : []
        for entry in entries where entry.entry.group.map({ !untold.contains($0) }) ?? true {
            if let point, entry.entry.position > point.position { continue }
            let position = entry.entry.position
            try session.log.read(LogQuery(from: position, through: position, opensParts: true)) { event in
                // A link shows neither school the other's history (rulings 2).
                guard session.reaches(event.base) else { return true }
                try visit(try step(event, entry))
                return true
            }
        }
    }

    /// Takes an event in.
    private mutating func step(_ event: RecordedEvent, _ entry: SubjectEntries.Entry) throws -> StoryStep {
        let type = EventType(rawValue: event.type.rawValue)
        var step = StoryStep(
            position: event.position,
            effectivePosition: entry.entry.effectivePosition,
            recordedAt: event.recordedAt,
            base: protection.isRestricted ? SafeguardingTable.word : bases[event.base],
            actor: event.actor,
            actorName: namesActors ? actors[event.actor] : nil,
            kind: entry.thing.kind,
            entity: entry.thing.id,
            group: entry.entry.group,
            what: ""
        )
        guard let group = entry.entry.group else {
            try tellWhole(event, type, &step)
            return step
        }
        let open = try Syncd_Events_EntityChanged(serializedBytes: event.open)
        step.origin = origin(open.run)
        if audience == .subject, Self.others(open.entities, than: entry.thing.id) { step.openWithheld = .thirdParty }
        try tell(group, of: event, open.entities, &step)
        return step
    }

    /// Which import told it; sources and files are named after schools, so nothing for who is kept back.
    private func origin(_ run: Data) -> StorySources.Origin? {
        protection.isRestricted ? nil : RunID(bytes: run).flatMap { sources[$0] }
    }

    private mutating func tell(_ group: DataGroup, of event: RecordedEvent, _ owners: Data, _ step: inout StoryStep)
        throws
    {
        let entity = step.entity
        let index = event.parts.indices.first { index in
            event.parts[index].dataClass.rawValue == group.rawValue
                && (owners.isEmpty
                    ? SubjectID(event.stream) == entity
                    : SubjectID(bytes: owners.dropFirst(index * 16).prefix(16)) == entity)
        }
        step.part = index
        let before = known[entity]?[group] ?? []
        guard let index, case .group(let content)? = try SealedPart(event.parts[index], of: event) else {
            step.what = "its key has been destroyed"
            return
        }
        let after = content.rows.map { row in
            zip(row.fields, row.values).map { StoryStep.Value(field: $0, value: $1) }
        }
        known[entity, default: [:]][group] = after
        step.what = before.isEmpty ? "told" : SealedPart.name(content.change) == "set" ? "changed" : "cleared"
        if group == .basicDetails, step.kind == .pupil, !protection.isAdopted,
            let number = GroupContent.numberChange(from: Self.upn(before), to: Self.upn(after))
        {
            step.what += ": \(number)"
        }
        step.change = SealedPart.name(content.change)
        step.place = step.origin?.place(content)
        step.key = try withholding.key(content.misKey, of: step.kind, of: entity)
        step.before = try shown(before, of: group, entity)
        step.after = try shown(after, of: group, entity)
        if step.after == after { step.opened = event.parts[index].plaintext }
    }

    /// Rows as the audience is told them.
    private func shown(
        _ rows: [[StoryStep.Value]],
        of group: DataGroup,
        _ entity: SubjectID
    ) throws -> [[StoryStep.Value]] {
        try rows.map { row in
            let beside = FieldRow(
                row.compactMap { value in
                    UInt16(exactly: value.field).flatMap(Field.init(rawValue:)).map { .init($0, value.value) }
                }
            )
            return try row.compactMap { value in
                let field = UInt16(exactly: value.field).flatMap(Field.init(rawValue:))
                if audience == .subject, let field, SubjectAccess.untold.contains(field) { return nil }
                if let field, try withholding.hides(field, value.value, in: group, of: entity, row: beside) {
                    return StoryStep.Value(field: value.field, value: "", withheld: .restricted)
                }
                guard audience == .subject else { return value }
                let reason = field.map { SubjectAccess.reason(for: $0, in: group) } ?? SubjectAccess.ofUnknown
                return reason.map { StoryStep.Value(field: value.field, value: "", withheld: $0) } ?? value
            }
        }
    }

    /// Whether a list of ids names anybody else.
    private static func others(_ ids: Data, than entity: SubjectID) -> Bool {
        stride(from: 0, to: ids.count, by: 16).contains { SubjectID(bytes: ids.dropFirst($0).prefix(16)) != entity }
    }

    private static func upn(_ rows: [[StoryStep.Value]]) -> String? {
        rows.first?.first { $0.field == UInt32(Field.upn.rawValue) }?.value
    }

    /// What the MIS did to the records of two pupils, as each of them is told; nil when it did nothing.
    private func trace(_ message: Syncd_Events_EntityStatusChanged, _ entity: SubjectID) -> String? {
        let own = SubjectID(bytes: message.entity)
        if let heir = SubjectID(bytes: message.mergedInto) {
            return own == entity
                ? "goes on as pupil \(told(heir)): the MIS has merged them, or given the record another key"
                : "is also what was pupil \(told(own)): the MIS has merged them, or given the record another key"
        }
        if let origin = SubjectID(bytes: message.splitFrom) {
            return own == entity
                ? "is the new half of what was pupil \(told(origin)): the MIS has split the record"
                : "was split in the MIS: the new half is pupil \(told(own))"
        }
        return nil
    }

    /// The id of another record, for who may know it.
    private func told(_ other: SubjectID?) -> String { audience == .subject ? "of another record" : other?.hex ?? "-" }

    /// What happened to the person as a whole.
    private func tellWhole(_ event: RecordedEvent, _ type: EventType?, _ step: inout StoryStep) throws {
        switch type {
        case .entityStatusChanged:
            let message = try Syncd_Events_EntityStatusChanged(serializedBytes: event.open)
            step.origin = origin(message.run)
            step.what = status(message, step.entity)
            if audience == .subject,
                SubjectID(bytes: message.entity) != step.entity || !message.mergedInto.isEmpty
                    || !message.splitFrom.isEmpty
            {
                step.openWithheld = .thirdParty
            }
        case .entityMoved:
            let move = try Syncd_Events_EntityMoved(serializedBytes: event.open)
            step.origin = origin(move.run)
            let ends = [move.fromBase, move.toBase].map { BaseID(bytes: $0).flatMap { bases[$0] } ?? "another school" }
            step.what = protection.isRestricted ? "moved to another school" : "moved from \(ends[0]) to \(ends[1])"
        case .transferItems: try tellDisclosure(event, &step)
        case .recordsRead: try tellReading(event, &step)
        default: try step.tellDecision(event, type, for: audience)
        }
    }

    private func status(_ message: Syncd_Events_EntityStatusChanged, _ entity: SubjectID) -> String {
        if let trace = trace(message, entity) { return trace }
        switch message.status {
        case .present: return "is in the MIS's exports again"
        case .absent: return "is no longer in the MIS's exports"
        case .left: return "has left"
        case .deletedAtSource: return "was deleted in the MIS"
        case .UNRECOGNIZED(let number): return "has status \(number)"
        }
    }

    private func tellDisclosure(_ event: RecordedEvent, _ step: inout StoryStep) throws {
        let items = try Syncd_Events_TransferItems(serializedBytes: event.open)
        step.isDisclosure = true
        let mine = items.pupils.first { SubjectID(bytes: $0.entity) == step.entity }
        let groups = (mine?.groups ?? []).map {
            UInt16(exactly: $0).flatMap(DataGroup.init(rawValue:))?.name ?? "group \($0)"
        }
        let what = groups.isEmpty ? "a notice without data" : groups.joined(separator: ", ")
        let recipient = RecipientID(bytes: items.recipient).map(names.recipient) ?? "a recipient"
        step.what =
            try RunID(bytes: items.run).flatMap(run)?.fate(of: what, to: recipient)
            ?? "was to leave the school: \(what)"
        if audience == .subject, items.pupils.count > 1 { step.openWithheld = .thirdParty }
    }

    private func tellReading(_ event: RecordedEvent, _ step: inout StoryStep) throws {
        let reading = try Syncd_Events_RecordsRead(serializedBytes: event.open)
        step.isReading = true
        if audience == .subject {
            step.what = "was looked at by a member of staff with `\(reading.command)`"
            if Self.others(reading.subjects, than: step.entity) { step.openWithheld = .thirdParty }
            return
        }
        guard namesActors, let sealed = event.parts.first, case .note(let note)? = try SealedPart(sealed, of: event)
        else {
            step.what = "was looked at with `\(reading.command)`"
            return
        }
        step.part = 0
        step.opened = sealed.plaintext
        step.actorName = note.actor
        step.what = "was looked at by \(note.actor) with `\(reading.command)`: \(note.reason)"
    }
}

extension TaskRun {
    /// What became of what its file told of somebody.
    fileprivate func fate(of what: String, to recipient: String) -> String {
        switch state {
        case .exported: "left the school for \(recipient): \(what)"
        case .running: "is on its way to \(recipient): \(what)"
        case _ where mayHaveLeft: "may have left the school for \(recipient) (the run was interrupted): \(what)"
        default: "was to leave the school for \(recipient), and did not: \(what)"
        }
    }
}
