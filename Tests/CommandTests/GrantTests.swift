import Foundation
import Testing

/// What auditors may open (rulings 12).
@Suite struct GrantTests {
    /// A school with two pupils who are asked about, a head, a data protection officer and two auditors.
    private struct Scene {
        let people: People
        let named: String
        let other: String
        let names: [String]
    }

    private func scene() throws -> Scene {
        let store = try TestStore()
        try store.importDay(1)
        let pupils = try store.objects("pupil", "find", "P-", "--base", SampleSchools.keys[0], "--reason", "test")
        let people = try People(store, operator: "rosa")
        try people.enrol("ada", "head", at: SampleSchools.keys[0])
        try people.enrol("dina", "dpo", at: nil)
        try people.enrol("ines", "auditor", at: nil)
        return Scene(
            people: people,
            named: try #require(pupils.first?["id"] as? String),
            other: try #require(pupils.last?["id"] as? String),
            names: pupils.compactMap { $0["surname"] as? String }
        )
    }

    private func tomorrow(_ days: Int = 1) -> String {
        let form = DateFormatter()
        form.dateFormat = "dd/MM/yyyy"
        form.timeZone = TimeZone(identifier: "Europe/London")
        return form.string(from: Date().addingTimeInterval(TimeInterval(days) * 86_400))
    }

    private func opening(_ subject: String, _ scratch: Scratch) -> [[String]] {
        [
            ["history", subject, "--reason", "audit"], ["pupil", "show", subject, "--reason", "audit"],
            ["pupil", "attendance", subject, "--reason", "audit"], ["pupil", "consents", subject, "--reason", "audit"],
            ["pupil", "find", "P-", "--reason", "audit"], ["changes", "--open", "--reason", "audit"],
            ["replay", "--open", "--reason", "audit", "--format", "jsonl"],
            [
                "audit", "bundle", subject, scratch.path("bundle-\(UUID().uuidString)"), "--for", "auditor", "--reason",
                "audit",
            ],
        ]
    }

    @Test(
        "rulings 12: without a grant an auditor opens nothing, and is told who may grant; closed records are open to audit"
    )
    func without() throws {
        let scene = try scene()
        let scratch = scene.people.store.scratch
        for command in opening(scene.named, scratch) {
            let outcome = try scene.people.run("ines", command)
            #expect(outcome.code == 1, "\(command)")
            #expect(outcome.errors.contains("the school's head or the data protection officer"), "\(outcome.errors)")
        }
        for command in [["replay"], ["changes"], ["audit", "verify"], ["audit", "disclosures"], ["grant", "list"]] {
            #expect(try scene.people.run("ines", command).code == 0, "\(command)")
        }
    }

