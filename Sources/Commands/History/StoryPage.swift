import EventLog
import Identifiers
import Mustache
import School

/// A person's history as one HTML file that needs nothing beside it.
struct StoryPage {
    /// What stands at the top: a name and its value.
    typealias Fact = (name: String, value: String)

    /// The title.
    var title: String
    /// What the page is about, who made it, when and why.
    var facts: [Fact]
    /// What a reader has to know, in sentences.
    var notes: [String]
    /// The events, in order.
    var steps: [StoryStep]

    /// The file's bytes.
    ///
    /// Each event is a section with the id `e` and its position, in which each value that is told stands as it is.
    func html() throws -> [UInt8] {
        let page: [String: Any] = [
            "title": title,
            "style": StoryTemplate.style,
            "facts": facts.map { ["name": $0.name, "value": $0.value] },
            "notes": notes,
            "counts": counts,
            "days": days,
        ]
        return Array(try MustacheTemplate(string: StoryTemplate.page).render(page).utf8)
    }

    private var counts: [[String: Any]] {
        let readings = steps.count(where: \.isReading)
        let disclosures = steps.count(where: \.isDisclosure)
        let told = [
            (steps.count - readings - disclosures, "change", "changes"), (disclosures, "disclosure", "disclosures"),
            (readings, "time looked at", "times looked at"),
        ]
        return told.map { ["number": Counts.grouped($0.0), "word": $0.0 == 1 ? $0.1 : $0.2] }
    }

    /// The events by the day on which they were recorded.
    private var days: [[String: Any]] {
        var days: [(day: String, steps: [StoryStep])] = []
        for step in steps {
            let day = LondonTime.day(step.recordedAt)
            if days.last?.day != day { days.append((day, [])) }
            days[days.count - 1].steps.append(step)
        }
        // The files of an import are named once.
        var told: Set<String> = []
        return days.map { day in
            let events = day.steps.map { step in
                Self.event(step, namingFiles: step.origin.map { told.insert($0.words).inserted } ?? false)
            }
            return ["day": LondonTime.date(day.day), "events": events]
        }
    }

    private static func event(_ step: StoryStep, namingFiles: Bool) -> [String: Any] {
        var event: [String: Any] = [
            "position": String(step.position.rawValue),
            "id": "e\(step.position.rawValue)-\(step.part.map { String($0) } ?? "whole")-\(step.entity.hex)",
            "time": String(LondonTime.text(step.recordedAt).suffix(8)),
            "sort": step.isDisclosure ? "disclosure" : step.isReading ? "reading" : "change",
            "what": heading(step),
        ]
        event["base"] = step.base
        event["by"] = step.isReading ? nil : step.actorName
        if let origin = step.origin {
            event["source"] = [origin.words, step.place?.words].compactMap { $0 }.joined(separator: ": ")
            if namingFiles, !origin.files.isEmpty { event["files"] = origin.files.joined(separator: ", ") }
        }
        if step.effectivePosition != step.position { event["effective"] = String(step.effectivePosition.rawValue) }
        let changes = step.changes
        if !changes.isEmpty {
            var table: [String: Any] = ["rows": changes.map(row)]
            if !step.before.isEmpty { table["both"] = true }
            event["changes"] = table
        }
        return event
    }

    private static func heading(_ step: StoryStep) -> String {
        guard let subject = step.subject else { return step.what.prefix(1).uppercased() + step.what.dropFirst() }
        return "\(PlainWords.of(subject)) \(step.what)"
    }

    private static func row(_ change: StoryStep.Change) -> [String: Any] {
        var row: [String: Any] = ["name": PlainWords.of(change.name)]
        if let reason = change.withheld {
            row["withheld"] = "withheld: " + reason.words
        } else {
            if let before = change.before { row["before"] = before }
            if let after = change.after { row["after"] = after }
            row["shown"] = true
        }
        return row
    }
}
