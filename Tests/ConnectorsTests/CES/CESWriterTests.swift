import Connectors
import Foundation
import Identifiers
import School
import Testing

/// The transfer file: plain CTF, the same bytes for the same values, nothing in it that was not given.
@Suite struct CESWriterTests {
    @Test("A file with every group is byte for byte the one kept here")
    func goldenFile() throws {
        let noNumber = CESPupil(
            recipientID: Identifier(high: 2, low: 0xB),
            change: .changed,
            identity: FieldRow([.init(.surname, "Abara"), .init(.forename, "Adaeze"), .init(.noUPNReason, "UN1")]),
            clearedGroups: [.contacts, .address]
        )
        let notice = CESPupil(recipientID: Identifier(high: 3, low: 0xC), change: .erased)
        let (xml, lines) = try CESFixture.write([CESFixture.full, noNumber, notice])
        #expect(xml == (try golden("full.xml")), "\(xml)")
        let name = try #require(CESFileName("8201079_CES_820LLLL_005.xml"))
        let manifest = CESFixture.manifest(
            lines,
            name: name,
            sha256: [UInt8](repeating: 0xAB, count: 32),
            positions: (41, 57),
            run: 9
        )
        let json = String(decoding: try manifest.json(), as: UTF8.self)
        #expect(json == (try golden("full.manifest.json")), "\(json)")
        #expect(try JSONDecoder().decode(CESManifest.self, from: Data(json.utf8)) == manifest)
    }

    @Test("Elements stand in the order of the Common Transfer File, whatever the order of the groups")
    func orderOfElements() throws {
        let wanted = [
            "UPN", "Surname", "Forename", "DOB", "Sex", "BasicDetails", "FSMhistory", "LookedAfter", "SENhistory",
            "Address",
            "Phones", "Email", "Contacts", "SchoolHistory",
        ]
        var pupil = CESFixture.full
        var files: Set<String> = []
        for _ in pupil.groups.indices {
            pupil.groups.append(pupil.groups.removeFirst())
            let (xml, _) = try CESFixture.write([pupil])
            files.insert(xml)
            // Children of Pupil are the elements at six spaces.
            let children = xml.split(separator: "\n").compactMap { line in
                line.hasPrefix("      <") ? line.prefixMatch(of: /\ +<(\w+)>/).map { String($0.1) } : nil
            }
            #expect(Array(children.drop { $0 != "UPN" }) == wanted)
        }
        #expect(files.count == 1)
    }

    @Test("Contacts are sorted by order as a number, and a contact at the pupil's address has no address of her own")
    func contactsAreSorted() throws {
        let (xml, _) = try CESFixture.write([CESFixture.full])
        let orders = xml.matches(of: /<Order>(\d+)<\/Order>/).map { $0.1 }
        #expect(orders == ["2", "10"])
        #expect(xml.contains("<AddressAsPupil>true</AddressAsPupil>"))
        #expect(xml.contains("<AddressLine1>2 Old Quay</AddressLine1>"))
        #expect(xml.contains("<AddressLine2>Saltmarsh</AddressLine2>"))
    }

    @Test("Fields without an element do not travel, and no key of the source does")
    func nothingElseTravels() throws {
        let (xml, lines) = try CESFixture.write([CESFixture.full])
        let manifest = String(decoding: try JSONEncoder().encode(lines), as: UTF8.self)
        for hidden in ["Luton", "4A", "K-1", "K-2", "second@example.org", "TFSM"] {
            #expect(!xml.contains(hidden))
            #expect(!manifest.contains(hidden))
        }
    }

    @Test("Markup in values is escaped; a carriage return survives")
    func markupIsEscaped() throws {
        var pupil = CESFixture.full
        pupil.groups = [GroupContent(.basicDetails, [FieldRow([.init(.surname, "<a>&b]]>\r\"'")])])]
        let (xml, _) = try CESFixture.write([pupil])
        #expect(xml.contains("<Surname>&lt;a&gt;&amp;b]]&gt;&#13;\"'</Surname>"))
    }

