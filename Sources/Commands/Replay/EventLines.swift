import EventLog
import Events
import Identifiers
import School

/// Events as lines for people: where, when, what, at which base, and what the open part says.
///
/// Events are not gathered to align columns, so that a log of any length prints in constant memory.
struct EventLines {
    /// The keys of bases by id.
    let bases: [BaseID: String]
    /// The reader opens under grants: what is closed need not have been destroyed.
    var isUnderGrants = false

    /// The line above the first event.
    let header = "position  recorded             event                 base          what"

    /// The lines of an event; the parts follow it, indented, when they were opened.
    func lines(_ event: RecordedEvent, opened: Bool) throws -> [String] {
        let type = EventType(rawValue: event.type.rawValue)
        let head = [
            pad(String(event.position.rawValue), 8, right: true), LondonTime.text(event.recordedAt),
            pad(type?.name ?? "type \(event.type.rawValue)", 20), pad(bases[event.base] ?? "-", 12),
            try what(event),
        ]
        var lines = [head.joined(separator: "  ")]
        guard opened else { return lines }
        for part in event.parts {
            let group = DataGroup(rawValue: part.dataClass.rawValue)?.name ?? "class \(part.dataClass.rawValue)"
            guard let sealed = try SealedPart(part, of: event) else {
                let why = isUnderGrants ? "closed: no grant names whose it is" : "its key has been destroyed"
                lines.append("          \(group): \(why)")
                continue
            }
            lines += text(sealed).map { "          \(group): \($0)" }
        }
        return lines
    }

    private func what(_ event: RecordedEvent) throws -> String {
        var words: [String] = []
        if case .object(let members) = try OpenPart.json(event) {
            words = members.compactMap { member in
                guard let value = word(member.value) else { return nil }
                return "\(member.name) \(value)"
            }
        }
        let sealed = Dictionary(grouping: event.parts, by: \.dataClass).sorted { $0.key < $1.key }.map {
            let name = DataGroup(rawValue: $0.key.rawValue)?.name ?? "class \($0.key.rawValue)"
            return $0.value.count == 1 ? name : "\(name) of \($0.value.count)"
        }
        if !sealed.isEmpty { words.append("sealed: " + sealed.joined(separator: ", ")) }
        return words.joined(separator: ", ")
    }

    /// A short value; identifiers, digests and lists are for the JSON form.
    private func word(_ value: JSON) -> String? {
        switch value {
        case .string(let text): text.isEmpty || text.count >= 32 && text.allSatisfy(\.isHexDigit) ? nil : text
        case .integer(let number): number == 0 ? nil : Counts.grouped(number)
        case .bool(let flag): flag ? "yes" : nil
        default: nil
        }
    }

    private func text(_ part: SealedPart) -> [String] {
        switch part {
        case .digest: ["a digest"]
        case .figures(let years): ["figures of \(Counts.of(years.count, "school year"))"]
        case .note(let note): [note.reason.isEmpty ? note.actor : "\(note.actor), because: \(note.reason)"]
        case .issue(let part): ["key \(part.misKey), value \(part.value)"]
        case .account(let part): [part.name]
        case .secrets: ["withheld"]
        case .consent(let said): ["\(said.purpose) \(ConsentStatement(said)?.decision.word ?? "unknown")"]
        case .group(let part):
            part.rows.isEmpty
                ? [SealedPart.name(part.change)]
                : part.rows.map { row in
                    zip(row.fields, row.values).map { "\(SealedPart.name($0)) \(LondonTime.shown($1))" }.joined(
                        separator: ", "
                    )
                }
        }
    }

    private func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let padding = String(repeating: " ", count: max(0, width - text.count))
        return right ? padding + text : text + padding
    }
}
