import Connectors
import Foundation
import School
import Testing

/// What must be refused before it is parsed, and where reading stops.
@Suite struct CTFAttackTests {
    static let openings: [String] = [
        "<!DOCTYPE CTfile>", "<!DOCTYPE CTfile [<!ENTITY a \"b\">]>",
        "<!DOCTYPE CTfile [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]>", "<!ENTITY a \"b\">", "<!doctype x>",
        "<!DOCTYPE CTfile SYSTEM \"http://example.org/x.dtd\">", "<!ELEMENT x ANY>", "<!-- x --><!DOCTYPE CTfile>",
    ]

    /// Ways to write a text as bytes, with and without mark and declaration.
    static let writings: [(name: String, declared: String?, bytes: @Sendable (String) -> [UInt8])] = [
        ("UTF-8", "UTF-8", { Array($0.utf8) }), ("UTF-8 undeclared", nil, { Array($0.utf8) }),
        ("UTF-8 with mark", nil, { [0xEF, 0xBB, 0xBF] + Array($0.utf8) }),
        ("Latin-1", "ISO-8859-1", { $0.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }),
        ("Latin-1 undeclared", nil, { $0.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }),
        ("UTF-16LE", "UTF-16", { little($0) }), ("UTF-16LE with mark", "UTF-16", { [0xFF, 0xFE] + little($0) }),
        ("UTF-16LE undeclared", nil, { little($0) }), ("UTF-16BE", "UTF-16BE", { big($0) }),
        ("UTF-16BE with mark", "UTF-16", { [0xFE, 0xFF] + big($0) }), ("UTF-16BE undeclared", nil, { big($0) }),
    ]

