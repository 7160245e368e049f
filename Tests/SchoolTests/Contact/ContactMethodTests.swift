import School
import Testing

@Suite("Mobile numbers and e-mail addresses")
struct ContactMethodTests {
    @Test(
        "every way of writing a UK mobile has one normal form",
        arguments: [
            "07700900123", "7700900123", "447700900123", "00447700900123", "+447700900123", "+44 (0)7700 900123",
            "07700-900-123", " 07700\u{200B}900\u{00A0}123 ",
        ]
    )
    func mobile(text: String) throws {
        #expect(try MobileNumber(text).description == "447700900123")
    }

    @Test(
        "a number that is none says why",
        arguments: [
            ("0772345678910", "Too many digits"), ("", "Not enough digits"), ("07700", "Not enough digits"),
            ("0772345678", "Number is not valid"), ("020 7946 0991", "Not a UK mobile number"),
            ("07012 345678", "Not a UK mobile number"), ("07600 900123", "Not a UK mobile number"),
            ("07890x32109", "Must not contain letters or symbols"),
            ("07890.32109", "Must not contain letters or symbols"),
            ("٠٧٧٠٠٩٠٠١٢٣", "Must not contain letters or symbols"), ("772345678910", "Too many digits"),
            ("+33 6 12 34 56 78", "Not a UK mobile number"),
        ]
    )
    func mobileFault(text: String, message: String) {
        let error = #expect(throws: SchoolError.self) { try MobileNumber(text) }
        #expect(error?.message == message)
    }

    @Test("the blocks 71 to 75 and 77 to 79 are mobiles", arguments: ["71", "72", "73", "74", "75", "77", "78", "79"])
    func blocks(prefix: String) throws {
        #expect(try MobileNumber("0\(prefix)00900123").description == "44\(prefix)00900123")
    }

    @Test(
        "a valid address is taken in lower case",
        arguments: [
            ("firstname.o'lastname@domain.com", "firstname.o'lastname@domain.com"),
            ("a+b@domain.co.jp", "a+b@domain.co.jp"), ("A.Person@Example.ORG", "a.person@example.org"),
            ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ]
    )
    func email(text: String, stored: String) throws {
        #expect(try EmailAddress(text).description == stored)
    }

    @Test(
        "an address that messages cannot go to is refused",
        arguments: [
            "no-tld@domain", "two-dots..in-local@domain.com", "underscores-in-domain@dom_ain.com",
            "multiple@domains@domain.com", "comma,in-local@gov.uk", "email@123.123.123.123", "", "@example.org",
            "a@", "a@.example.org", "a@-x.example.org", "a b@example.org", "a@example.o",
            String(repeating: "a", count: 310) + "@example.org",
        ]
    )
    func emailFault(text: String) {
        #expect(throws: SchoolError(.emailInvalid, "")) { try EmailAddress(text) }
    }
}
