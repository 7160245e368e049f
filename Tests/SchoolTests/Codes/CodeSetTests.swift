import School
import Testing

@Suite("Code sets and canonical text")
struct CodeSetTests {
    @Test("a code belongs to its set alone: S is a statement in SEN and subsidiary in enrolment, none in FSM")
    func typedBySet() throws {
        #expect(CodeSet.senProvision.meaning(of: "S") == "statement (earlier)")
        #expect(CodeSet.enrolmentStatus.meaning(of: "S") == "subsidiary dual")
        #expect(CodeSet.fsmCategory.meaning(of: "S") == nil)
    }

    @Test(
        "each set has as many codes as the published list",
        arguments: [
            (CodeSet.noUPNReason, 10), (.enrolmentStatus, 7), (.boarder, 4), (.senProvision, 9), (.senNeed, 14),
            (.fsmCategory, 3), (.ukCountry, 4), (.pupilPremium, 5), (.englishProficiency, 6), (.ethnicity, 24),
            (.serviceChild, 4), (.youngCarer, 3), (.postCare, 6), (.kinshipCare, 4), (.disability, 17),
            (.relationship, 16), (.phoneLocation, 6), (.emailLocation, 3), (.addressType, 2),
        ]
    )
    func sizes(set: CodeSet, count: Int) {
        #expect(set.entries.count == count)
        #expect(Set(set.entries.map(\.code)).count == count)
    }

    @Test("an unknown code is refused with the list, never with the code")
    func unknown() throws {
        try CodeSet.boarder.check("6")
        let error = #expect(throws: SchoolError.self) { try CodeSet.boarder.check("Q9") }
        #expect(error?.code == .codeUnknown)
        #expect(error?.message.contains("N, B, 6, 7") == true)
        #expect(error?.message.contains("Q9") == false)
    }

    @Test(
        "English is additional for other languages, and unknown where it was not told",
        arguments: [
            ("ENG", false), ("ENB", false), ("IGB", true), ("OTB", true), ("NOT", nil), ("REF", nil), ("", nil),
        ] as [(String, Bool?)]
    )
    func additionalLanguage(language: String, expected: Bool?) {
        #expect(CodeSet.isAdditionalLanguage(language) == expected)
    }

    @Test(
        "text has one spelling: trimmed and composed",
        arguments: [
            ("  Ada ", "Ada"), ("\u{00A0}Zoe\u{0308}\t", "Zo\u{00EB}"), ("", ""), (" \t", ""), ("a b", "a b"),
            ("\u{FEFF}x", "x"),
        ]
    )
    func canonical(text: String, expected: String) {
        #expect(Array(CanonicalText.of(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test("control characters are seen, line breaks among them")
    func controls() {
        #expect(CanonicalText.hasControlCharacter("a\u{1}b"))
        #expect(CanonicalText.hasControlCharacter("a\nb"))
        #expect(CanonicalText.hasControlCharacter("\u{7F}"))
        #expect(CanonicalText.hasControlCharacter("\u{9F}"))
        #expect(CanonicalText.hasControlCharacter("a\u{FFFE}b"))
        #expect(CanonicalText.hasControlCharacter("a\u{FFFF}b"))
        #expect(!CanonicalText.hasControlCharacter("Zoë's"))
    }
}
