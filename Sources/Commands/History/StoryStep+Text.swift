import EventLog
import Identifiers
import School

extension StoryStep {
    /// The step for people: when and what, by whom and from where, then each field that changed.
    var text: String {
        var head = "\(LondonTime.text(recordedAt))  \(position)  \(base ?? "-")  "
        head += [subject, what].compactMap { $0 }.joined(separator: " ")
        if !isReading, let actorName { head += ", by \(actorName)" }
        if let origin { head += ", " + ([origin.words, place?.words].compactMap { $0 }.joined(separator: ": ")) }
        if effectivePosition != position { head += ", in effect since \(effectivePosition)" }
        return ([head] + changes.map { "    " + Self.line($0) }).joined(separator: "\n")
    }

    private static func line(_ change: Change) -> String {
        if let reason = change.withheld { return "* \(change.name) withheld: \(reason.words)" }
        let texts = [change.before, change.after].map { $0.map(shown) }
        switch (texts[0], texts[1]) {
        case (let before?, let after?): return "~ \(change.name) \(before) -> \(after)"
        case (let before?, nil): return "- \(change.name) \(before)"
        case (_, let after): return "+ \(change.name) \(after ?? "")"
        }
    }

    /// Values as people read them; several stand side by side.
    static func shown(_ values: String) -> String {
        values.split(separator: ", ", omittingEmptySubsequences: false).map { LondonTime.shown(String($0)) }
            .joined(separator: ", ")
    }

    /// The data group, or the kind of what belongs to the person.
    var subject: String? {
        switch kind {
        case .enrolment, .mark: kind.name
        case .registration: "second registration"
        default: group?.name
        }
    }

    /// The step for machines.
    var json: JSON {
        [
            "position": JSON(position.rawValue), "recordedAt": .string(LondonTime.iso(recordedAt)),
            "effectivePosition": JSON(effectivePosition.rawValue), "session": JSON(session), "base": JSON(base),
            "actor": .string(actor.hex), "actorName": JSON(actorName), "kind": .string(kind.name),
            "entity": .string(entity.hex), "group": JSON(group?.name),
            "class": group.map { JSON($0.rawValue) } ?? .null, "what": .string(what), "change": JSON(change),
            "misKey": JSON(key),
            "source": origin.map { origin in
                [
                    "words": .string(origin.words), "files": .array(origin.files.map(JSON.string)),
                    "file": JSON(place?.file), "line": place.map { JSON($0.line) } ?? .null,
                ]
            } ?? .null,
            "changes": .array(changes.map(Self.json)), "before": Self.json(before), "after": Self.json(after),
            "part": part.map { JSON($0) } ?? .null,
        ]
    }

    private static func json(_ change: Change) -> JSON {
        guard change.withheld == nil else {
            return ["field": .string(change.name), "withheld": JSON(change.withheld?.rawValue)]
        }
        return ["field": .string(change.name), "before": JSON(change.before), "after": JSON(change.after)]
    }

    private static func json(_ rows: [[Value]]) -> JSON {
        .array(
            rows.map { row in
                .array(
                    row.map { value in
                        value.withheld.map {
                            [
                                "field": .string(value.name), "number": JSON(value.field),
                                "withheld": .string($0.rawValue),
                            ]
                        } ?? ["field": .string(value.name), "number": JSON(value.field), "value": .string(value.value)]
                    }
                )
            }
        )
    }
}
