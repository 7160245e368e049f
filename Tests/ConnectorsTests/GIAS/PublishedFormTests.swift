import Foundation
import Testing

@testable import Connectors

/// The forms in which public registers lie on the disk.
@Suite struct PublishedFormTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func texts(_ bytes: [UInt8], form: InputForm = .published, limits: CSVLimits = CSVLimits()) throws
        -> [[String]]
    {
        let path = try folder.write(bytes, to: "list.csv")
        var reader = try CSVReader.open(path: path, limits: limits, form: form)
        var rows = [reader.header]
        while try reader.next() { rows.append((0..<reader.fieldCount).map { reader.text($0) }) }
        return rows
    }

    private static let text = "URN,Name\r\n100001,St Mary’s – Café Ysgol Tŷ €\r\n100002,\"Plain, quoted\"\r\n"

    @Test("Windows-1252 and UTF-8, with and without a mark, packed and not, read the same")
    func forms() throws {
        let text = Self.text.replacing("ŷ", with: "y")
        let wanted = [["URN", "Name"], ["100001", "St Mary’s – Café Ysgol Ty €"], ["100002", "Plain, quoted"]]
        let utf8 = Array(text.utf8)
        for bytes in [utf8, [0xEF, 0xBB, 0xBF] + utf8, PublishedFile.windows1252(text)] {
            #expect(try texts(bytes) == wanted)
            #expect(try texts(PublishedFile.gzip(bytes)) == wanted)
        }
    }

    @Test("every byte of Windows-1252 becomes the character that the system's own table gives")
    func table() throws {
        for byte in UInt8(0x80)...0xFF where ![0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte) {
            var space = [UInt8](repeating: 0, count: 3)
            let count = [byte].withUnsafeBytes { bytes in
                space.withUnsafeMutableBytes { Windows1252.decode(bytes, into: $0) }
            }
            let wanted = String(data: Data([byte]), encoding: .windowsCP1252)
            #expect(String(decoding: space[..<count], as: UTF8.self) == wanted, "byte \(byte)")
        }
    }

    @Test("what is UTF-8 is told as the standard library tells it, however it is cut")
    func check() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                [0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xA0, 0xED, 0x9F, 0xF0, 0x90, 0xF4, 0x8F, 0xFF, 0xC0]
                    .randomElement(using: &generator) ?? 0x41
            }.map { UInt8($0) }
            var check = UTF8Check()
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            for piece in [bytes[..<cut], bytes[cut...]] { Array(piece).withUnsafeBytes { check.add($0) } }
            #expect(check.isComplete == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }

    @Test("a packed file that is torn or damaged is refused, and so is one that something follows")
    func damaged() throws {
        let packed = PublishedFile.gzip(Array(Self.text.utf8))
        for bytes in [Array(packed.dropLast(5)), packed + [0], Array(packed[..<12])] {
            #expect(throws: SourceError(.malformed, file: "", "")) { try texts(bytes) }
        }
        var wrong = packed
        wrong[20] ^= 0xFF
        #expect(throws: SourceError(.malformed, file: "", "")) { try texts(wrong) }
    }

    @Test("a file in two packed pieces is read as one")
    func members() throws {
        let bytes = Array("A,B\n1,2\n".utf8)
        #expect(try texts(PublishedFile.gzip(Array(bytes[..<5])) + PublishedFile.gzip(Array(bytes[5...]))).count == 2)
    }

    @Test("a school's own files are still UTF-8 and nothing else")
    func plain() throws {
        #expect(throws: SourceError(.encoding, file: "", "")) {
            try texts(PublishedFile.windows1252(Self.text), form: .plain)
        }
        #expect(throws: (any Error).self) { try texts(PublishedFile.gzip(Array(Self.text.utf8)), form: .plain) }
    }
}
