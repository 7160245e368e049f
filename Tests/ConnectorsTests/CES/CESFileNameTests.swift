import Connectors
import Testing

/// Names and numbers of transfer files.
@Suite struct CESFileNameTests {
    @Test("S2-97: source, CES, destination with LLLL, three digits")
    func nameOfTheSourceDocument() throws {
        let source = try #require(CESParty("8201079"))
        let destination = try #require(CESParty("820"))
        let name = try #require(CESFileName(source: source, destination: destination, sequence: 5))
        #expect(name.description == "8201079_CES_820LLLL_005.xml")
        #expect(name.manifest == "8201079_CES_820LLLL_005.manifest.json")
        #expect(CESFileName(name.description) == name)
    }

    @Test(
        "Other names are not read",
        arguments: [
            "8201079_CTF_820LLLL_005.xml", "8201079_CES_820LLLL_5.xml", "8201079_CES_820LLLL_000.xml",
            "820_CES_820LLLL_005.xml",
            "8201079_CES_820LLLL_+05.xml", "8201079_CES_820LLLL_005.json", "8201079_CES_820LLL_005.xml",
            "../8201079_CES_820LLLL_005.xml", "8201079_CES_820LLLL_005_.xml", "82010L9_CES_820LLLL_005.xml",
        ]
    )
    func otherNames(text: String) {
        #expect(CESFileName(text) == nil)
    }

    @Test("Numbers go from 1 to 999, and then begin a new epoch")
    func numbersWrap() throws {
        #expect(CESFileName.next(after: 5) == (6, false))
        #expect(CESFileName.next(after: 999) == (1, true))
        let party = try #require(CESParty("820LLLL"))
        #expect(CESFileName(source: party, destination: party, sequence: 0) == nil)
        #expect(CESFileName(source: party, destination: party, sequence: 1000) == nil)
    }

    @Test("A party is a LAESTAB, or an authority", arguments: ["8201079", "820LLLL", "820"])
    func parties(text: String) throws {
        let party = try #require(CESParty(text))
        #expect(party.authority == "820")
        #expect(party.description == (text == "820" ? "820LLLL" : text))
    }

    @Test(
        "Anything else is none",
        arguments: ["", "82", "8201", "82010790", "LLL1079", "820lLLL", "82٠1079", "820 107"]
    )
    func noParties(text: String) {
        #expect(CESParty(text) == nil)
    }

    @Test(
        "The academic year changes in September",
        arguments: [("2025-08-31", 2024), ("2025-09-01", 2025), ("2026-01-05", 2025)]
    )
    func academicYear(day: String, year: Int) throws {
        let party = try #require(CESParty("8201079"))
        let header = try CESHeader(
            source: party,
            sourceName: "Larkfield",
            destination: party,
            qualifier: .full,
            dateTime: "\(day)T08:00:00"
        )
        #expect(header.academicYear == year)
    }

    @Test(
        "A time of another form is refused",
        arguments: ["", "2025-09-01", "01/09/2025 08:00:00", "2025-09-01T08:00:00Z"]
    )
    func otherTimes(text: String) throws {
        let party = try #require(CESParty("8201079"))
        #expect(throws: RenderError(.header, "")) {
            try CESHeader(source: party, sourceName: "L", destination: party, qualifier: .full, dateTime: text)
        }
    }
}
