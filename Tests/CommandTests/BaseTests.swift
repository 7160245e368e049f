import Foundation
import Testing

@Suite struct BaseTests {
    @Test("a base is added, listed, shown and set")
    func life() throws {
        let store = try TestStore()
        try store.succeed("base", "add", "OAK", "--name", "Oakfield Primary School")
        try store.succeed("base", "config", "OAK", "--laestab", "820/1001", "--urn", "100001")
        let base = try store.object("base", "show", "OAK")
        #expect(base["laestab"] as? String == "8201001")
        #expect(base["urn"] as? String == "100001")
        #expect(base["name"] as? String == "Oakfield Primary School")
        #expect(try store.object("base", "show", "8201001")["key"] as? String == "OAK")
    }

    @Test("what breaks a rule is refused with the rule, and nothing is appended")
    func refused() throws {
        let store = try TestStore()
        try store.succeed("base", "add", "OAK", "--laestab", "8201001")
        let before = try store.events().count
        #expect(try store.refusal("base", "add", "OAK") == "nameTaken")
        #expect(try store.refusal("base", "add", "ELM", "--laestab", "12") == "laestabInvalid")
        #expect(try store.refusal("base", "add", "ELM", "--laestab", "8201001") == "laestabTaken")
        #expect(try store.refusal("base", "config", "OAK", "--urn", "x") == "urnInvalid")
        #expect(try store.refusal("base", "show", "ASH") == "baseUnknown")
        #expect(try store.events().count == before)
    }

    @Test("a recipient needs a folder that is there, and a number that names somebody")
    func recipients() throws {
        let store = try TestStore()
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        #expect(
            try store.refusal("recipient", "add", "Council", "--party", "820", "--folder", store.outbox) == "nameTaken"
        )
        #expect(try store.refusal("recipient", "add", "B", "--party", "82", "--folder", store.outbox) == "partyInvalid")
        #expect(
            try store.refusal("recipient", "add", "B", "--party", "820", "--folder", "/no/such") == "folderUnusable"
        )
        #expect(try store.object("recipient", "show", "Council")["folder"] as? String == store.outbox)
    }

    @Test("S0-06: consent is given, withdrawn and remembered; the second time nothing is appended")
    func consent() throws {
        let store = try TestStore()
        try store.succeed("base", "add", "OAK")
        #expect(try store.object("consent", "accept", "pupil-core", "--base", "OAK")["changed"] as? Bool == true)
        #expect(try store.object("consent", "accept", "pupil-core", "--base", "OAK")["changed"] as? Bool == false)
        #expect(try store.object("consent", "withdraw", "pupil-core", "--base", "OAK")["changed"] as? Bool == true)
        let history = try store.run(["consent", "history", "--base", "OAK", "--json"]).objects
        #expect(history.map { $0["decision"] as? String } == ["accepted", "withdrawn"])
        #expect(try store.refusal("consent", "accept", "no-such", "--base", "OAK") == "reportUnknown")
    }
}