    @Test(
        "rulings 12: with a grant an auditor opens the named people alone, each look tells the grant, others stay closed"
    )
    func with() throws {
        let scene = try scene()
        let (people, scratch) = (scene.people, scene.people.store.scratch)
        let given = try people.object(
            "ada",
            "grant",
            "give",
            "ines",
            scene.named,
            "--until",
            tomorrow(),
            "--reason",
            "Complaint 12"
        )
        let grant = try #require(given["grant"] as? String)
        for command in opening(scene.named, scratch) {
            let outcome = try people.run("ines", command)
            #expect(outcome.code == 0, "\(command): \(outcome.errors)")
        }
        let looks = try people.events().filter { $0["type"] as? String == "RecordsRead" }
            .compactMap { $0["open"] as? [String: Any] }.filter { ($0["grants"] as? [String])?.isEmpty == false }
        #expect(looks.count == 8)
        // Of the past as well, also of before the grant and the login, and the session lives on.
        for command in [["pupil", "attendance"], ["pupil", "consents"]] {
            let then = try #require(
                people.events().first { $0["type"] as? String == "ImportCompleted" }?["position"] as? Int
            )
            let past = command + [scene.named, "--as-of", "\(then)", "--reason", "audit"]
            #expect(try people.run("ines", past).code == 0)
        }
        for look in looks {
            #expect(look["grants"] as? [String] == [grant])
            #expect(look["subjects"] as? [String] == [scene.named])
        }
        // Of others nothing: neither by name, nor in lists, nor in what the log holds.
        for command in opening(scene.other, scratch) where command.contains(scene.other) {
            #expect(try people.run("ines", command).code == 1, "\(command)")
        }
        let found = try people.run("ines", ["pupil", "find", "P-", "--reason", "audit", "--json"]).objects
        #expect(found.compactMap { $0["id"] as? String } == [scene.named])
        let events = try people.run("ines", ["replay", "--open", "--reason", "audit", "--format", "jsonl"]).objects
        var opened: Set<String> = []
        for part in events.flatMap({ $0["parts"] as? [[String: Any]] ?? [] }) {
            if let subject = part["subject"] as? String {
                opened.insert(subject)
            } else {
                #expect(part["payload"] as? [String: Any] == nil)
            }
        }
        #expect(opened == [scene.named])
        let changes = try people.run("ines", ["changes", "--open", "--reason", "audit", "--json"]).object
        for change in changes["changes"] as? [[String: Any]] ?? [] {
            #expect((change["data"] != nil) == (change["id"] as? String == scene.named))
        }
        // What opens everybody's records at once is no grant's.
        #expect(try people.run("ines", ["audit", "access", "--open", "--reason", "audit"]).code == 1)
        #expect(
            try people.run("ines", ["projections", "rebuild", "--review", "--open", "--reason", "audit"]).code == 1
        )
        #expect(try people.run("dina", ["audit", "access", "--json"]).output.contains(grant))
    }

    @Test("rulings 12: a grant is the head's or the data protection officer's, for auditors, for others, with an end")
    func rules() throws {
        let scene = try scene()
        let people = scene.people
        func give(_ giver: String, _ auditor: String, until day: String, _ more: [String] = []) throws
            -> Program.Outcome
        {
            try people.run(
                giver,
                ["grant", "give", auditor, scene.named, "--until", day, "--reason", "Complaint 12", "--json"] + more
            )
        }
        try people.enrol("olga", "school_admin", at: nil)
        for giver in ["ines", "olga", "rosa"] {
            #expect(try give(giver, "ines", until: tomorrow()).output.contains("accessRefused"), "\(giver)")
        }
        #expect(try give("ada", "olga", until: tomorrow()).output.contains("grantUnfit"))
        #expect(try give("ada", "nobody", until: tomorrow()).output.contains("grantUnfit"))
        #expect(try give("ada", "ines", until: tomorrow(-1)).output.contains("grantUnfit"))
        #expect(try give("ada", "ines", until: tomorrow(400)).output.contains("grantUnfit"))
        // Whoever is both grants nothing to themselves.
        try people.succeed("rosa", "user", "role", "dina", "--role", "auditor")
        try people.login("dina")
        #expect(try give("dina", "dina", until: tomorrow()).output.contains("grantUnfit"))
        let given = try give("dina", "ines", until: tomorrow(2))
        #expect(given.code == 0)
        // The same once more, or less of the same, is no other grant.
        for day in [tomorrow(2), tomorrow()] {
            let again = try give("ada", "ines", until: day)
            #expect(try again.code == 0 && again.object["grant"] as? String == given.object["grant"] as? String)
        }
        // A name begins as it is written, wherever it stands.
        let unknown = try people.run(
            "ada",
            ["grant", "give", "nobody", scene.named, "--until", tomorrow(), "--reason", "x"]
        )
        #expect(unknown.errors.contains("No auditor at this school is called nobody"), "\(unknown.errors)")
        // A head grants for the own school alone.
        try people.enrol("eve", "head", at: SampleSchools.keys[1])
        #expect(try give("eve", "ines", until: tomorrow()).output.contains("subjectUnknown"))
        #expect(try people.events().filter { $0["type"] as? String == "ReadingGranted" }.count == 1)
    }

    @Test("rulings 12: a grant that was withdrawn, or whose auditor lost the role, opens nothing any more")
    func ends() throws {
        let scene = try scene()
        let people = scene.people
        let look = ["history", scene.named, "--reason", "audit"]
        func give() throws -> String {
            let given = try people.object(
                "dina",
                "grant",
                "give",
                "ines",
                scene.named,
                "--until",
                tomorrow(),
                "--reason",
                "Complaint 12"
            )
            return try #require(given["grant"] as? String)
        }
        let first = try give()
        #expect(try people.run("ines", look).code == 0)
        let ended = try people.object("ada", "grant", "withdraw", first, "--reason", "Settled")
        #expect(ended["state"] as? String == "withdrawn")
        #expect(try people.run("ines", look).code == 1)
        _ = try give()
        #expect(try people.run("ines", look).code == 0)
        try people.succeed("rosa", "user", "role", "ines", "--role", "auditor", "--remove")
        try people.succeed("rosa", "user", "role", "ines", "--role", "auditor")
        try people.login("ines")
        // The role is back; what was granted to who had it is not.
        #expect(try people.run("ines", look).code == 1)
        let listed = try people.run("dina", ["grant", "list", "--all", "--json"]).output
        #expect(listed.components(separatedBy: "\"withdrawn\"").count == 3)
        // As it was known before the first was withdrawn.
        let then = try #require(
            people.events().first { $0["type"] as? String == "ReadingGrantWithdrawn" }?["position"] as? Int
        )
        let past = try people.run("dina", ["grant", "list", "--all", "--as-of", "\(then - 1)", "--json"]).output
        #expect(past.contains(first) && !past.contains("\"withdrawn\""))
    }

    @Test("rulings 12: a breach list under a grant names those whom it names, and counts the others")
    func runPeople() throws {
        let store = try TestStore()
        try store.importDay(1)
        let key = SampleSchools.keys[0]
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        try store.succeed("base", "config", key, "--laestab", key)
        try store.succeed("consent", "accept", "pupil-core", "--base", key)
        try store.succeed("task", "create", "nightly", "--base", key, "--to", "Council")
        try store.succeed("task", "run", "nightly")
        let run = try #require(try store.objects("task", "log", "nightly").first?["run"] as? Int)
        let pupils = try store.objects("pupil", "find", "P-", "--base", key, "--reason", "test")
        let named = try #require(pupils.first?["id"] as? String)
        let people = try People(store, operator: "rosa")
        try people.enrol("dina", "dpo", at: nil)
        try people.enrol("ines", "auditor", at: nil)
        let look = ["audit", "run", String(run), "--people", "--reason", "Breach 3"]
        #expect(try people.run("ines", ["audit", "run", String(run)]).code == 0)
        #expect(try people.run("ines", look).code == 1)
        try people.succeed("dina", "grant", "give", "ines", named, "--until", tomorrow(), "--reason", "Breach 3")
        let told = try people.run("ines", look)
        #expect(told.code == 0 && told.output.contains(named))
        for pupil in pupils.dropFirst() {
            #expect(!told.output.contains(try #require(pupil["id"] as? String)))
        }
        #expect(told.output.contains("stay closed"))
    }
}