    private static func little(_ text: String) -> [UInt8] {
        text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    private static func big(_ text: String) -> [UInt8] {
        text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }

    private static func prolog(_ declared: String?) -> String {
        declared.map { "<?xml version=\"1.0\" encoding=\"\($0)\"?>\n" } ?? ""
    }

    @Test("a DOCTYPE or ENTITY is refused in every encoding, declared or not", arguments: 0..<11)
    func declarations(index: Int) throws {
        let fixture = try CTFFixture()
        let encoding = Self.writings[index]
        for declaration in Self.openings {
            let text = CTFFixture.document(CTFFixture.pupil(), prolog: Self.prolog(encoding.declared) + declaration)
            #expect(try fixture.refusal(encoding.bytes(text)) == .forbidden, "\(encoding.name): \(declaration)")
        }
    }

    @Test("without a declaration the same file is read in every encoding", arguments: 0..<11)
    func encodings(index: Int) throws {
        let fixture = try CTFFixture()
        let encoding = Self.writings[index]
        let isPlain = encoding.name == "Latin-1 undeclared"
        let text = CTFFixture.document(
            CTFFixture.pupil(
                "<BasicDetails><MiddleNames>\(isPlain ? "Chidi" : "Zo\u{EB}")</MiddleNames></BasicDetails>"
            ),
            prolog: Self.prolog(encoding.declared)
        )
        let file = try fixture.open(encoding.bytes(text))
        let read = try ReadSource(CTFSource(file, base: "8201079", known: MadeUpPupils()))
        let name = read.record(.pupil, "L001107921412")?.groups.first?.rows.first?[.middleNames]
        #expect(name == (isPlain ? "Chidi" : "Zoë"), "\(encoding.name)")
    }

    @Test("a declaration is found wherever it stands between two readings of the buffer")
    func boundaries() throws {
        let fixture = try CTFFixture()
        var limits = XMLLimits()
        limits.buffer = 64
        for padding in 0..<80 {
            let prolog = "<?xml version=\"1.0\"?>" + String(repeating: " ", count: padding) + "<!DOCTYPE x>"
            let text = CTFFixture.document(CTFFixture.pupil(), prolog: prolog)
            #expect(try fixture.refusal(Array(text.utf8), limits: limits) == .forbidden, "\(padding)")
            #expect(try fixture.refusal([0xFF, 0xFE] + Self.little(text), limits: limits) == .forbidden, "\(padding)")
        }
        let good = CTFFixture.document("<!-- a comment -->" + CTFFixture.pupil("<UCI><![CDATA[12<3]]></UCI>"))
        for size in 17..<64 {
            limits.buffer = size
            #expect(try fixture.refusal(Array(good.utf8), limits: limits) == nil, "\(size)")
        }
    }

    @Test("an encoding that is not what it says, or not read, is refused")
    func wrongEncodings() throws {
        let fixture = try CTFFixture()
        let pupil = CTFFixture.document(CTFFixture.pupil(), prolog: "")
        let cases: [[UInt8]] = [
            Array((Self.prolog("UTF-16") + pupil).utf8), Array((Self.prolog("UTF-7") + pupil).utf8),
            Array((Self.prolog("windows-1252") + pupil).utf8), Self.little(Self.prolog("UTF-8") + pupil),
            [0xEF, 0xBB, 0xBF] + Array((Self.prolog("ISO-8859-1") + pupil).utf8),
            [0xFF, 0xFE, 0, 0] + pupil.unicodeScalars.flatMap { [UInt8(truncatingIfNeeded: $0.value), 0, 0, 0] },
        ]
        for bytes in cases { #expect(try fixture.refusal(bytes) == .encoding) }
        // An overlong "<" must not become markup.
        let overlong = Array("<!-- -->".utf8) + Array(pupil.utf8).flatMap { $0 == 0x3C ? [0xC0, 0xBC] : [$0] }
        #expect(try fixture.refusal(overlong) == .malformed)
    }

    @Test("a file that is no XML is told as that, whatever its bytes look like")
    func noXML() throws {
        let fixture = try CTFFixture()
        let packed: [UInt8] = [0x1F, 0x8B, 0x08, 0x00, 0x3C, 0x21, 0x41, 0x00] + (0..<200).map { UInt8($0) }
        let cases: [[UInt8]] = [
            packed, Array("hello".utf8), Array("PK\u{3}\u{4}".utf8), [0xEF, 0xBB, 0xBF] + Array("UPN,Surname\n".utf8),
            Self.little("hello"),
        ]
        for bytes in cases { #expect(try fixture.refusal(bytes) == .format, "\(bytes.prefix(8))") }
        // Space before the root element, and nothing but space, are another matter.
        #expect(try fixture.refusal(Array((" \r\n" + CTFFixture.document(CTFFixture.pupil(), prolog: "")).utf8)) == nil)
        #expect(try fixture.refusal(Array(" \n".utf8)) == .malformed)
    }

    @Test("depth, attributes, texts, tags, pupils and files have limits")
    func limits() throws {
        let fixture = try CTFFixture()
        func refusal(_ more: String, _ limits: XMLLimits = XMLLimits()) throws -> SourceError.Code? {
            try fixture.refusal(Array(CTFFixture.document(CTFFixture.pupil(more)).utf8), limits: limits)
        }
        let deep = (0..<40).map { "<a\($0)>" }.joined() + (0..<40).reversed().map { "</a\($0)>" }.joined()
        #expect(try refusal(deep) == .tooLarge)
        let attributes = (0..<40).map { "a\($0)=\"x\"" }.joined(separator: " ")
        #expect(try refusal("<Other \(attributes)/>") == .tooLarge)
        #expect(try refusal("<UCI>" + String(repeating: "x", count: 70_000) + "</UCI>") == .tooLarge)
        #expect(try refusal("<Other a=\"" + String(repeating: "x", count: 3 << 20) + "\"/>") == .tooLarge)
        #expect(try refusal("<!--" + String(repeating: "x", count: 3 << 20) + "-->") == .tooLarge)
        var small = XMLLimits()
        small.record = 10_000
        let phones = String(repeating: "<Phone/>", count: 20_000)
        #expect(try refusal("<Phones>\(phones)</Phones>", small) == .tooLarge)
        let numbers = String(repeating: "<Phone><PhoneNo>01632 960001</PhoneNo></Phone>", count: 1_000)
        #expect(try refusal("<Phones>\(numbers)</Phones>", small) == .tooLarge)
        small.file = 100
        #expect(try refusal("", small) == .tooLarge)
    }

    @Test(
        "what is no transfer file says so: another root, admissions, no header, pupils elsewhere, half a file, nothing"
    )
    func structure() throws {
        let fixture = try CTFFixture()
        func refusal(_ text: String) throws -> SourceError.Code? { try fixture.refusal(Array(text.utf8)) }
        let good = CTFFixture.document(CTFFixture.pupil())
        #expect(try refusal(good) == nil)
        #expect(try refusal("<html/>") == .format)
        #expect(try refusal("<ATfile/>") == .format)
        #expect(try refusal("<CTfile/>") == .malformed)
        #expect(try refusal("<CTfile><CTFpupilData/></CTfile>") == .malformed)
        #expect(try refusal(String(good.prefix(good.count - 20))) == .malformed)
        #expect(try refusal(good + "<x/>") == .malformed)
        #expect(try refusal(good.replacingOccurrences(of: "<Pupil>", with: "<Child>")) == .malformed)
        #expect(try refusal(good.replacingOccurrences(of: "Abara", with: "&unknown;")) == .malformed)
        #expect(try refusal(good.replacingOccurrences(of: "Abara", with: "<b>Abara</b>")) == .malformed)
        #expect(try refusal(good.replacingOccurrences(of: "DestSchool", with: "Nobody")) == .header)
        #expect(try refusal("") == .malformed)
    }
}
