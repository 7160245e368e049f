import Foundation
import Testing

/// The process that parses transfer files dies, hangs or lies: the store is as it was, and the reason is plain.
@Suite struct HostileReaderTests {
    private static func file(_ scratch: Scratch, _ prolog: String = "") throws -> String {
        let text = """
            \(prolog)<CTfile><Header><DocumentQualifier>full</DocumentQualifier>
            <SourceSchool><LEA>820</LEA><Estab>1079</Estab></SourceSchool>
            <DestSchool><LEA>820</LEA><Estab>LLLL</Estab></DestSchool></Header><CTFpupilData>
            <Pupil><UPN>L001107921412</UPN><Surname>Abara</Surname><Forename>Ikenna</Forename><DOB>2017-03-14</DOB>
            <Sex>M</Sex></Pupil></CTFpupilData></CTfile>
            """
        try scratch.write(text, to: "820LLLL_CTF_8201079_001.xml")
        return scratch.path("820LLLL_CTF_8201079_001.xml")
    }

    private static func arguments(_ file: String) -> [String] {
        ["import", "--format", "ctf", "--delta", "--register", "--destination", "820LLLL", "--json", file]
    }

    @Test(
        "a parser that misbehaves takes no store with it",
        arguments: [
            "crash", "crashMidway", "hang", "hangMidway", "garbage", "hugeFrame", "endless", "disorder", "cutShort",
            "wrongCount", "memory",
        ]
    )
    func misbehaviour(name: String) throws {
        let store = try TestStore()
        let file = try Self.file(store.scratch)
        let before = try store.events().count
        let outcome = try store.run(Self.arguments(file), environment: ["SYNCD_TEST_CTF_READER": name])
        #expect(outcome.code == 1, "\(outcome.output)")
        let error = try outcome.object["error"] as? [String: Any]
        #expect(error?["code"] as? String == "readerFailed", "\(outcome.errors)")
        #expect(outcome.errors.contains("Nothing was taken in and the store is unharmed"))
        #expect(!outcome.errors.contains("Abara"))
        #expect(try store.events().count == before)
        // Nothing of it is left behind: the same file goes in at once.
        #expect(try store.run(Self.arguments(file)).code == 0)
        try store.succeed("projections", "verify")
    }

    @Test("the process can open no file, and reads well without")
    func confined() throws {
        let store = try TestStore()
        let file = try Self.file(store.scratch)
        let outcome = try store.run(Self.arguments(file), environment: ["SYNCD_TEST_CTF_READER": "escape"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(EntityCounts("pupil", of: try outcome.object).new == 1)
    }

    @Test("a DOCTYPE is refused, and the store is as it was")
    func doctype() throws {
        let store = try TestStore()
        let file = try Self.file(store.scratch, "<!DOCTYPE CTfile [<!ENTITY a \"b\">]>")
        let before = try store.events().count
        let outcome = try store.run(Self.arguments(file))
        #expect(outcome.code == 1)
        #expect((try outcome.object["error"] as? [String: Any])?["code"] as? String == "forbidden")
        #expect(try store.events().count == before)
    }

    @Test("another system's file: full means the pupil's data, and as a delta nobody goes")
    func foreign() throws {
        let store = try TestStore()
        let file = try Self.file(store.scratch)
        #expect(try store.run(Self.arguments(file)).code == 0)
        let again = try store.run(Self.arguments(file)).object
        #expect(again["appended"] as? Int == 0)
        #expect(EntityCounts("pupil", of: again) == EntityCounts(unchanged: 1))
    }
}
