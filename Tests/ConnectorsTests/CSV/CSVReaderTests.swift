import Foundation
import Testing

@testable import Connectors

@Suite("Reading CSV")
struct CSVReaderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    struct Row: Equatable {
        var line: Int
        var fields: [String]
    }

    func rows(_ path: String, limits: CSVLimits = CSVLimits()) throws -> (header: [String], rows: [Row]) {
        var reader = try CSVReader.open(path: path, limits: limits)
        var rows: [Row] = []
        while try reader.next() {
            rows.append(Row(line: reader.line, fields: (0..<reader.fieldCount).map { reader.text($0) }))
        }
        return (reader.header, rows)
    }

    func rows(text: String, limits: CSVLimits = CSVLimits()) throws -> [Row] {
        try rows(folder.write(text), limits: limits).rows
    }

    @Test("rows end in LF or CRLF, with or without a last one", arguments: ["\n", "\r\n"], [true, false])
    func lineEnds(end: String, closed: Bool) throws {
        let text = ["a,b", "1,2", "3,"].joined(separator: end) + (closed ? end : "")
        #expect(try rows(text: text) == [Row(line: 2, fields: ["1", "2"]), Row(line: 3, fields: ["3", ""])])
    }

    @Test("quotes keep commas, doubled quotes and line breaks; a row's line is where it begins")
    func quotes() throws {
        let text = "a,b\n\"1,1\",\"he said \"\"no\"\"\"\n\"two\r\nlines\n\",x\nlast,\"\"\n"
        #expect(
            try rows(text: text) == [
                Row(line: 2, fields: ["1,1", "he said \"no\""]), Row(line: 3, fields: ["two\r\nlines", "x"]),
                Row(line: 6, fields: ["last", ""]),
            ]
        )
    }

    @Test("a quote inside a field that does not begin with one is plain text")
    func innerQuote() throws {
        #expect(try rows(text: "a\n5\" pipe\nO\"\"N\n").map(\.fields) == [["5\" pipe"], ["O\"\"N"]])
    }

    @Test("text is trimmed and composed; empty lines are passed over but counted")
    func canonical() throws {
        #expect(
            try rows(text: "a , b\n\n  x , Zoe\u{0308}\u{00A0}\n\r\n\n\" y \",\n")
                == [Row(line: 3, fields: ["x", "Zo\u{00EB}"]), Row(line: 6, fields: ["y", ""])]
        )
    }

    @Test("a UTF-8 byte order mark is ignored, also before a quoted name")
    func byteOrderMark() throws {
        let read = try rows(folder.write("\u{FEFF}\"a\",b\n1,2\n"))
        #expect(read.header == ["a", "b"])
        #expect(read.rows == [Row(line: 2, fields: ["1", "2"])])
    }

    @Test("rows that are short or long are handed on with their number of fields")
    func raggedRows() throws {
        #expect(try rows(text: "a,b\n1\n1,2,3\n").map(\.fields.count) == [1, 3])
    }

    @Test("a file with a header and nothing else has no rows")
    func headerOnly() throws {
        #expect(try rows(text: "a,b").isEmpty)
        #expect(try rows(text: "a,b\r\n").isEmpty)
    }

    static let refusals: [(String, [UInt8], SourceError.Code, Int, String)] = [
        ("an empty file", [], .header, 0, "is empty"),
        ("a mark and nothing else", [0xEF, 0xBB, 0xBF], .header, 0, "is empty"),
        ("blank lines only", Array("\n\r\n\n".utf8), .header, 0, "is empty"),
        ("UTF-16, little end first", [0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00], .encoding, 1, "UTF-16"),
        ("UTF-16, big end first", [0xFE, 0xFF, 0x00, 0x61], .encoding, 1, "UTF-16"),
        ("UTF-16 without a mark", [0x61, 0x00, 0x2C, 0x00], .malformed, 1, "UTF-16"),
        ("a NUL inside a quoted field", Array("a\n\"x\u{0}\"\n".utf8), .malformed, 2, "NUL"),
        ("Windows-1252", Array("a,b\nx,y\nZo".utf8) + [0xEB, 0x2C, 0x31, 0x0A], .encoding, 3, "CSV UTF-8"),
        (
            "bytes that are no UTF-8 in the second line of a field",
            Array("a,b\n\"one\ntwo ".utf8) + [0xC3, 0x28]
                + Array("\",1\n".utf8), .encoding, 3, "CSV UTF-8"
        ),
        ("a carriage return inside a field", Array("a,b\n1,2\n3\r4,5\n".utf8), .malformed, 3, "carriage return"),
        ("one inside a quoted field", Array("a,b\n\"1\n2\r3\",5\n".utf8), .malformed, 3, "carriage return"),
        ("carriage returns as line ends", Array("a,b\r1,2\r".utf8), .malformed, 1, "carriage return"),
        ("one at the very end", Array("a,b\n1,2\r".utf8), .malformed, 2, "carriage return"),
        ("a quote never closed", Array("a,b\n1,2\n\"3,4\n5,6\n".utf8), .malformed, 3, "never closed"),
        ("text after a closing quote", Array("a,b\n1,2\n\"3\"x,4\n".utf8), .malformed, 3, "closing quote"),
        ("a column named twice", Array("Name,id,name\n".utf8), .header, 1, "has the same name as column 1"),
        ("a column without a name", Array("a,,b\n".utf8), .header, 1, "column 2 has no name"),
    ]

    @Test("what breaks a file refuses it, with the line and what to do", arguments: refusals)
    func refused(what: String, bytes: [UInt8], code: SourceError.Code, line: Int, reason: String) throws {
        let path = try folder.write(bytes)
        let error = #expect(throws: SourceError.self, "\(what)") { try rows(path) }
        #expect(error?.code == code)
        #expect(error?.line == line)
        #expect(error?.file == "file.csv")
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test("a first row of people in place of the header is refused without a name")
    func missingHeader() throws {
        let path = try folder.write("001,P1,Byrd,Ali,Ali,2017-03-14\n")
        let error = #expect(throws: SourceError.self) { try rows(path) }
        #expect(error?.field == "column 5")
        #expect(error?.description.contains("Ali") == false)
    }

    @Test("a file that is not there, and one that is a folder, are refused by name")
    func unreadable() throws {
        #expect(throws: SourceError(.missing, file: "", "")) { try rows(folder.file("none.csv")) }
        #expect(throws: SourceError(.unreadable, file: "", "")) { try rows(folder.path) }
    }

    @Test("too many columns, too long a row and too long a field are refused with their line")
    func limits() throws {
        var limits = CSVLimits()
        (limits.buffer, limits.field, limits.row, limits.columns) = (64, 100, 300, 5)
        #expect(throws: SourceError(.tooLarge, file: "", "")) { try rows(text: "a\n1,2,3,4,5,6\n", limits: limits) }
        let field = String(repeating: "x", count: 101)
        #expect(throws: SourceError(.tooLarge, file: "", "")) { try rows(text: "a\n\(field)\n", limits: limits) }
        #expect(throws: SourceError(.tooLarge, file: "", "")) {
            try rows(text: "a\n\"\(field)\(field)", limits: limits)
        }
        let row = Array(repeating: String(field.dropLast(1)), count: 4).joined(separator: ",")
        let error = #expect(throws: SourceError.self) { try rows(text: "a\n1\n\(row)\n", limits: limits) }
        #expect(error?.code == .tooLarge)
        #expect(error?.line == 3)
    }

    @Test("a 100 MB field is refused after the first megabytes, not after all of it")
    func hugeField() throws {
        let path = try folder.write("a\n1\n\"")
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        let block = Data(repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<100 { try file.write(contentsOf: block) }
        try file.close()
        var reader = try CSVReader.open(path: path)
        var caught: SourceError?
        do {
            while try reader.next() {}
        } catch {
            caught = error
        }
        #expect(caught?.code == .tooLarge)
        #expect(caught?.line == 3)
        #expect(reader.bufferSize <= CSVLimits().row, "the field must not have been taken in")
    }

    @Test("a file that grows while it is read is refused")
    func growing() throws {
        let path = try folder.write("a\n" + String(repeating: "1\n", count: 200_000))
        var reader = try CSVReader.open(path: path)
        _ = try reader.next()
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data("2\n".utf8))
        try file.close()
        var caught: SourceError?
        do {
            while try reader.next() {}
        } catch {
            caught = error
        }
        #expect(caught?.code == .changed)
    }
}
