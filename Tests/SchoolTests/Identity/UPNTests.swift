import School
import Testing

@Suite("Unique pupil numbers")
struct UPNTests {
    @Test(
        "a number that keeps all rules is taken, and known as permanent or temporary",
        arguments: [
            ("B801200005001", false), ("R674123101121", false), ("X845212818005", false), ("X00180001701A", true),
            ("H820107919001", false), ("X820107919002", false), ("N820107918123", false), ("M82010792401A", true),
            ("Y82010792401Z", true), ("Q82010792405T", true),
        ]
    )
    func valid(text: String, temporary: Bool) throws {
        let upn = try UPN(text)
        #expect(upn.description == text)
        #expect(upn.isTemporary == temporary)
    }

    @Test(
        "a number that breaks a rule is refused by the rule's number",
        arguments: [
            ("A801200005001", SchoolError.Code.upn1510, "1510"), ("R247962919251", .upn1510, "1510"),
            ("X428558133462", .upn1510, "1510"), ("B207000016049", .upn1510, "1510"),
            ("Q207000016049", .upn1510, "1510"), ("A950000178301", .upn1530, "1530"),
            ("H243278544154", .upn1530, "1530"), ("E000200005001", .upn1530, "1530"),
            ("X80120000A001", .upn1540, "1540"), ("H82010791900I", .upn1550, "1550"),
            ("h820107919001", .upn1510, "1510"), ("I820107919001", .upn1510, "1510"),
        ]
    )
    func refused(text: String, code: SchoolError.Code, rule: String) {
        let error = #expect(throws: SchoolError.self) { try UPN(text) }
        #expect(error?.code == code)
        #expect(error?.message.hasPrefix(rule + ": UPN invalid") == true)
        #expect(error?.message.contains(text) == false, "the message must not hold the number")
    }

    @Test("other lengths are refused", arguments: ["", "H82010791900", "H8201079190011", "H82010791900é"])
    func length(text: String) {
        #expect(throws: SchoolError(.upnLength, "")) { try UPN(text) }
    }

    @Test("P207000016049 is the valid spelling of the example that is printed with Q: its sum is 266")
    func misprint() throws {
        #expect(try UPN("P207000016049").description == "P207000016049")
    }

    @Test("every other check letter of a valid number is refused by 1510")
    func everyLetter() throws {
        for letter in "ABCDEFGHJKLMNPQRTUVWXYZ" where letter != "H" {
            #expect(throws: SchoolError(.upn1510, "")) { try UPN("\(letter)820107919001") }
        }
    }

    @Test("1560Q asks a former number for its form only, and takes temporary ones")
    func former() throws {
        try UPN.checkFormer("X00180001701A")
        try UPN.checkFormer("A801200005001")
        #expect(throws: SchoolError(.upn1560Q, "")) { try UPN.checkFormer("A80120000X001") }
        #expect(throws: SchoolError(.upn1560Q, "")) { try UPN.checkFormer("S801200005001") }
    }
}
