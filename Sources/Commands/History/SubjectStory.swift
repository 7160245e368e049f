import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf

/// Goes through the events about a person, and about what belongs to the person, and tells each as before and after.
struct SubjectStory {
    /// What one event did.
    struct Step {
        /// What it is about: the person, a class membership, a mark.
        var kind: EntityKind
        /// The data group; nil for the entity as a whole.
        var group: DataGroup?
        /// In words: changed, sent to a recipient, no longer in the exports.
        var what: String
        /// The group's rows before, each a list of field and value.
        var before: [[String]]
        /// The rows after.
        var after: [[String]]
    }

    /// The keys of bases.
    private let bases: [BaseID: String]
    /// Looks a task's run up.
    private let run: (RunID) throws -> TaskRun?
    /// What was known before, by entity and data group.
    private var known: [SubjectID: [DataGroup: [[String]]]] = [:]

    /// Begins a story.
    ///
    /// - Parameters:
    ///   - bases: the keys of bases by id.
    ///   - run: looks a task's run up, to tell what left from what did not.
    init(bases: [BaseID: String], run: @escaping (RunID) throws -> TaskRun?) {
        self.bases = bases
        self.run = run
    }

    /// Takes an event in.
    ///
    /// - Parameters:
    ///   - group: which of the event's parts it is about; nil for none.
    ///   - thing: the person, or what belongs to the person.
    mutating func step(_ event: RecordedEvent, _ group: DataGroup?, of thing: Entity) throws -> Step {
        let entity = thing.id
        let type = EventType(rawValue: event.type.rawValue)
        guard let group else {
            return Step(kind: thing.kind, group: nil, what: try words(event, type, entity), before: [], after: [])
        }
        let open = try Syncd_Events_EntityChanged(serializedBytes: event.open)
        let owners = open.entities
        let part = event.parts.enumerated().first { index, part in
            part.dataClass.rawValue == group.rawValue
                && (owners.isEmpty
                    ? SubjectID(event.stream) == entity
                    : SubjectID(bytes: owners.dropFirst(index * 16).prefix(16)) == entity)
        }?.element
        let before = known[entity]?[group] ?? []
        guard let part, case .group(let content)? = try SealedPart(part) else {
            return Step(kind: thing.kind, group: group, what: "its key has been destroyed", before: [], after: [])
        }
        let after = content.rows.map { row in
            zip(row.fields, row.values).map { "\(SealedPart.name($0)) \($1)" }
        }
        known[entity, default: [:]][group] = after
        var what = before.isEmpty ? "told" : SealedPart.name(content.change) == "set" ? "changed" : "cleared"
        if group == .basicDetails, thing.kind == .pupil,
            let number = GroupContent.numberChange(from: Self.upn(before), to: Self.upn(after))
        {
            what += ": \(number)"
        }
        return Step(kind: thing.kind, group: group, what: what, before: before, after: after)
    }

    private static func upn(_ rows: [[String]]) -> String? {
        rows.first?.first { $0.hasPrefix("upn ") }.map { String($0.dropFirst(4)) }
    }

    /// What the MIS did to the records of two pupils, as each of them is told; nil when it did nothing.
    private func trace(_ message: Syncd_Events_EntityStatusChanged, _ entity: SubjectID) -> String? {
        let own = SubjectID(bytes: message.entity)
        if let heir = SubjectID(bytes: message.mergedInto) {
            return own == entity
                ? "goes on as pupil \(heir.hex): the MIS has merged them, or given the record another key"
                : "is also what was pupil \(own?.hex ?? "-"): the MIS has merged them, or given the record another key"
        }
        if let origin = SubjectID(bytes: message.splitFrom) {
            return own == entity
                ? "is the new half of what was pupil \(origin.hex): the MIS has split the record"
                : "was split in the MIS: the new half is pupil \(own?.hex ?? "-")"
        }
        return nil
    }

    private func words(_ event: RecordedEvent, _ type: EventType?, _ entity: SubjectID) throws -> String {
        switch type {
        case .entityStatusChanged:
            let message = try Syncd_Events_EntityStatusChanged(serializedBytes: event.open)
            if let trace = trace(message, entity) { return trace }
            switch message.status {
            case .present: return "is in the MIS's exports again"
            case .absent: return "is no longer in the MIS's exports"
            case .left: return "has left"
            case .deletedAtSource: return "was deleted in the MIS"
            case .UNRECOGNIZED(let number): return "has status \(number)"
            }
        case .entityMoved:
            let move = try Syncd_Events_EntityMoved(serializedBytes: event.open)
            let ends = [move.fromBase, move.toBase].map { BaseID(bytes: $0).flatMap { bases[$0] } ?? "another school" }
            return "moved from \(ends[0]) to \(ends[1])"
        case .transferItems:
            let items = try Syncd_Events_TransferItems(serializedBytes: event.open)
            let mine = items.pupils.first { SubjectID(bytes: $0.entity) == entity }
            let groups = (mine?.groups ?? []).map {
                UInt16(exactly: $0).flatMap(DataGroup.init(rawValue:))?.name ?? "group \($0)"
            }
            let what = groups.isEmpty ? "a notice without data" : groups.joined(separator: ", ")
            return try RunID(bytes: items.run).flatMap(run)?.fate(of: what) ?? "was to leave the school: \(what)"
        case .recordsRead:
            let reading = try Syncd_Events_RecordsRead(serializedBytes: event.open)
            let note = try event.parts.first?.plaintext.map { try Syncd_Events_AuditNote(serializedBytes: $0) }
            guard let note else { return "was looked at with `\(reading.command)`" }
            return "was looked at by \(note.actor) with `\(reading.command)`: \(note.reason)"
        default: return type?.name ?? "type \(event.type.rawValue)"
        }
    }
}

extension TaskRun {
    /// What became of what its file told of somebody.
    fileprivate func fate(of what: String) -> String {
        switch state {
        case .exported: "left the school: \(what)"
        case .running: "is on its way out of the school: \(what)"
        case _ where mayHaveLeft: "may have left the school (the run was interrupted): \(what)"
        default: "was to leave the school, and did not: \(what)"
        }
    }
}

extension SubjectStory.Step {
    /// The step for people: when and what, then each value that went or came.
    func text(_ event: RecordedEvent, base: String) -> String {
        let head =
            "\(LondonTime.text(event.recordedAt))  \(event.position)  \(base)  "
            + [subject, what].compactMap { $0 }.joined(separator: " ")
        let gone = before.flatMap { $0 }
        let come = after.flatMap { $0 }
        let lines =
            gone.filter { !come.contains($0) }.map { "    - \($0)" }
            + come.filter { !gone.contains($0) }.map { "    + \($0)" }
        return ([head] + lines).joined(separator: "\n")
    }

    /// The data group, or the kind of what belongs to the person.
    private var subject: String? {
        switch kind {
        case .enrolment, .mark: kind.name
        case .registration: "second registration"
        default: group?.name
        }
    }

    /// The step for machines.
    func json(_ event: RecordedEvent, base: String) -> JSON {
        [
            "position": JSON(event.position.rawValue), "recordedAt": .string(LondonTime.iso(event.recordedAt)),
            "base": .string(base), "actor": .string(event.actor.hex), "kind": .string(kind.name),
            "group": JSON(group?.name),
            "what": .string(what), "before": Self.json(before), "after": Self.json(after),
        ]
    }

    private static func json(_ rows: [[String]]) -> JSON {
        .array(rows.map { .array($0.map(JSON.string)) })
    }
}
