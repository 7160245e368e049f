import Foundation
import Testing

@testable import Connectors

@Suite("The document of OneRoster")
struct OneRosterDocumentTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../")

    /// The table lines below each heading of `schemas/exchange/oneroster.md`, each split into its cells.
    private func documented() throws -> [String: [[String]]] {
        let text = try String(
            contentsOf: Self.root.appending(path: "schemas/exchange/oneroster.md"),
            encoding: .utf8
        )
        var lines: [String: [[String]]] = [:]
        var heading = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " }.prefix { $0 != ":" })
            } else if line.hasPrefix("| `") {
                let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                lines[heading, default: []].append(cells)
            }
        }
        return lines
    }

    @Test("it has every column of every file that is read, in order, with what is required and what is needed")
    func columns() throws {
        let documented = try documented()
        for file in OneRosterFile.read {
            for version in [OneRosterVersion.v11, .v12] where file.isOf(version) {
                let headings = [file.name, "\(file.name) (\(version.rawValue))"]
                let lines = try #require(headings.compactMap { documented[$0] }.first, "\(headings)")
                let columns = file.columns(version).dropFirst(3)
                let told = columns.map { column in
                    let marks = (column.isRequired ? "*" : "") + (column.isNeeded ? "+" : "")
                    return "`\(column.name)`" + (marks.isEmpty ? "" : " " + marks)
                }
                #expect(lines.map { $0[0] } == told, "\(headings)")
                for (line, column) in zip(lines, columns) {
                    if case .readPast = column.form { #expect(line[1] == "nowhere") }
                }
            }
        }
    }

    @Test("it has every rule in order, and says what --lenient does of each")
    func rules() throws {
        let lines = try #require(try documented()["2. Rules"])
        #expect(lines.map { $0[0] } == OneRosterRule.allCases.map { "`\($0.rawValue)`" })
        for (line, rule) in zip(lines, OneRosterRule.allCases) {
            if let waiver = rule.waiver {
                #expect(line[1].hasPrefix(waiver), "\(rule.rawValue)")
            } else {
                #expect(line[1] == "refused" || line[1].contains("parked"), "\(rule.rawValue)")
            }
        }
    }
}
