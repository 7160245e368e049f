import EventLog
import Foundation
import Identifiers
import Testing

@testable import School

/// `docs/tasks.md` has the whole table of what goes together (S1-16): every combination there is, against the rules.
@Suite("The page on what goes together in a task")
struct TaskPairsPageTests {
    /// A line of the page's table.
    private struct Line {
        var kind: String
        var subTypes: [String]
        var months: Bool
        var toSchool: Bool
        var oneRoster: Bool
        var report: String
    }

    /// The first table of the section, cell by cell.
    private func lines() throws -> [Line] {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../docs/tasks.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let section = try #require(text.components(separatedBy: "## What goes together\n").last)
        let rows = section.split(separator: "\n", omittingEmptySubsequences: false).drop { !$0.hasPrefix("| kind") }
            .dropFirst(2)
            .prefix { $0.hasPrefix("|") }
        var report = ""
        return try rows.map { row in
            let cells = row.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 7 && cells[2] == "all", "\(row)")
            if !cells[6].hasPrefix("the same") { report = cells[6] }
            return Line(
                kind: try #require(Self.words(cells[0]).first),
                subTypes: Self.words(cells[1]),
                months: cells[3] == "1 to 13",
                toSchool: cells[4] == "`ncy:…` only",
                oneRoster: cells[5] == "`ncy:all` only",
                report: report
            )
        }
    }

    /// What stands between backquotes.
    private static func words(_ cell: String) -> [String] {
        cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }

    /// Whether a report lets out what a line asks for.
    private static func lets(_ report: Report, _ asked: String) -> Bool {
        if asked.hasPrefix("lets out marks") { return report.groups.contains(.attendance) }
        if asked.hasPrefix("lets out results") { return report.groups.contains(.attainment) }
        return report.groups.contains { $0 != .attendance && $0 != .attainment }
    }

    /// Each task with each value in turn.
    private static func each<Value>(
        _ tasks: [TaskDefinition],
        _ values: [Value],
        _ set: (inout TaskDefinition, Value) -> Void
    ) -> [TaskDefinition] {
        tasks.flatMap { task in
            values.map { value in
                var task = task
                set(&task, value)
                return task
            }
        }
    }

    /// Every combination.
    private static func tasks() -> [TaskDefinition] {
        let plain = TaskDefinition(
            id: TaskID(high: 2, low: 2),
            name: "t",
            bases: [BaseID(high: 3, low: 3)],
            recipient: RecipientID(high: 1, low: 1),
            type: .snapshot,
            report: ""
        )
        var tasks = each([plain], TaskDefinition.DataType.allCases) { $0.type = $1 }
        tasks = each(tasks, [nil] + AttendanceScope.allCases) { $0.terms.attendance = $1 }
        tasks = each(tasks, [.everyYear, .years([.year1]), .lookedAfter, .leavers]) { $0.terms.cohort = $1 }
        tasks = each(tasks, [nil, 0, 1, 13, 14]) { $0.terms.months = $1 }
        tasks = each(tasks, TaskDirection.allCases) { $0.terms.direction = $1 }
        tasks = each(tasks, TransferFormat.allCases) { $0.format = $1 }
        return each(tasks, ReportCatalogue.reports.map(\.name)) { $0.report = $1 }
    }

    /// What a line says of a task of its kind.
    private static func allows(_ line: Line, _ task: TaskDefinition, _ report: Report) -> Bool {
        let terms = task.terms
        let isByYear = terms.cohort != .lookedAfter && terms.cohort != .leavers
        let fitsMonths = terms.months.map { line.months && (1...13).contains($0) } ?? true
        let fitsSchool = terms.direction == .fromSchool || line.toSchool && isByYear && task.format == .ces
        let fitsFormat = task.format == .ces || line.oneRoster && terms.cohort == .everyYear
        let fitsCare = terms.cohort != .lookedAfter || report.fields(of: .lookedAfter).contains(.inCare)
        return fitsMonths && fitsSchool && fitsFormat && fitsCare && lets(report, line.report)
    }

    @Test(
        "S1-16: every combination of kind, sub-type, cohort, months, direction, format and report is as the page says"
    )
    func whole() throws {
        let lines = try lines()
        #expect(Set(lines.map(\.kind)) == Set(TaskDefinition.DataType.allCases.map(\.rawValue)))
        let (council, school) = (try TransferParty("820"), try TransferParty("0012001"))
        var legal = 0
        var others: [String] = []
        for task in Self.tasks() {
            let report = try ReportCatalogue.newest(task.report)
            let scope = task.terms.attendance
            let line = lines.first { line in
                line.kind == task.type.rawValue
                    && (scope.map { line.subTypes.contains($0.rawValue) } ?? line.subTypes.isEmpty)
            }
            let isLegal = line.map { Self.allows($0, task, report) } ?? false
            let party = task.terms.direction == .toSchool ? school : council
            let isSaved = (try? TaskPairs.check(task, to: party, under: report)) != nil
            if isSaved != isLegal { others.append("\(task.type) \(task.terms) \(task.format) \(task.report)") }
            legal += isLegal ? 1 : 0
        }
        #expect(others == [])
        #expect(legal > 50)
    }
}