    @Test(
        "A character that XML cannot hold stops the file, naming the element and no value",
        arguments: ["\u{0}", "\u{B}", "\u{1F}", "\u{FFFE}", "\u{FFFF}"]
    )
    func forbiddenCharacters(character: String) throws {
        var pupil = CESFixture.full
        pupil.groups = [GroupContent(.basicDetails, [FieldRow([.init(.forename, "Ike\(character)nna")])])]
        do {
            _ = try CESFixture.write([pupil])
            Issue.record("it was written")
        } catch let error as RenderError {
            #expect(error.code == .forbiddenCharacter)
            #expect(error.message.contains("Forename"))
            #expect(!error.message.contains("Ike"))
        }
    }

    @Test("A pupil whose change and groups contradict each other is refused")
    func contradictions() throws {
        let id = Identifier<CESPupil>(high: 5, low: 5)
        let details = GroupContent(.basicDetails, [CESFixture.names])
        let link = CESFixture.link("K-9", order: "1", relationship: "PAF")
        let faults: [(CESPupil, RenderError.Code)] = [
            (CESPupil(recipientID: id, change: .erased, groups: [details]), .contradiction),
            (CESPupil(recipientID: id, change: .sharingEnded, identity: CESFixture.names), .contradiction),
            (CESPupil(recipientID: id, change: .absent, clearedGroups: [.sen]), .contradiction),
            (CESPupil(recipientID: id, change: .new, groups: [details, details]), .contradiction),
            (
                CESPupil(recipientID: id, change: .new, groups: [details], clearedGroups: [.basicDetails]),
                .contradiction
            ),
            (CESPupil(recipientID: id, change: .changed, groups: [GroupContent(.sen, [])]), .contradiction),
            (CESPupil(recipientID: id, change: .changed, clearedGroups: [.account]), .unsupportedGroup),
            (CESPupil(recipientID: id, change: .changed, groups: [GroupContent(.contacts, [link])]), .missingContact),
        ]
        for (pupil, code) in faults {
            #expect(throws: RenderError(code, "")) { try CESFixture.write([pupil]) }
        }
    }

    @Test("Only what a receiver matches by is written of basic details that are not themselves sent")
    func identityIsForMatching() throws {
        var names = CESFixture.names
        names[.uln] = "9999375358"
        let pupil = CESPupil(
            recipientID: Identifier(high: 1, low: 1),
            change: .changed,
            identity: names,
            groups: [GroupContent(.address, [FieldRow([.init(.email, "i@example.org")])])]
        )
        let (xml, lines) = try CESFixture.write([pupil])
        #expect(xml.contains("<UPN>L001107921412</UPN>"))
        #expect(!xml.contains("MiddleNames"))
        #expect(!xml.contains("UniqueLearnerNumber"))
        #expect(lines[0].groups == ["address"])
        #expect(lines[0].upn == "L001107921412")
        var withheld = pupil
        withheld.identity = nil
        let (anonymous, unnamed) = try CESFixture.write([withheld])
        #expect(!anonymous.contains("<UPN>"))
        #expect(unnamed[0].upn == nil)
    }

    @Test("Bytes leave in chunks while the file grows")
    func streams() throws {
        var sizes: [Int] = []
        var writer = try CESWriter(header: CESFixture.header(), under: CESFixture.approved()) { sizes.append($0.count) }
        for _ in 0..<500 { try writer.write(CESFixture.full) }
        #expect(sizes.count > 10)
        #expect(try writer.finish().map(\.element) == Array(1...500))
        #expect(sizes.allSatisfy { $0 < 80_000 })
    }

    private func golden(_ name: String) throws -> String {
        let folder = try #require(Bundle.module.resourceURL).appending(path: "CESGolden")
        return String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }
}
