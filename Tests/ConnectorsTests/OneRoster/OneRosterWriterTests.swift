import Foundation
import Identifiers
import School
import Testing

@testable import Connectors

@Suite("OneRoster packages that go out")
struct OneRosterWriterTests {
    @Test(
        "phones begin with a digit wherever they can be written so",
        arguments: [
            ("+44 7700 900123", "07700 900123"), ("+447700900123", "07700900123"),
            ("+44 (0)7700 900123", "07700 900123"),
            ("+33 1 23 45 67 89", "0033 1 23 45 67 89"), ("07700 900123", "07700 900123"),
        ]
    )
    func phones(number: String, written: String) {
        #expect(OneRosterWords.phone(number) == written)
    }

    @Test("values that a spreadsheet takes for formulas are defused; commas, quotes and line breaks come back whole")
    func values() throws {
        var rows = OneRosterRows(.delta, time: "2026-01-05T08:00:00.000Z")
        rows.add(.orgs, "8201079", ["name": "=1+1", "type": "school", "identifier": "8201079"])
        rows.add(.orgs, "8201080", ["name": "St Mary, \"Old\"\nSchool", "type": "school"])
        let files = rows.files(source: (name: "syncd", code: "8201079"))
        let orgs = try #require(files.first { $0.name == "orgs.csv" })
        let lines = String(decoding: orgs.bytes, as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines[1] == "8201079,active,2026-01-05T08:00:00.000Z,'=1+1,school,8201079,")
        #expect(lines[2].contains("\"St Mary, \"\"Old\"\" School\""))
        let folder = try TemporaryFolder()
        let path = try folder.write(ZipWriter.archive(files), to: "p.zip")
        let source = try OneRosterSource(path: path, lenient: false)
        #expect(source.isDelta == true && source.waived.isEmpty)
    }

    @Test("the same files are packed to the same bytes, with one fixed time")
    func deterministic() throws {
        let files = [
            (name: "manifest.csv", bytes: Array("propertyName,value\r\n".utf8)), (name: "orgs.csv", bytes: []),
        ]
        let archive = try ZipWriter.archive(files)
        #expect(try ZipWriter.archive(files) == archive)
        let folder = try TemporaryFolder()
        let path = try folder.write(archive, to: "p.zip")
        #expect(try ZipFile(path: path).entries.map(\.name) == ["manifest.csv", "orgs.csv"])
        // Seconds and minutes, then the day: 1980-01-01 00:00.
        #expect(Array(archive[10..<14]) == [0, 0, 0x21, 0])
        #expect(ZipWriter.packer >= 0x1000)
    }

    @Test("a tombstone gives way to the record itself, and a bulk package has none")
    func tombstones() {
        var delta = OneRosterRows(.delta, time: "t")
        delta.delete(.users, "a", [:])
        delta.add(.users, "a", ["username": "a"])
        delta.delete(.users, "a", [:])
        #expect(delta.records[.users] == ["a": ["username": "a"]])
        var bulk = OneRosterRows(.bulk, time: "")
        bulk.delete(.users, "a", [:])
        #expect(bulk.counts.isEmpty)
    }

    @Test(
        "contacts are parents, guardians, relatives, or a word of ours; the closer word wins",
        arguments: [
            ("PAM", "parent"), ("CAR", "guardian"), ("REL", "relative"), ("DOC", "ext:contact"), ("", "ext:contact"),
        ]
    )
    func roles(code: String, word: String) {
        #expect(OneRosterWords.contactRole(of: FieldRow([.init(.relationship, code)])) == word)
        #expect(OneRosterWords.closer("parent", word) == "parent")
        #expect(OneRosterWords.closer(word, "ext:contact") == word)
    }

    @Test("an end before its begin leaves the begin out; the day after the last is the end")
    func periods() {
        #expect(OneRosterWords.dayAfter("2026-07-31") == "2026-08-01")
        #expect(OneRosterWords.dayAfter(nil) == "")
        #expect(OneRosterWords.period("2026-09-01", "2026-08-01") == ("", "2026-08-01"))
        #expect(OneRosterWords.academicYear("2026-08-31") == 2025 && OneRosterWords.academicYear("2026-09-01") == 2026)
    }
}
