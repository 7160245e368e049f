import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// Goes through the events about one entity and tells each as before and after.
struct SubjectStory {
    /// What one event did.
    struct Step {
        /// The data group; nil for the entity as a whole.
        var group: DataGroup?
        /// In words: changed, sent to a recipient, no longer in the exports.
        var what: String
        /// The group's rows before, each a list of field and value.
        var before: [[String]]
        /// The rows after.
        var after: [[String]]
    }

    let entity: SubjectID
    private var known: [DataGroup: [[String]]] = [:]

    init(entity: SubjectID) {
        self.entity = entity
    }

    /// Takes an event in.
    ///
    /// - Parameter group: which of the event's parts it is about; nil for none.
    mutating func step(_ event: RecordedEvent, _ group: DataGroup?) throws -> Step {
        let type = EventType(rawValue: event.type.rawValue)
        guard let group else { return Step(group: nil, what: try words(event, type), before: [], after: []) }
        let open = try Syncd_Events_EntityChanged(serializedBytes: event.open)
        let owners = open.entities
        let part = event.parts.enumerated().first { index, part in
            part.dataClass.rawValue == group.rawValue
                && (owners.isEmpty
                    ? SubjectID(event.stream) == entity
                    : SubjectID(bytes: owners.dropFirst(index * 16).prefix(16)) == entity)
        }?.element
        let before = known[group] ?? []
        guard let part, case .group(let content)? = try SealedPart(part) else {
            return Step(group: group, what: "its key has been destroyed", before: [], after: [])
        }
        let after = content.rows.map { row in
            zip(row.fields, row.values).map { "\(SealedPart.name($0)) \($1)" }
        }
        known[group] = after
        let what = before.isEmpty ? "told" : SealedPart.name(content.change) == "set" ? "changed" : "cleared"
        return Step(group: group, what: what, before: before, after: after)
    }

    private func words(_ event: RecordedEvent, _ type: EventType?) throws -> String {
        switch type {
        case .entityStatusChanged:
            let status = try Syncd_Events_EntityStatusChanged(serializedBytes: event.open).status
            switch status {
            case .present: return "is in the MIS's exports again"
            case .absent: return "is no longer in the MIS's exports"
            case .left: return "has left"
            case .deletedAtSource: return "was deleted in the MIS"
            case .UNRECOGNIZED(let number): return "has status \(number)"
            }
        case .entityMoved: return "moved between schools"
        case .transferItems:
            let items = try Syncd_Events_TransferItems(serializedBytes: event.open)
            let mine = items.pupils.first { SubjectID(bytes: $0.entity) == entity }
            let groups = (mine?.groups ?? []).map {
                UInt16(exactly: $0).flatMap(DataGroup.init(rawValue:))?.name ?? "group \($0)"
            }
            return groups.isEmpty
                ? "a notice without data left the school" : "left the school: " + groups.joined(separator: ", ")
        default: return type?.name ?? "type \(event.type.rawValue)"
        }
    }
}

extension SubjectStory.Step {
    /// The step for people: when and what, then each value that went or came.
    func text(_ event: RecordedEvent, base: String) -> String {
        let head =
            "\(LondonTime.text(event.recordedAt))  \(event.position)  \(base)  "
            + [group?.name, what].compactMap { $0 }.joined(separator: " ")
        let gone = before.flatMap { $0 }
        let come = after.flatMap { $0 }
        let lines =
            gone.filter { !come.contains($0) }.map { "    - \($0)" }
            + come.filter { !gone.contains($0) }.map { "    + \($0)" }
        return ([head] + lines).joined(separator: "\n")
    }

    /// The step for machines.
    func json(_ event: RecordedEvent, base: String) -> JSON {
        [
            "position": JSON(event.position.rawValue), "recordedAt": .string(LondonTime.iso(event.recordedAt)),
            "base": .string(base), "actor": .string(event.actor.hex), "group": JSON(group?.name),
            "what": .string(what), "before": Self.json(before), "after": Self.json(after),
        ]
    }

    private static func json(_ rows: [[String]]) -> JSON {
        .array(rows.map { .array($0.map(JSON.string)) })
    }
}
