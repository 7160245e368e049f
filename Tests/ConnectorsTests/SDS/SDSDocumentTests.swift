import Foundation
import School
import Testing

@testable import Connectors

@Suite("The document of School Data Sync")
struct SDSDocumentTests {
    /// The lines of each file's table in `schemas/exchange/sds.md`.
    func documented() throws -> [String: [String]] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../")
        let text = try String(contentsOf: root.appending(path: "schemas/exchange/sds.md"), encoding: .utf8)
        var lines: [String: [String]] = [:]
        var file = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("### ") {
                file = String(line.dropFirst(4).prefix { $0 != ":" && $0 != " " })
            } else if line.hasPrefix("## ") {
                file = ""
            } else if line.hasPrefix("| `"), !file.isEmpty {
                lines[file, default: []].append(String(line))
            }
        }
        return lines
    }

    @Test("it has every column of every file, says which are required and where each goes, and nothing else")
    func complete() throws {
        let documented = try documented()
        var tables = SDSTables1.all + [SDSTables2.orgs, SDSTables2.academicSessions, SDSTables2.courses]
        tables += [SDSTables2.classes, SDSTables2.enrollments(as: .enrolment), SDSUserTables.relationships]
        let pupil = SDSUserTables(kind: .pupil)
        tables += [pupil.users2, pupil.roles, pupil.demographics, pupil.userFlags]
        #expect(Set(documented.keys) == Set(tables.map(\.file)))
        for table in tables {
            let lines = documented[table.file] ?? []
            #expect(lines.count == table.columns.count, "\(table.file)")
            for column in table.columns {
                let names = column.names.map { "`\($0)`" }.joined(separator: " / ")
                let line = try #require(lines.first { $0.hasPrefix("| \(names) ") }, "\(table.file) \(names)")
                let cells = line.split(separator: "|")
                #expect(cells[0].contains("*") == column.isRequired, "\(table.file) \(names)")
                #expect(cells[1].contains("nowhere") == column.isReadPast, "\(table.file) \(names)")
                for use in column.uses {
                    switch use {
                    case .field(let field, _), .repeated(let field, _, _), .rows(let field, _, _):
                        #expect(cells[1].contains(field.name), "\(table.file) \(names): \(field.name)")
                    case .key, .base, .reference, .references: break
                    }
                }
            }
        }
    }
}
