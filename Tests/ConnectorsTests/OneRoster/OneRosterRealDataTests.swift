import Foundation
import School
import Testing

@testable import Connectors

/// Where the real packages are.
enum OneRosterRealData {
    static let folder = ProcessInfo.processInfo.environment["SYNCD_REAL_DATA"].map {
        $0 + "/catalyst-moodle-enrol_oneroster/"
    }
}

/// The four packages of a public test set: what each gives, and what is wrong with each.
@Suite(
    "Real OneRoster packages",
    .enabled(if: OneRosterRealData.folder != nil, "SYNCD_REAL_DATA is not set: tests on real packages are skipped")
)
struct OneRosterRealDataTests {
    /// The package as an archive, and as a folder.
    private func paths(_ name: String) throws -> [String] {
        let folder = try #require(OneRosterRealData.folder)
        return [folder + name + ".zip", folder + name]
    }

    private func defects(_ path: String, lenient: Bool = false) throws -> Set<String> {
        do {
            _ = try OneRosterSource(path: path, lenient: lenient)
            return []
        } catch let error as SourceError where error.code == .defects {
            return Set(error.issues.compactMap { $0.reason.split(separator: "[").last.map { String($0.dropLast()) } })
        }
    }

    @Test("the minimal 1.1 bulk set breaks four rules, and gives its rows when they are waived")
    func minimal() throws {
        for path in try paths("Test_minimal_data_set") {
            #expect(try defects(path) == ["boolean-form", "code-spelling", "reference", "school-org"])
            let source = try OneRosterSource(path: path, lenient: true)
            #expect(source.waived.map(\.count) == [6, 1, 2, 8])
            let counts = try ReadSource(source).counts
            #expect(counts[.term] == 5)
            #expect(counts[.class] == 2)
            #expect(counts[.base] == 1)
            #expect([counts[.enrolment], counts[.teaching]] == [4, 2])
            #expect([counts[.teacher], counts[.contact]] == [2, 1])
        }
    }

    @Test("the full 1.1 bulk set breaks the blank-status rule; rows told as gone are left out")
    func full() throws {
        for path in try paths("Test_full_data_set") {
            #expect(try defects(path).isSuperset(of: ["status-in-bulk", "date-time-form", "boolean-form"]))
            let items = try ReadSource(OneRosterSource(path: path, lenient: true))
            #expect(items.records(.term).count == 3, "one is tobedeleted, one inactive")
            #expect(items.records(.class).count == 1)
        }
    }

    @Test("the 1.2 delta lacks a column and writes TRUE")
    func delta() throws {
        for path in try paths("oneroster_test_data") {
            #expect(try defects(path) == ["column-missing", "boolean-form"])
            let source = try OneRosterSource(path: path, lenient: true)
            #expect(source.isDelta == true)
            let counts = try ReadSource(source).counts
            #expect(counts == [.base: 1, .term: 1, .course: 1, .class: 1, .pupil: 1, .enrolment: 1])
        }
    }

    @Test("the malformed 1.2 set is refused, lenient or not, with its defects named")
    func malformed() throws {
        for path in try paths("v1p2_full_dataset") {
            #expect(try defects(path).isSuperset(of: ["file-name", "manifest-agrees", "column-unknown", "csv"]))
            #expect(try defects(path, lenient: true) == ["manifest-agrees", "manifest-content", "csv"])
        }
    }
}
