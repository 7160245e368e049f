import Foundation
import Testing

/// Checkpoints, proofs and the checking of the log, as an auditor asks for them.
@Suite struct AuditTests {
    private func school() throws -> TestStore {
        let store = try TestStore()
        try store.succeed("base", "add", "OAK", "--laestab", "0012001")
        return store
    }

    private func keep(_ checkpoint: String, _ store: TestStore, _ name: String) throws -> String {
        try store.scratch.write(checkpoint, to: name)
        return store.scratch.path(name)
    }

    @Test("a checkpoint signs the log, the second time without a new event; proofs and growth come from the same trees")
    func checkpoint() throws {
        let store = try school()
        let first = try store.object("audit", "checkpoint")
        let again = try store.object("audit", "checkpoint")
        #expect(first["checkpoint"] as? String == again["checkpoint"] as? String)
        #expect(first["through"] as? Int == again["through"] as? Int)
        let kept = try keep(try #require(first["checkpoint"] as? String), store, "kept.txt")
        try store.succeed("base", "config", "OAK", "--name", "Oakfield Primary")
        let growth = try store.object("audit", "prove", "--from", kept)
        #expect(try #require(growth["oldSize"] as? Int) < #require(growth["size"] as? Int))
        let proof = try store.object("audit", "prove", "--position", "3")
        #expect((proof["proof"] as? String)?.hasPrefix("c2sp.org/tlog-proof@v1\nextra ") == true)
        let report = try store.object("audit", "verify", "--since", kept)
        #expect(report["intact"] as? Bool == true)
        #expect(report["recordedHeads"] as? Int == 2)
        try store.succeed("projections", "verify")
    }

    @Test("text is the checkpoint itself, and the key that checks it stands beside it")
    func text() throws {
        let store = try school()
        let outcome = try store.succeed("audit", "checkpoint", "--base", "OAK")
        let told = try store.object("audit", "checkpoint", "--base", "OAK")
        #expect(outcome.output == told["checkpoint"] as? String)
        #expect(outcome.output.contains("\n\n\u{2014} syncd-audit/"))
        let key = try #require((told["keys"] as? [String])?.first)
        #expect(outcome.errors.contains("Checked with the key \(key)"))
    }

    @Test("a checkpoint of another store, a changed one and no checkpoint at all are told from one another")
    func strangers() throws {
        let store = try school()
        let written = try #require(try store.object("audit", "checkpoint")["checkpoint"] as? String)
        let other = try #require(try school().object("audit", "checkpoint")["checkpoint"] as? String)
        let lines = written.split(separator: "\n", omittingEmptySubsequences: false)
        let smaller = lines.enumerated().map { $0 == 1 ? "1" : String($1) }.joined(separator: "\n")
        let end = try store.events().count
        #expect(try store.refusal("audit", "prove", "--from", keep(other, store, "other.txt")) == "anotherLog")
        #expect(try store.refusal("audit", "prove", "--from", keep(smaller, store, "smaller.txt")) == "signature")
        #expect(try store.refusal("audit", "prove", "--from", keep("hello\n", store, "hello.txt")) == "malformed")
        #expect(try store.refusal("audit", "prove", "--from", store.scratch.path("none.txt")) == "fileUnusable")
        #expect(try store.events().count == end, "a refusal has appended something")
        let verified = try store.run(["audit", "verify", "--since", store.scratch.path("other.txt"), "--json"])
        #expect(verified.code == 1)
        #expect(try verified.object["intact"] as? Bool == false)
    }

    @Test("positions that are not there, and options that do not go together, are refused")
    func usage() throws {
        let store = try school()
        #expect(try store.refusal("audit", "prove", "--position", "0") == "nothingThere")
        #expect(try store.refusal("audit", "prove", "--position", "5000") == "nothingThere")
        #expect(try store.refusal("audit", "checkpoint", "--base", "ELM") == "baseUnknown")
        #expect(try store.run(["audit", "prove"]).code == 64)
        #expect(try store.run(["audit", "prove", "--position", "1", "--from", "x"]).code == 64)
    }

    @Test("a new key signs beside the old one")
    func newKey() throws {
        let store = try school()
        let first = try store.object("audit", "checkpoint")
        let second = try store.object("audit", "checkpoint", "--new-key")
        #expect((first["keys"] as? [String])?.count == 1)
        #expect((second["keys"] as? [String])?.count == 2)
        #expect((second["keys"] as? [String])?.first == (first["keys"] as? [String])?.first)
        let made = try store.events("--type", "AuditKeyMade")
        #expect(made.count == 2)
    }

    @Test("what left is listed by pupil and data group: what the manifests say and no more, and nothing that was held")
    func disclosures() throws {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: false)
        #expect(try store.run(["task", "run", "nightly"]).code == 1)
        #expect(try store.objects("audit", "disclosures").isEmpty)
        try store.succeed("consent", "accept", "pupil-core", "--base", "0012001")
        for day in 1...3 {
            if day > 1 { try store.importDay(day) }
            _ = try store.run(["task", "run", "nightly"])
        }
        let told = try store.objects("audit", "disclosures", "--recipient", "Council")
        let manifests = try store.delivered().filter { $0.hasSuffix(".manifest.json") }.map { name in
            let data = try Data(contentsOf: URL(fileURLWithPath: store.outbox + "/" + name))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
        let pupils = manifests.flatMap { $0["pupils"] as? [[String: Any]] ?? [] }
        let groups = pupils.flatMap { pupil -> [String] in
            let key = pupil["recipientId"] as? String ?? ""
            let some = (pupil["groups"] as? [String] ?? []) + (pupil["clearedGroups"] as? [String] ?? [])
            return some.isEmpty ? ["\(key) notice"] : some.map { "\(key) \($0)" }
        }
        let listed = told.map { "\($0["recipientId"] as? String ?? "") \($0["group"] as? String ?? "notice")" }
        #expect(!listed.isEmpty && listed.sorted() == groups.sorted())
        #expect(told.allSatisfy { $0["base"] as? String == "0012001" && $0["certainty"] as? String == "left" })
        #expect(try store.objects("audit", "disclosures", "--base", "0022001").isEmpty)
        #expect(try store.objects("audit", "disclosures", "--to", "01/01/2020").isEmpty)
        #expect(try store.objects("audit", "disclosures", "--from", "2020-01-01").count == told.count)
        let path = store.scratch.path("sent.csv")
        let outcome = try store.succeed("audit", "disclosures", "--csv", path)
        #expect(outcome.output.contains("pupil-core 1"))
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
        #expect(lines.count == told.count + 1)
        #expect(try store.run(["audit", "disclosures", "--from", "yesterday"]).code == 64)
        #expect(try store.refusal("audit", "disclosures", "--recipient", "Nobody") == "recipientUnknown")
    }

    @Test("a look in between: one school's events, or what came after a checkpoint, with the same end as the whole")
    func quick() throws {
        let store = try TestStore()
        try store.importDay(1)
        let whole = try keep(try store.succeed("audit", "checkpoint").output, store, "whole.txt")
        let school = try keep(try store.succeed("audit", "checkpoint", "--base", "0012001").output, store, "school.txt")
        try store.importDay(2)
        let end = try store.events().count
        let all = try store.object("audit", "verify", "--since", whole)
        let quick = try store.object("audit", "verify", "--since", whole, "--quick")
        #expect(quick["intact"] as? Bool == true && quick["trees"] as? Int == all["trees"] as? Int)
        let read = try #require(quick["events"] as? Int)
        #expect(read > 10 && read < end / 2)
        let part = try store.object("audit", "verify", "--since", school, "--quick")
        #expect(part["intact"] as? Bool == true && part["trees"] as? Int == 1)
        let base = try store.object("audit", "verify", "--base", "0012001")
        #expect(try base["events"] as? Int == store.events("--base", "0012001").count)
        let other = try TestStore()
        try other.importDay(1)
        let strange = try keep(try other.succeed("audit", "checkpoint").output, store, "strange.txt")
        #expect(try store.run(["audit", "verify", "--since", strange, "--quick"]).code == 1)
        #expect(try store.run(["audit", "verify", "--quick"]).code == 64)
        #expect(try store.run(["audit", "verify", "--quick", "--since", whole, "--base", "0012001"]).code == 64)
    }

    @Test("tiles: the leaves lead to the checkpoint, no file is there twice, and nothing is overwritten")
    func tiles() throws {
        let store = try TestStore()
        try store.importDay(1)
        let folder = store.scratch.path("tiles")
        let told = try store.object("audit", "tiles", folder, "--base", "0012001")
        let size = try #require(told["size"] as? Int)
        #expect(size > 256)
        let first = try Data(contentsOf: URL(fileURLWithPath: folder + "/tile/0/000"))
        #expect(first.count == 256 * 32)
        let entries = try Data(contentsOf: URL(fileURLWithPath: folder + "/tile/entries/000"))
        #expect(entries.count == 256 * 210 && entries.prefix(6) == Data([0, 208] + Array("SYE1".utf8)))
        let last = "\(folder)/tile/0/\(String(1000 + size / 256).dropFirst()).p/\(size % 256)"
        #expect(try Data(contentsOf: URL(fileURLWithPath: last)).count == size % 256 * 32)
        #expect(try store.refusal("audit", "tiles", folder) == "fileUnusable")
        let note = try String(contentsOfFile: folder + "/checkpoint", encoding: .utf8)
        #expect(try note == store.object("audit", "checkpoint", "--base", "0012001")["checkpoint"] as? String)
    }
}
