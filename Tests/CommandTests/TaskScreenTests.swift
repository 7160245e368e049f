import Foundation
import Testing

/// What the authority's screens of scheduled tasks show and offer, from the command line.
@Suite struct TaskScreenTests {
    private func prepared() throws -> TestStore {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        return store
    }

    /// What a command tells as one list.
    private func list(_ store: TestStore, _ arguments: String...) throws -> [[String: Any]] {
        let outcome = try store.run(arguments + ["--json"])
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(value as? [[String: Any]], "\(outcome.errors)")
    }

    @Test("S2-33, S2-34, S2-35: tasks are listed, a school is found by its name and opened, and a task is added there")
    func search() throws {
        let store = try prepared()
        let bases = try list(store, "base", "list")
        let name = try #require(bases.first { $0["key"] as? String == "0022001" }?["name"] as? String)
        let other = try #require(bases.first { $0["key"] as? String == "0012001" }?["name"] as? String)
        #expect(name != other)
        try store.succeed("task", "create", "one", "--to", "Council", "--base", "0012001")
        let found = try list(store, "task", "list", "--search", name.uppercased())
        #expect(found.map { $0["name"] as? String } == ["nightly"])
        #expect(try list(store, "task", "list", "--search", "no school is called so").isEmpty)
        let opened = try list(store, "task", "list", "--by-base", "--search", name)
        #expect(opened.contains { $0["base"] as? String == "0022001" && $0["taskCount"] as? Int == 1 })
        try store.succeed("task", "create", "morning", "--to", "Council", "--base", "0022001")
        let after = try list(store, "task", "list", "--base", "0022001").compactMap { $0["name"] as? String }
        #expect(after.sorted() == ["morning", "nightly"])
    }

    @Test(
        "S2-59, S2-60, S2-61, S2-62: schools and tasks are counted; each row has base, task and data flow; what the agent has collected is Queued, the rest Pending, together all of the school's tasks"
    )
    func counts() throws {
        let store = try prepared()
        try store.succeed("task", "create", "one", "--to", "Council", "--base", "0012001")
        func school(_ key: String) throws -> [String: Any] {
            try #require(try list(store, "task", "list", "--by-base").first { $0["base"] as? String == key })
        }
        #expect(try school("0012001")["pending"] as? Int == 2 && school("0012001")["queued"] as? Int == 0)
        try store.succeed("agent", "install", "--base", "0012001")
        try store.succeed("agent", "heartbeat", "--base", "0012001")
        #expect(try school("0012001")["queued"] as? Int == 2 && school("0012001")["pending"] as? Int == 0)
        try store.succeed("task", "edit", "one", "--inactive")
        let edited = try school("0012001")
        #expect(edited["queued"] as? Int == 1 && edited["pending"] as? Int == 1 && edited["taskCount"] as? Int == 2)
        #expect(try school("0022001")["pending"] as? Int == 1)
        let text = try store.run(["task", "list", "--by-base"]).output
        let header = try #require(text.split(separator: "\n").first)
        for column in ["Base Name", "Scheduled Task Name", "Data Flow"] { #expect(header.contains(column)) }
        #expect(text.contains("Queued : 1 Pending : 1") && text.contains("2 Bases, Task Count: 2"))
        let rows = text.split(separator: "\n").filter { $0.contains("Export from School") }
        #expect(rows.count == 3)
    }

    @Test(
        "S1-03, S2-37, S2-38, S2-120, S2-121, S2-122: a school's choices are both directions, every kind of data, and of the curriculum years those that are there"
    )
    func choices() throws {
        let store = try prepared()
        let told = try store.object("task", "choices", "--base", "0012001")
        let choices = try #require(told["choices"] as? [[String: String]])
        func options(_ part: String) -> [String] { choices.filter { $0["part"] == part }.compactMap { $0["option"] } }
        #expect(options("Transfer details") == ["--direction from-school", "--direction to-school"])
        #expect(choices.first?["title"] == "Export from School")
        let filters = options("Data filter details")
        for option in [
            "--type attainment", "--type attendance", "--type changed_data", "--type snapshot",
            "--type attendance --attendance changed", "--cohort ncy:all", "--cohort lac", "--cohort leavers",
        ] {
            #expect(filters.contains(option), "\(option)")
        }
        let rows = try String(
            contentsOfFile: SampleSchools.shared.get().folder(1) + "/registrations.csv",
            encoding: .utf8
        )
        .split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let (base, year) = (
            try #require(rows[0].firstIndex(of: "base")), try #require(rows[0].firstIndex(of: "year_group"))
        )
        let there = Set(rows.dropFirst().filter { $0[base] == "0012001" }.map { String($0[year]) })
        let offered = choices.compactMap { $0["title"] }.filter { $0.hasPrefix("Curriculum Year ") }
        #expect(Set(offered.map { String($0.dropFirst("Curriculum Year ".count)) }) == there)
        #expect(offered.count < 12, "a primary school has no year 11")
        // Each choice is one that can be made.
        for (number, option) in filters.filter({ $0.hasPrefix("--cohort ncy") }).enumerated() {
            let made = try store.run(
                ["task", "create", "task\(number)", "--to", "Council", "--base", "0012001"]
                    + option.split(separator: " ").map(String.init)
            )
            #expect(made.code == 0, "\(option): \(made.errors)")
        }
        #expect(
            try store.refusal("task", "create", "x", "--to", "Council", "--base", "0012001", "--direction", "to-school")
                == "pairIllegal"
        )
    }

