import EventLog
import Identifiers
import Import
import School

/// What the import of a public list did, as machines and people read it.
struct ReferenceListResult {
    let report: ReferenceReport
    /// What became of registered schools.
    let steps: [BaseFollowUp.Step]
    let mode: ImportRequest.Mode

    /// How many issues are told one by one to people; machines get all.
    private static let issuesShown = 20

    /// One object, with the keys of other imports.
    var json: JSON {
        [
            "run": .string(report.run.hex), "source": .string(report.list.rawValue),
            "format": .string(report.list.rawValue), "mode": .string(mode.rawValue), "file": .string(report.file),
            "rows": JSON(report.lines), "dryRun": .bool(report.isDryRun), "appended": JSON(report.appended),
            "position": report.position.map { JSON($0.rawValue) } ?? .null,
            "entities": .object([
                JSON.Member(
                    name: report.list.kindName,
                    value: [
                        "new": JSON(report.new), "changed": JSON(report.changed),
                        "unchanged": JSON(report.unchanged), "gone": JSON(report.gone), "held": JSON(report.held),
                    ]
                )
            ]),
            "bases": .array(steps.map(\.json)), "parked": JSON(report.parked),
            "issues": .array(report.issues.map(\.json)),
        ]
    }

    /// A table of one row, and a sentence.
    var text: String {
        var table = TextTable("List", "#New", "#Changed", "#Unchanged", "#Gone", "#Held")
        table.add(
            report.list.rawValue,
            Counts.grouped(report.new),
            Counts.grouped(report.changed),
            Counts.grouped(report.unchanged),
            Counts.grouped(report.gone),
            Counts.grouped(report.held)
        )
        return ([table.text] + changes + [outcome]).joined(separator: "\n")
    }

    /// Every base whose numbers changed, and as many of those that wait for a person as people read.
    private var changes: [String] {
        let waiting = steps.filter(\.changes.isEmpty)
        var sentences = steps.filter { !$0.changes.isEmpty }.flatMap(\.sentences)
        sentences += waiting.prefix(Self.issuesShown).flatMap(\.sentences)
        let more = waiting.count - Self.issuesShown
        if more > 0 { sentences.append("… and \(Counts.of(more, "more school")) to look at: --json tells them all.") }
        return sentences
    }

    /// What a person has to know or do, one a line.
    var remarks: [String] {
        var remarks = report.issues.prefix(Self.issuesShown).map(\.text)
        let more = report.issues.count - remarks.count
        if more > 0 { remarks.append("… and \(Counts.of(more, "more issue", "more issues")): --json tells them all.") }
        if report.parked > 0 {
            remarks.append("\(Counts.of(report.parked, "row was", "rows were")) parked; everything else went in.")
        }
        if report.held > 0 {
            remarks.append(
                "Held: \(Counts.of(report.held, "row")) would go. If the file is whole, run the import again with "
                    + "--allow-removals \(report.held)."
            )
        }
        return remarks
    }

    private var outcome: String {
        if report.isDryRun { return "Dry run: nothing was appended." }
        return report.appended == 0
            ? "Nothing had changed: 0 events appended." : "\(Counts.of(report.appended, "event")) appended."
    }
}
