import School
import Testing

@Suite("Numbers of learners, authorities and schools")
struct SchoolNumberTests {
    @Test("a ULN with the right check digit is taken", arguments: ["9999375358", "1000000000", "1000000019"])
    func validULN(text: String) throws {
        #expect(try ULN(text).description == text)
    }

    @Test(
        "a ULN with a wrong check digit or form is refused",
        arguments: ["0123456789", "9999999999", "999937535", "99993753580", "999937535x", ""]
            + (0...9).map { "100000006\($0)" }
    )
    func invalidULN(text: String) {
        #expect(throws: SchoolError(.ulnInvalid, "")) { try ULN(text) }
    }

    @Test(
        "authorities of rule 1530 issue UPNs, also those that are no more and the pseudo ones",
        arguments: ["001", "005", "201", "820", "838", "839", "940", "943", "660", "896"]
    )
    func issuer(text: String) throws {
        #expect(try LocalAuthority(text).issuesUPNs)
        #expect(try LocalAuthority(text).description == text)
    }

    @Test("numbers outside the list do not", arguments: ["000", "006", "243", "428", "804", "950", "999"])
    func noIssuer(text: String) throws {
        #expect(try !LocalAuthority(text).issuesUPNs)
    }

    @Test("an authority has three digits", arguments: ["", "82", "8200", "82x", "٨٢٠"])
    func authorityForm(text: String) {
        #expect(throws: SchoolError(.localAuthorityInvalid, "")) { try LocalAuthority(text) }
    }

    @Test("a LAESTAB splits into authority and establishment; people's slash is taken")
    func laestab() throws {
        let school = try LAESTAB("8201079")
        #expect(school.authority.number == 820)
        #expect(school.establishment == "1079")
        #expect(try LAESTAB("820/1079") == school)
        #expect(try LAESTAB("0011079").description == "0011079")
    }

    @Test("other forms are no LAESTAB", arguments: ["10001", "82010790", "820-1079", "820LLLL"])
    func noLaestab(text: String) {
        #expect(throws: SchoolError(.laestabInvalid, "")) { try LAESTAB(text) }
    }

    @Test("a URN has six digits and begins with 1")
    func urn() throws {
        #expect(try URN("199001").description == "199001")
        for text in ["299001", "19900", "1990011", "19900x"] {
            #expect(throws: SchoolError(.urnInvalid, "")) { try URN(text) }
        }
    }
}