    @Test(
        "S2-117, S2-118, S2-119, S2-120, S2-121: a task is shown in its parts: owner and state, transfer, data filter, scheduler"
    )
    func form() throws {
        let store = try prepared()
        try store.succeed(
            "task",
            "create",
            "years",
            "--to",
            "Council",
            "--base",
            "0012001",
            "--cohort",
            "ncy:R,1",
            "--days",
            "mon",
            "--at",
            "06:30",
            "--owner",
            "school"
        )
        let text = try store.run(["task", "show", "years"]).output
        for line in [
            "Task details         owned by the school, active", "Transfer details     Export from School",
            "Data filter details  changed_data, ncy:R,1", "Scheduler settings   mon at 06:30",
        ] {
            #expect(text.contains(line), "\(line) in \(text)")
        }
        try store.succeed("task", "edit", "years", "--inactive", "--owner", "authority")
        #expect(try store.run(["task", "show", "years"]).output.contains("owned by the authority, inactive"))
        #expect(try store.refusal("task", "run", "years") == "taskInactive")
    }

    @Test(
        "S1-13: Attendance Changed Data is saved at a SIMS 7 school, is waiting_for_migration in the lists, and never fires"
    )
    func waitsForMigration() throws {
        let store = try prepared()
        let made = try store.run([
            "task", "create", "marks", "--to", "Council", "--base", "0012001", "--type", "attendance", "--attendance",
            "changed", "--report", "attendance", "--days", "daily", "--at", "02:00",
        ])
        #expect(made.code == 0 && made.errors.contains("waiting_for_migration"), "\(made.errors)")
        try store.succeed("consent", "accept", "attendance", "--base", "0012001")
        let listed = try list(store, "task", "list").first { $0["name"] as? String == "marks" }
        #expect(listed?["state"] as? String == "waiting_for_migration" && listed?["active"] as? Bool == true)
        let rows = try store.run(["task", "list"]).output.split(separator: "\n")
        #expect(rows.contains { $0.contains("marks") && $0.contains("waiting_for_migration") })
        #expect(try store.run(["task", "list", "--by-base"]).output.contains("waiting_for_migration"))
        #expect(try store.run(["task", "show", "marks"]).output.contains("waiting_for_migration"))
        let settings = try store.object("consent", "settings", "--base", "0012001")
        let task = (settings["tasks"] as? [[String: Any]])?.first { $0["task"] as? String == "marks" }
        #expect(task?["state"] as? String == "waiting_for_migration")
        #expect(try store.run(["run-due", "--at", "02/03/2037 12:00", "--json"]).objects.isEmpty)
        #expect(try store.refusal("task", "run", "marks") == "taskInactive")
        #expect(try store.objects("task", "log").isEmpty)
        // What was due before it became so fires no more either.
        try store.succeed(
            "task",
            "edit",
            "marks",
            "--attendance",
            "all-current",
            "--days",
            "daily",
            "--at",
            "02:00"
        )
        try store.succeed("task", "blackout", "--add", "00:00-23:59")
        #expect(try store.run(["run-due", "--at", "03/03/2037 12:00", "--json"]).objects.isEmpty)
        let waiting =
            try store.object("run-due", "--preview", "--at", "03/03/2037 12:00")["waiting"] as? [[String: Any]]
        #expect(waiting?.map { $0["task"] as? String } == ["marks"])
        try store.succeed("task", "edit", "marks", "--attendance", "changed")
        try store.succeed("task", "blackout", "--clear")
        #expect(try store.run(["run-due", "--at", "05/03/2037 12:00", "--json"]).objects.isEmpty)
        #expect(try store.objects("task", "log").isEmpty)
        try store.succeed("projections", "verify")
    }

