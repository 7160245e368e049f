import Connectors
import EventLog
import Identifiers
import Import
import School

/// What an import did, as machines and people read it.
struct ImportResult {
    let report: ImportReport
    let format: String
    let mode: ImportRequest.Mode
    /// Rules of the format that the import was told to waive; nil when it was not told so.
    var waived: [WaivedRule]?
    /// What the MIS deleted and is to be erased (S1-23).
    var deletions: [DeletionsOrdered] = []
    /// What came of the pupils of whom an authority tells; nil for other files.
    var inbound: Inbound.Outcome?

    /// How many issues are told one by one to people; machines get as many as the report holds.
    private static let issuesShown = 20

    /// One object.
    var json: JSON {
        guard case .object(let members) = common, let waived else { return common }
        let rules = waived.map { rule -> JSON in
            ["rule": .string(rule.name), "count": JSON(rule.count), "instead": .string(rule.instead)]
        }
        return .object(members + [.init(name: "waived", value: .array(rules))])
    }

    private var common: JSON {
        [
            "run": .string(report.run.hex), "source": .string(report.source), "format": .string(format),
            "mode": .string(mode.rawValue), "dryRun": .bool(report.isDryRun), "resumed": .bool(report.resumed),
            "appended": JSON(report.appended), "position": report.position.map { JSON($0.rawValue) } ?? .null,
            "registeredBases": .array(report.registeredBases.map(JSON.string)),
            "entities": .object(
                kinds.map { kind, counts in
                    JSON.Member(
                        name: kind.name,
                        value: [
                            "new": JSON(counts.new), "changed": JSON(counts.changed),
                            "unchanged": JSON(counts.unchanged), "gone": JSON(counts.gone), "held": JSON(counts.held),
                        ]
                    )
                }
            ),
            "parked": JSON(report.parked), "suppressed": JSON(report.suppressed),
            "protection": ["assumed": JSON(report.protectionsAssumed), "parked": JSON(report.protectionsParked)],
            "issues": .array(report.issues.map(\.json)),
            "issuesOmitted": JSON(report.issuesOmitted), "erasures": .array(deletions.map(\.json)),
            "matches": inbound?.json ?? .null,
            "dataIssues": [
                "raised": JSON(report.issuesRaised), "resolved": JSON(report.issuesResolved),
                "open": JSON(report.issuesOpen),
            ],
        ]
    }

    /// A table of the kinds, and a sentence.
    var text: String {
        var lines: [String] = []
        if !report.registeredBases.isEmpty {
            lines.append("Registered: \(report.registeredBases.joined(separator: ", "))")
        }
        var table = TextTable("Kind", "#New", "#Changed", "#Unchanged", "#Gone", "#Held")
        for (kind, counts) in kinds {
            table.add(
                kind.name,
                Counts.grouped(counts.new),
                Counts.grouped(counts.changed),
                Counts.grouped(counts.unchanged),
                Counts.grouped(counts.gone),
                Counts.grouped(counts.held)
            )
        }
        lines.append(table.text)
        lines.append(outcome)
        return lines.joined(separator: "\n")
    }

    /// What a person has to know or do, one a line.
    var remarks: [String] {
        var remarks = (waived ?? []).map { "Waived \($0.name), \(Counts.of($0.count, "time")): \($0.instead)." }
        let shown = report.issues.prefix(Self.issuesShown)
        remarks += shown.map(\.text)
        let more = report.issues.count + report.issuesOmitted - shown.count
        if more > 0 {
            let told =
                report.issuesOmitted == 0
                ? "--json tells them all" : "--json tells the first \(Counts.grouped(report.issues.count))"
            remarks.append("… and \(Counts.of(more, "more issue", "more issues")): \(told).")
        }
        if report.parked > 0 {
            remarks.append("\(Counts.of(report.parked, "row was", "rows were")) parked; everything else went in.")
        }
        if report.issuesRaised > 0 || report.issuesResolved > 0 {
            remarks.append(
                "Data issues: \(Counts.grouped(report.issuesRaised)) told, \(Counts.grouped(report.issuesResolved)) "
                    + "resolved, \(Counts.grouped(report.issuesOpen)) open; see `syncd issues list`."
            )
        }
        if report.suppressed > 0 {
            remarks.append(
                "\(Counts.of(report.suppressed, "row")) of people or data that were erased here: not taken in again. A new lawful "
                    + "basis lifts that with `syncd subject lift`."
            )
        }
        remarks += protectionRemarks
        remarks += deletions.flatMap(\.remarks)
        if let inbound {
            let next =
                inbound.waiting + inbound.conflicts == 0 ? "" : " See `syncd matches list` and `syncd conflicts list`."
            remarks.append(inbound.text + next)
        }
        let held = kinds.filter { $0.1.held > 0 }
        if let most = held.map(\.1.held).max() {
            let words = held.map { Counts.of($0.1.held, $0.0) }.joined(separator: ", ")
            remarks.append(
                "Held: \(words) would go, more than 10% of them. If that is right, run the import again with "
                    + "--allow-removals \(most)."
            )
        }
        return remarks
    }

    /// What became of rows that say whom to protect and could not be read (rulings 11).
    private var protectionRemarks: [String] {
        var remarks: [String] = []
        if report.protectionsAssumed > 0 {
            remarks.append(
                "\(Counts.of(report.protectionsAssumed, "answer")) about whom to protect could not be read and "
                    + "counts as yes: these children's whereabouts or former names are kept back until it is corrected."
            )
        }
        if report.protectionsParked > 0 {
            remarks.append(
                "NOT PROTECTED: \(Counts.of(report.protectionsParked, "row")) about whom to protect did not go in. Find "
                    + "the children with `syncd issues list --open`, and protect them with `syncd pupil protect`."
            )
        }
        return remarks
    }

    private var outcome: String {
        if report.isDryRun { return "Dry run: nothing was appended." }
        let sentence =
            report.appended == 0
            ? "Nothing had changed: 0 events appended." : "\(Counts.of(report.appended, "event")) appended."
        return (report.resumed ? "An interrupted run was finished. " : "") + sentence
    }

    private var kinds: [(EntityKind, ImportReport.Counts)] {
        EntityKind.allCases.compactMap { kind in report.entities[kind].map { (kind, $0) } }
    }
}
