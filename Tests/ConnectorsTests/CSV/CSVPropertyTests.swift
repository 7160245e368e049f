import Connectors
import Testing

/// A reader that takes the whole text as characters and knows nothing of buffers: the judge.
private func naiveRows(_ text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = ""
    var isQuoted = false
    let scalars = Array(text.unicodeScalars)
    var index = 0
    func isBlank() -> Bool { row.isEmpty && field.isEmpty }
    while index < scalars.count {
        let scalar = scalars[index]
        if isQuoted {
            if scalar == "\"", index + 1 < scalars.count, scalars[index + 1] == "\"" {
                field.unicodeScalars.append(scalar)
                index += 1
            } else if scalar == "\"" {
                isQuoted = false
            } else {
                field.unicodeScalars.append(scalar)
            }
        } else if scalar == "\"" {
            isQuoted = true
        } else if scalar == "," {
            row.append(field)
            field = ""
        } else if scalar == "\n" {
            rows.append(row + [field])
            (row, field) = ([], "")
        } else if scalar != "\r" {
            field.unicodeScalars.append(scalar)
        }
        index += 1
    }
    if !isBlank() { rows.append(row + [field]) }
    return rows
}

@Suite("CSV against a naive reader")
struct CSVPropertyTests {
    static let pieces = ["a", "é", "Zoë", ",", "\"", "\n", "\r\n", "🙂", "0", "=", " x", "\u{2028}", "long enough text"]

    static func value(_ random: inout SeededGenerator) -> String {
        // Values have no outer white space: the reader trims, the naive one does not.
        "'"
            + (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            .joined()
            + "'"
    }

    @Test(
        "whatever is written is read back, whatever the size of the buffer",
        arguments: [1, 2, 3, 5, 8, 13, 21, 34] as [UInt64],
        [16, 61, 4096]
    )
    func roundTrip(seed: UInt64, buffer: Int) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        var writer = CSVWriter(for: .programs)
        writer.write(["h1", "h2", "h3"])
        let expected = (0..<200).map { _ in
            (0..<Int.random(in: 1...5, using: &random)).map { _ in Self.value(&random) }
        }
        for row in expected { writer.write(row) }
        let path = try folder.write(writer.bytes)
        var limits = CSVLimits()
        limits.buffer = buffer
        var reader = try CSVReader.open(path: path, limits: limits)
        var read: [[String]] = []
        var line = 1
        while try reader.next() {
            try #require(reader.line > line, "seed \(seed): lines must rise")
            line = reader.line
            read.append((0..<reader.fieldCount).map { reader.text($0) })
        }
        #expect(read == expected, "seed \(seed)")
        #expect(naiveRows(String(decoding: writer.bytes, as: UTF8.self)) == [["h1", "h2", "h3"]] + expected)
        let lastLine = writer.bytes.dropLast(2).count { $0 == UInt8(ascii: "\n") } + 1
        let lastBreaks = (expected.last ?? []).joined().utf8.count { $0 == UInt8(ascii: "\n") }
        #expect(line == lastLine - lastBreaks, "seed \(seed): the last row's line")
    }

    @Test("random bytes never trap and never hang", arguments: 1...200 as ClosedRange<UInt64>)
    func noise(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("a,\"\r\n\u{0}".utf8) + [0xC3, 0xA9, 0xFF]
        let bytes = (0..<400).map { _ in alphabet.randomElement(using: &random) ?? 0 }
        let folder = try TemporaryFolder()
        let path = try folder.write(Array("h\n".utf8) + bytes)
        var limits = CSVLimits()
        limits.buffer = 32
        var reader = try CSVReader.open(path: path, limits: limits)
        do {
            while try reader.next() {
                for column in 0..<reader.fieldCount { _ = reader.text(column) }
            }
        } catch {
            #expect(error.line > 0, "seed \(seed): \(error)")
        }
    }
}