    @Test(
        "S1-02, S1-28, S1-29, S1-30, S1-31, S1-32, S1-33: a school that is recorded to lack something gets no task and no edit; what is enough lets it",
        arguments: [
            ("one", "3.57", "3.58"), ("one", "3.9", "3.100"), ("sims", "7.99", "7.166"), ("b2b-phase", "1", "2"),
            ("legacy-tasks-migrated", "no", "yes"), ("services-manager", "no", "yes"), ("provider-portal", "no", "yes"),
        ]
    )
    func prerequisites(name: String, lacking: String, enough: String) throws {
        let store = try TestStore()
        try store.succeed("base", "add", "0012001", "--laestab", "0012001")
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        try store.succeed("task", "create", "before", "--to", "Council", "--base", "0012001")
        try store.succeed("base", "prerequisites", "0012001", "--set", "\(name)=\(lacking)")
        let refused = try store.run(["task", "create", "x", "--to", "Council", "--base", "0012001"])
        #expect(refused.code == 1 && refused.errors.contains(name), "\(refused.errors)")
        #expect(try store.refusal("task", "edit", "before", "--cohort", "ncy:1") == "prerequisiteMissing")
        #expect(try !store.run(["task", "list"]).output.contains(" x "))
        try store.succeed("base", "prerequisites", "0012001", "--set", "\(name)=\(enough)")
        try store.succeed("task", "create", "x", "--to", "Council", "--base", "0012001")
        try store.succeed("task", "edit", "before", "--cohort", "ncy:1")
    }

    @Test("S2-28: one task links a group of schools: one definition, and a run, a file and a cursor for each")
    func group() throws {
        let store = try prepared()
        let runs = try store.objects("task", "run", "nightly")
        #expect(runs.compactMap { $0["base"] as? String }.sorted() == SampleSchools.keys)
        #expect(Set(runs.compactMap { $0["file"] as? String }).count == 2)
        let schools = try #require(try store.object("task", "show", "nightly")["schools"] as? [[String: Any]])
        #expect(schools.count == 2 && schools.allSatisfy { ($0["cursor"] as? Int ?? 0) > 0 })
        #expect(try list(store, "task", "list").count == 1)
    }

    @Test(
        "S2-75: a snapshot is run on demand as a test of the connection: it says when nothing arrives, and changes no other task's cursor"
    )
    func connection() throws {
        let store = try prepared()
        try store.succeed("task", "create", "probe", "--to", "Council", "--base", "0012001", "--type", "snapshot")
        let aside = store.scratch.path("aside")
        try FileManager.default.moveItem(atPath: store.outbox, toPath: aside)
        let failed = try store.run(["task", "run", "probe", "--json"])
        #expect(failed.code == 1)
        #expect(try failed.objects.first?["state"] as? String == "Failed")
        try FileManager.default.moveItem(atPath: aside, toPath: store.outbox)
        let run = try #require(try store.objects("task", "run", "probe").first)
        #expect(run["state"] as? String == "Successfully Exported")
        let file = try #require(run["file"] as? String)
        #expect(FileManager.default.fileExists(atPath: store.outbox + "/" + file))
        let nightly = try store.object("task", "show", "nightly")["schools"] as? [[String: Any]]
        #expect(nightly?.allSatisfy { $0["cursor"] as? Int == 0 } == true)
    }

    @Test("S2-89: an entry of the log is of one file, and keeps the text of what went wrong with it")
    func exceptions() throws {
        let store = try prepared()
        try store.succeed("task", "run", "nightly", "--base", "0012001")
        // A file of the next number is there already: nothing is written over.
        let first = try #require(try store.objects("task", "log").first?["file"] as? String)
        let next = first.replacingOccurrences(of: "_001.", with: "_002.")
        try store.importDay(2)
        try Data("theirs".utf8).write(to: URL(fileURLWithPath: store.outbox + "/" + next))
        #expect(try store.run(["task", "run", "nightly", "--base", "0012001"]).code == 1)
        let entries = try store.objects("task", "log", "--base", "0012001")
        #expect(entries.map { $0["file"] as? String } == [first, next])
        #expect(entries[0]["exceptions"] as? String == "No Exceptions")
        let text = try #require(entries[1]["exceptions"] as? String)
        #expect(text.contains(next) || text.contains("already"), "\(text)")
        let line = try store.run(["task", "log"]).output.split(separator: "\n").first { $0.contains(next) }
        #expect(line?.contains("Failed") == true && line?.contains(text) == true)
    }

