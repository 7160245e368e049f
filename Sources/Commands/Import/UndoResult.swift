import EventLog
import Identifiers
import Import
import Projections
import School

/// What an undo did, as machines and people read it.
struct UndoResult {
    let report: UndoReport
    let run: ImportedRun
    /// The numbers of runs.
    let numbers: [RunID: String]

    /// How many things that stay are told one by one to people; machines get as many as the report holds.
    private static let leftShown = 20

    /// One object.
    var json: JSON {
        [
            "run": JSON(run.run.startedAt.rawValue), "id": .string(report.run.hex), "undo": .string(report.undo.hex),
            "source": .string(run.source), "dryRun": .bool(report.isDryRun), "resumed": .bool(report.resumed),
            "appended": JSON(report.appended), "position": report.position.map { JSON($0.rawValue) } ?? .null,
            "entities": .object(
                kinds.map { kind, counts in
                    JSON.Member(
                        name: kind.name,
                        value: [
                            "ended": JSON(counts.ended), "restored": JSON(counts.restored), "left": JSON(counts.left),
                        ]
                    )
                }
            ),
            "issues": ["ended": JSON(report.issuesEnded), "reopened": JSON(report.issuesReopened)],
            "left": .array(
                report.left.map { item in
                    [
                        "kind": .string(item.kind.name), "entity": .string(item.entity.hex),
                        "group": JSON(item.group?.name), "reason": .string(words(item.reason)),
                    ]
                }
            ),
            "leftOmitted": JSON(report.leftOmitted),
        ]
    }

    /// A table of the kinds, and a sentence.
    var text: String {
        var table = TextTable("Kind", "#Ended", "#As before", "#Left")
        for (kind, counts) in kinds {
            table.add(
                kind.name,
                Counts.grouped(counts.ended),
                Counts.grouped(counts.restored),
                Counts.grouped(counts.left)
            )
        }
        return (kinds.isEmpty ? [] : [table.text]).joined() + (kinds.isEmpty ? "" : "\n") + outcome
    }

    /// What stays, one a line.
    var remarks: [String] {
        var remarks = report.left.prefix(Self.leftShown).map { item in
            let what = [item.kind.name, item.entity.hex, item.group?.name].compactMap { $0 }.joined(separator: " ")
            return "\(what): \(words(item.reason))"
        }
        let more = report.left.count + report.leftOmitted - remarks.count
        if more > 0 { remarks.append("… and \(Counts.grouped(more)) more: --json tells them.") }
        if report.issuesEnded > 0 || report.issuesReopened > 0 {
            remarks.append(
                "Data issues: \(Counts.grouped(report.issuesEnded)) of the import ended, "
                    + "\(Counts.grouped(report.issuesReopened)) open again."
            )
        }
        return remarks
    }

    private var outcome: String {
        if report.isDryRun {
            return "Dry run: \(Counts.of(report.appended, "event")) would be appended; nothing was."
        }
        let sentence =
            report.appended == 0
            ? "There was nothing to change back: 0 events appended."
            : "Import \(run.number) is undone: \(Counts.of(report.appended, "event")) appended."
        return (report.resumed ? "An interrupted undo was finished. " : "") + sentence
    }

    private var kinds: [(EntityKind, UndoReport.Counts)] {
        EntityKind.allCases.compactMap { kind in report.entities[kind].map { (kind, $0) } }
    }

    private func words(_ reason: UndoReport.Left.Reason) -> String {
        switch reason {
        case .changedSince(let position, let run):
            numbers[run].map { "stays: import \($0) has changed it since" }
                ?? "stays: it was changed since, at position \(position)"
        case .inUse: "stays: something of it, or that belongs to it, was imported since; undo that import first"
        case .keyDestroyed: "stays: what it was before has been erased"
        }
    }
}
