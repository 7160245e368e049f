import Foundation
import School
import Testing

@testable import Commands

/// Restricted addresses and adopted pupils over every way out that there is (rulings 11).
@Suite struct ProtectionTests {
    private static let key = SampleSchools.keys[0]
    private static let hidden = "P-001-00001"
    private static let adopted = "P-001-00002"
    private static let place = "Zzqhidden"
    private static let phone = "07700 900987"
    private static let formerName = "Zzqformer"

    /// A school where a pupil lives with carers at a place that has a name of its own, and another has a former name;
    /// everything was told once before anybody was protected.
    private struct Story {
        let store: TestStore
        let day: EditedDay
        let classes: String
        let firstRun: Int
    }

    private func story() throws -> Story {
        let store = try TestStore()
        let day = try EditedDay(1, in: store.scratch.path("day"))
        let links = try day.rows("pupil-contacts.csv").filter { $0["pupil_key"] == Self.hidden }
        let carers = Set(links.compactMap { $0["contact_key"] })
        #expect(carers.count > 0)
        try day.edit("addresses.csv") { row in
            guard row["pupil_key"] == Self.hidden else { return }
            row["street"] = Self.place + " Road"
            // Told as a data issue, and taken in.
            (row["phone_1_type"], row["phone_1"]) = ("M", Self.place + " 9")
        }
        try day.edit("contacts.csv") { row in
            guard carers.contains(row["contact_key"] ?? "") else { return }
            row["street"] = Self.place + " Road"
            row["phone_1"] = Self.phone
        }
        try day.edit("pupils.csv") { row in
            if row["pupil_key"] == Self.adopted { row["former_surname"] = Self.formerName }
        }
        let classes = try store.scratch.folder("classes")
        let imported = try store.run(["import", "--format", "syncd-csv", "--full", "--register", day.folder])
        #expect(imported.code == 0, "\(imported.errors)")
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        try store.succeed("recipient", "add", "Platform", "--party", "8201234", "--folder", classes)
        try store.succeed("base", "config", Self.key, "--laestab", Self.key)
        try store.succeed("consent", "accept", "pupil-core", "class-lists", "--base", Self.key)
        try store.succeed("task", "create", "core", "--base", Self.key, "--to", "Council")
        let lists = ["task", "create", "lists", "--base", Self.key, "--to", "Platform", "--report", "class-lists"]
        #expect(try store.run(lists + ["--format", "oneroster"]).code == 0)
        for task in ["core", "lists"] { try store.succeed("task", "run", task) }
        let run = try #require(try store.objects("task", "log", "core").first?["run"] as? Int)
        let before = try everything(in: store.outbox)
        for word in [Self.place, Self.phone, Self.formerName] { #expect(before.contains(word), "\(word)") }
        for name in try FileManager.default.contentsOfDirectory(atPath: store.outbox) {
            try FileManager.default.removeItem(atPath: store.outbox + "/" + name)
        }
        return Story(store: store, day: day, classes: classes, firstRun: run)
    }

    /// What comes out on each way about a pupil; a way without a row here fails the tests.
    private func outputs(_ story: Story, _ pupil: String) throws -> [School.OutputPath: () throws -> String] {
        let store = story.store
        func told(_ command: String...) throws -> String {
            let outcome = try store.run(command)
            #expect(outcome.code == 0, "\(command): \(outcome.errors)")
            return outcome.output
        }
        func file(_ write: (String) throws -> Void) throws -> String {
            let folder = try store.scratch.folder("out-\(UUID().uuidString)")
            try write(folder)
            return try everything(in: folder)
        }
        let run = String(story.firstRun)
        return [
            .ces: {
                _ = try told("task", "run", "core")
                return try everything(in: store.outbox)
            },
            .oneRoster: {
                _ = try told("task", "run", "lists", "--ignore-cache")
                return try everything(in: story.classes)
            },
            .rerun: { try file { _ = try told("replay", "--run", run, "--into", $0, "--reason", "x") } },
            .expectedCopy: {
                try file { _ = try told("task", "show", "core", "--copy", $0 + "/copy.json", "--reason", "x") }
            },
            .preview: { try told("task", "run", "core", "--preview", "--json") },
            .pupilShow: {
                try told("pupil", "show", pupil, "--reason", "x")
                    + told("pupil", "show", pupil, "--reason", "x", "--json")
                    + told("pupil", "show", pupil, "--as-of", run, "--reason", "x")
            },
            .pupilFind: {
                try told("pupil", "find", pupil, "--reason", "x")
                    + told("pupil", "find", pupil, "--reason", "x", "--json")
            },
            .history: {
                try file {
                    let page = $0 + "/page.html"
                    _ = try told("history", pupil, "--reason", "x", "--html", page)
                } + told("history", pupil, "--reason", "x", "--json") + told("history", pupil, "--reason", "x")
            },
            .permissions: { try told("pupil", "consents", pupil, "--reason", "x") },
            .changes: { try told("changes", "--json", "--limit", "5000") },
            .changesOpen: { try told("changes", "--open", "--reason", "x", "--json", "--limit", "5000") },
            .replay: { try told("replay", "--format", "jsonl") },
            .replayOpen: { try told("replay", "--open", "--reason", "x", "--format", "jsonl") },
            .issues: { try told("issues", "list", "--open", "--reason", "x", "--json") },
            .disclosures: { try told("audit", "disclosures", "--json") },
            .bundle: {
                try file { _ = try told("audit", "bundle", pupil, $0 + "/b.zip", "--for", "auditor", "--reason", "x") }
            },
            .subjectBundle: {
                try file { _ = try told("audit", "bundle", pupil, $0 + "/b.zip", "--for", "subject", "--reason", "x") }
            },
            .runPeople: { try told("audit", "run", run, "--people", "--reason", "x", "--json") },
            .readers: { try told("audit", "access", "--open", "--reason", "x", "--json") },
            .rebuildReview: { try told("projections", "rebuild", "--review", "--open", "--reason", "x", "--json") },
            .tasks: { try told("task", "list", "--json") + told("task", "show", "core", "--json") },
        ]
    }

    private func check(_ rule: SafeguardingTable.Rule, _ story: Story, _ pupil: String, _ secrets: [String]) throws {
        let outputs = try outputs(story, pupil)
        #expect(Set(outputs.keys) == Set(School.OutputPath.allCases), "a way out without a row here")
        for path in School.OutputPath.allCases {
            let text = try outputs[path]?() ?? ""
            #expect(!text.isEmpty, "\(path)")
            let kept = SafeguardingTable.kept(rule, on: path)
            for secret in secrets where kept != .tracedReader && kept != .record {
                #expect(!text.contains(secret), "\(path) tells \(secret)")
            }
            if kept == .restricted {
                #expect(text.contains("restricted"), "\(path) does not show that it is restricted")
            }
        }
    }

    @Test("rulings 11: a restricted address withholds address, phones and school of pupil and carers on every way out")
    func restricted() throws {
        let story = try story()
        let store = story.store
        try store.succeed(
            "pupil",
            "protect",
            Self.hidden,
            "--restricted-address",
            "yes",
            "--reason",
            "Court order of 3 March"
        )
        try check(.whereabouts, story, Self.hidden, [Self.place, Self.phone])
        // Sources, files and ledgers are named after the school.
        let upn = try #require(try story.day.rows("pupils.csv").first { $0["pupil_key"] == Self.hidden }?["upn"])
        for more in [["--reason", "x"], ["--json", "--reason", "x"], ["--disclosures", "--json", "--reason", "x"]] {
            // The number of the first school stands in the UPN itself.
            let told = try store.run(["history", Self.hidden] + more).output.replacingOccurrences(of: upn, with: "")
            #expect(
                !told.contains(Self.key) && told.contains("restricted"),
                "\(more): \(told.range(of: Self.key).map { String(told[..<$0.upperBound].suffix(300)) } ?? "-")"
            )
        }
        let list = try store.run(["history", Self.hidden, "--disclosures", "--reason", "x"]).output
        #expect(!list.contains(Self.key), "\(list)")
        let person = try store.object("pupil", "show", Self.hidden, "--reason", "x")["id"] as? String
        let issues = try store.objects("issues", "list").filter { $0["person"] as? String == person }
        #expect(!issues.isEmpty && issues.allSatisfy { $0["base"] as? String == "restricted" }, "\(issues)")
        let carer = try #require(try story.day.rows("pupil-contacts.csv").first?["contact_key"])
        let wrong = ["pupil", "protect", carer, "--restricted-address", "yes", "--reason", "x", "--json"]
        #expect(try store.run(wrong).output.contains("subjectUnknown"))
        // The recipient is told to empty what it has.
        let files = try FileManager.default.contentsOfDirectory(atPath: store.outbox).filter {
            $0.hasSuffix(".manifest.json")
        }
        let manifest = try #require(files.first)
        let text = try String(contentsOfFile: store.outbox + "/" + manifest, encoding: .utf8)
        #expect(text.contains("\"clearedGroups\":[\"address\"]"), "\(text)")
        // What belongs to no protected child is there as ever.
        let sent = try everything(in: store.outbox)
        #expect(!sent.contains("<AddressAsPupil>") || !sent.contains(Self.place))
        let open = try store.run(["pupil", "show", Self.hidden, "--restricted", "--reason", "x"])
        #expect(open.output.contains(Self.place))
        #expect(
            try store.run(["pupil", "show", Self.hidden, "--restricted", "--as-of", "9", "--reason", "x"]).code == 64
        )
        let looks = try store.events("--type", "RecordsRead").compactMap { $0["open"] as? [String: Any] }
        #expect(looks.contains { $0["command"] as? String == "pupil show --restricted" })
        let rerun = try store.object("replay", "--run", String(story.firstRun))
        #expect((rerun["verdict"] as? String)?.contains("kept back now") == true)
        try store.succeed("pupil", "protect", Self.hidden, "--restricted-address", "no", "--reason", "Order lifted")
        try store.succeed("task", "run", "core")
        #expect(try everything(in: store.outbox).contains(Self.place))
    }

    @Test(
        "rulings 11: protecting tells brothers and sisters and who has a copy; files that still lie with a recipient are made anew"
    )
    func reach() throws {
        let story = try story()
        let store = story.store
        let links = try story.day.rows("pupil-contacts.csv")
        let carers = Set(links.filter { $0["pupil_key"] == Self.hidden }.compactMap { $0["contact_key"] })
        let sibling = try #require(
            links.first { carers.contains($0["contact_key"] ?? "") && $0["pupil_key"] != Self.hidden }?["pupil_key"]
        )
        try store.succeed("task", "run", "core", "--ignore-cache", "--snapshot")
        #expect(try everything(in: store.outbox).contains(Self.place))
        let command = ["pupil", "protect", Self.hidden, "--restricted-address", "yes", "--reason", "Order"]
        let before = try store.events().count
        let preview = try store.run(command + ["--preview", "--json"]).object
        #expect(preview["changed"] as? Bool == false && preview["restrictedAddress"] as? Bool == false)
        // The class lists of before lie there, too.
        #expect(preview["filesInFolders"] as? Int == 2)
        // That somebody looked, and nothing else.
        #expect(try store.events().count == before + 1)
        #expect(try everything(in: store.outbox).contains(Self.place))
        let words = try store.run(command + ["--preview"]).output
        #expect(words.contains("(MIS key \(sibling),") && words.contains("The copy of Council has address, contacts"))
        #expect(words.contains("emptied of it by the next run of core") && words.contains("Nothing was changed."))
        let done = try store.run(command + ["--json"])
        #expect(done.code == 0, "\(done.errors)")
        let told = try done.object
        let siblings = try #require(told["siblings"] as? [[String: Any]])
        #expect(siblings.contains { $0["misKey"] as? String == sibling })
        #expect((told["recipients"] as? [[String: Any]])?.contains { $0["recipient"] as? String == "Council" } == true)
        #expect(done.errors.contains("was made anew without what is kept back now"))
        let lying = try everything(in: store.outbox)
        #expect(!lying.contains(Self.place) && !lying.contains(Self.phone) && lying.contains("<Pupil>"))
        // The MIS says it: the same.
        try store.succeed("pupil", "protect", Self.hidden, "--restricted-address", "no", "--reason", "Lifted")
        // The file that had told it was made anew meanwhile.
        try store.succeed("task", "run", "core", "--ignore-cache")
        #expect(try everything(in: store.outbox).contains(Self.place))
        try story.day.put("protection", [["pupil_key", "restricted_address", "adopted"], [Self.hidden, "yes", ""]])
        let imported = try store.run(["import", "--format", "syncd-csv", "--full", story.day.folder])
        #expect(
            imported.code == 0 && imported.errors.contains("could not be read and counts as yes"),
            "\(imported.errors)"
        )
        let after = try everything(in: store.outbox)
        #expect(!after.contains(Self.place) && !after.contains(Self.phone))
    }

    @Test("rulings 11: a row about whom to protect that did not go in is said loudly by the import and by status")
    func notProtected() throws {
        let story = try story()
        let store = story.store
        let header = ["pupil_key", "restricted_address", "adopted"]
        try story.day.put("protection", [header, ["P-009-99999", "true", ""]])
        let command = ["import", "--format", "syncd-csv", "--full", story.day.folder]
        let imported = try store.run(command + ["--strict", "--json"])
        #expect(imported.code == 3 && imported.errors.contains("NOT PROTECTED: 1 row"), "\(imported.errors)")
        #expect(try (imported.object["protection"] as? [String: Int]) == ["assumed": 0, "parked": 1])
        #expect(try store.run(["status"]).output.contains("NOT PROTECTED: 1 row"))
        try story.day.put("protection", [header])
        #expect(try store.run(command).code == 0)
        #expect(!(try store.run(["status"]).output.contains("NOT PROTECTED")))
    }

    @Test("rulings 11: a carer who lives with a protected child is not found through a brother or sister either")
    func siblings() throws {
        let story = try story()
        let links = try story.day.rows("pupil-contacts.csv")
        let carers = Set(links.filter { $0["pupil_key"] == Self.hidden }.compactMap { $0["contact_key"] })
        let sibling = try #require(
            links.first { carers.contains($0["contact_key"] ?? "") && $0["pupil_key"] != Self.hidden }?["pupil_key"]
        )
        let store = story.store
        try store.succeed("pupil", "protect", Self.hidden, "--restricted-address", "yes", "--reason", "x")
        try store.succeed("task", "run", "core", "--ignore-cache")
        #expect(!(try everything(in: store.outbox)).contains(Self.phone))
        let history = try store.run(["history", try #require(carers.first), "--reason", "x"]).output
        #expect(!history.contains(Self.place) && !history.contains(Self.phone) && history.contains("restricted"))
        let shown = try store.run(["pupil", "show", sibling, "--reason", "x"]).output
        #expect(shown.contains("restricted"))
    }

    @Test(
        "rulings 11: the MIS says who is protected; former names of the adopted are in no file, list of changes or bundle"
    )
    func adopted() throws {
        let story = try story()
        let store = story.store
        let lines = [
            ["pupil_key", "restricted_address", "adopted"], [Self.hidden, "true", ""], [Self.adopted, "false", "true"],
        ]
        try story.day.put("protection", lines)
        let imported = try store.run(["import", "--format", "syncd-csv", "--full", story.day.folder])
        #expect(imported.code == 0, "\(imported.errors)")
        try check(.formerNames, story, Self.adopted, [Self.formerName])
        try check(.whereabouts, story, Self.hidden, [Self.place, Self.phone])
        // A file that tells of nobody lifts nobody's protection; a row does.
        try story.day.put("protection", Array(lines.prefix(1)))
        #expect(try store.run(["import", "--format", "syncd-csv", "--full", story.day.folder]).code == 0)
        #expect(!(try store.run(["pupil", "show", Self.hidden, "--reason", "x"]).output.contains(Self.place)))
        // What the MIS says is not taken back here.
        let word = try store.run(["pupil", "protect", Self.adopted, "--adopted", "no", "--reason", "x", "--json"])
        #expect(word.output.contains("\"adopted\":true"))
    }

    @Test(
        "rulings 11: on every way out that withholds it or is closed: nobody barred gets an account, no parent learns of the other, and care is not told"
    )
    func otherRules() throws {
        let story = try story()
        let links = try story.day.rows("pupil-contacts.csv").filter { $0["pupil_key"] == Self.hidden }
        let barred = try #require(links.first?["contact_key"])
        try story.day.edit("pupil-contacts.csv") { row in
            if row["contact_key"] == barred { row["court_order"] = "true" }
        }
        try story.day.edit("contacts.csv") { row in
            if row["contact_key"] == barred { row["surname"] = "Zzqbarred" }
        }
        try story.day.put(
            "looked-after",
            [["pupil_key", "in_care", "care_authority"], [Self.hidden, "true", "873"]]
        )
        let imported = try story.store.run(["import", "--format", "syncd-csv", "--full", story.day.folder])
        #expect(imported.code == 0, "\(imported.errors)")
        let shown = try story.store.run(["pupil", "show", Self.hidden, "--reason", "x"]).output
        #expect(shown.contains(#/careAuthority +873/#), "\(shown)")
        try check(.barredAccount, story, Self.hidden, ["Zzqbarred"])
        try check(.otherParent, story, Self.hidden, ["Zzqbarred", Self.phone])
        try check(.lookedAfter, story, Self.hidden, ["\"873\"", ">873<"])
    }

    @Test("rulings 11, 12: who may protect and who may see through it stands in the table of roles")
    func roles() throws {
        let story = try story()
        let people = try People(story.store, operator: "rosa")
        try people.enrol("ada", "head", at: Self.key)
        try people.enrol("olga", "school_admin", at: Self.key)
        try people.enrol("ned", "la_officer", at: nil)
        for name in ["olga", "ned", "rosa"] {
            let outcome = try people.run(
                name,
                ["pupil", "protect", Self.hidden, "--adopted", "yes", "--reason", "x", "--json"]
            )
            #expect(outcome.output.contains("accessRefused"), "\(name)")
        }
        try people.succeed("ada", "pupil", "protect", Self.hidden, "--restricted-address", "yes", "--reason", "x")
        let look = ["pupil", "show", Self.hidden, "--restricted", "--reason", "x"]
        #expect(try people.run("ned", look).code == 1)
        #expect(try people.run("olga", look).output.contains(Self.place))
    }
}