    @Test(
        "S2-91, S2-92, S2-93, S2-94, S2-95: the log is filtered by task, cohort, data type and status, and counts what is left"
    )
    func filters() throws {
        let store = try prepared()
        try store.succeed("task", "create", "years", "--to", "Council", "--base", "0012001", "--cohort", "ncy:1")
        try store.succeed("task", "create", "all", "--to", "Council", "--base", "0012001", "--type", "snapshot")
        for task in ["nightly", "years", "all"] { try store.succeed("task", "run", task) }
        try store.succeed("task", "run", "nightly")
        func log(_ options: String...) throws -> (tasks: Set<String>, count: Int, told: Bool) {
            let found = try store.run(["task", "log", "--json"] + options).objects
            let text = try store.run(["task", "log"] + options).output
            return (
                Set(found.compactMap { $0["task"] as? String }), found.count,
                text.contains("Task Count: \(found.count)\n")
            )
        }
        #expect(try log() == (["nightly", "years", "all"], 6, true))
        #expect(try log("nightly") == (["nightly"], 4, true))
        #expect(try log("--cohort", "ncy:1") == (["years"], 1, true))
        #expect(try log("--type", "snapshot") == (["all"], 1, true))
        #expect(try log("--type", "changed_data") == (["nightly", "years"], 5, true))
        let idle = try store.objects("task", "log", "--status", "nothing to send")
        #expect(!idle.isEmpty && idle.allSatisfy { $0["state"] as? String == "Nothing to Send" })
        #expect(try log("nightly", "--status", "Nothing to Send") == (["nightly"], 2, true))
        #expect(try log("--status", "Failed").count == 0)
        // By the day logged, in either form of a date.
        #expect(try log("--from", "01/01/2020", "--until", "2099-12-31").count == 6)
        #expect(try log("--until", "01/01/2020").count == 0 && log("--from", "2099-12-31").count == 0)
    }

    @Test("S2-98: entries come by the date logged, whatever the number, the file's name or the school")
    func order() throws {
        let store = try prepared()
        try store.succeed("recipient", "add", "Other", "--party", "819", "--folder", store.scratch.folder("other"))
        try store.succeed("task", "create", "other", "--to", "Other", "--base", "0012001")
        try store.succeed("task", "run", "nightly", "--base", "0022001")
        try store.succeed("task", "run", "nightly", "--base", "0012001")
        try store.succeed("task", "run", "nightly", "--base", "0012001", "--snapshot", "--ignore-cache")
        try store.succeed("task", "run", "other")
        let files = try store.objects("task", "log").compactMap { $0["file"] as? String }
        #expect(
            files == [
                "0022001_CES_820LLLL_001.xml", "0012001_CES_820LLLL_001.xml", "0012001_CES_820LLLL_002.xml",
                "0012001_CES_819LLLL_001.xml",
            ]
        )
    }

    @Test(
        "S1-01, S2-32: a task is created by an authority's user who is logged in, and by nobody whose role does not let them"
    )
    func authenticated() throws {
        let store = try TestStore()
        let people = try People(store, operator: "rosa")
        try people.succeed("rosa", "base", "add", "0012001", "--laestab", "0012001")
        try people.succeed("rosa", "recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        try people.enrol("ivy", "la_admin", at: nil)
        try people.enrol("cem", "nominated_contact", at: "0012001")
        let create = ["task", "create", "nightly", "--to", "Council", "--base", "0012001", "--json"]
        let nobody = try store.run(create, environment: ["SYNCD_SESSION": store.scratch.path("none")])
        #expect(nobody.code == 1 && nobody.output.contains("notLoggedIn"))
        #expect(try people.run("cem", create).code == 1)
        #expect(try people.run("ivy", ["task", "list", "--json"]).output == "[]\n")
        #expect(try people.run("ivy", create).code == 0)
        #expect(try people.run("ivy", ["task", "edit", "nightly", "--inactive"]).code == 0)
        #expect(try people.run("cem", ["task", "delete", "nightly"]).code == 1)
        #expect(try people.run("ivy", ["task", "delete", "nightly"]).code == 0)
    }
}
