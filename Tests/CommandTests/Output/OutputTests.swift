import Foundation
import Identifiers
import Testing

@testable import Commands

@Suite struct OutputTests {
    @Test("columns are aligned: words left, numbers right, no spaces at the end of a line")
    func table() {
        var table = TextTable("Kind", "#New", "What")
        table.add("pupil", "1,204", "a")
        table.add("contact", "7", "")
        #expect(table.text == "Kind       New  What\npupil    1,204  a\ncontact      7")
    }

    @Test("a key of several parts is read with a stroke between them, in tables and in lines")
    func composite() {
        var table = TextTable("Key", "What")
        table.add("A\u{1F}B", "x")
        #expect(table.text == "Key    What\nA / B  x")
        #expect("A\u{1F}B".forReading == "A / B")
    }

    @Test(
        "stored days are read as dd/MM/yyyy, and anything else as it is",
        arguments: [("2025-09-01", "01/09/2025"), ("2025-13-01", "2025-13-01"), ("07700 9000", "07700 9000"), ("", "")]
    )
    func days(stored: String, shown: String) {
        #expect(LondonTime.shown(stored) == shown)
    }

    @Test(
        "counts come with their unit",
        arguments: [(0, "0 pupils"), (1, "1 pupil"), (999, "999 pupils"), (1_234_567, "1,234,567 pupils")]
    )
    func counts(number: Int, text: String) {
        #expect(Counts.of(number, "pupil") == text)
    }

    @Test(
        "sizes come in the unit that suits them",
        arguments: [(1, "1 byte"), (1023, "1,023 bytes"), (1536, "1.5 KiB"), (5 << 20, "5.0 MiB")]
    )
    func sizes(bytes: Int, text: String) {
        #expect(Counts.bytes(bytes) == text)
    }

    @Test(
        "times are Europe/London in text and UTC in ISO 8601, on both sides of both clock changes",
        arguments: [
            (1_743_294_599_000_000, "30/03/2025 00:29:59", "2025-03-30T00:29:59.000000Z"),
            (1_743_296_400_123_456, "30/03/2025 02:00:00", "2025-03-30T01:00:00.123456Z"),
            (1_761_438_600_000_000, "26/10/2025 01:30:00", "2025-10-26T00:30:00.000000Z"),
            (1_761_442_200_000_000, "26/10/2025 01:30:00", "2025-10-26T01:30:00.000000Z"),
            (-1, "01/01/1970 00:59:59", "1969-12-31T23:59:59.999999Z"),
        ]
    )
    func times(microseconds: Int, text: String, iso: String) {
        let time = Timestamp(microseconds: Int64(microseconds))
        #expect(LondonTime.text(time) == text)
        #expect(LondonTime.iso(time) == iso)
    }

    @Test("lists are wrapped between words, and no word is lost")
    func wrapping() {
        let words = ["alpha", "beta", "gamma", "a-very-long-word-of-its-own", "delta"]
        let lines = Wrapping.lines(words, separator: ", ", width: 12)
        #expect(lines == ["alpha, beta,", "gamma,", "a-very-long-word-of-its-own,", "delta"])
        #expect(Wrapping.lines([], separator: ", ", width: 12) == [])
    }

    @Test("JSON of any text is read back as it was")
    func quoting() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let scalars = (0..<20).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x2FF, using: &generator)) }
            let text = String(String.UnicodeScalarView(scalars))
            let json: JSON = ["text": .string(text), "list": [1, true, nil]]
            let read = try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any]
            #expect(read?["text"] as? String == text)
        }
    }

    @Test("members keep their order")
    func order() {
        let json: JSON = ["position": 1, "a": ["z": "y"]]
        #expect(json.text == #"{"position":1,"a":{"z":"y"}}"#)
    }
}
