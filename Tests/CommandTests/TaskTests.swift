import Foundation
import Testing

/// Tasks from the command line: defined, changed, locked, due.
@Suite struct TaskTests {
    private func prepared() throws -> TestStore {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        return store
    }

    @Test("S1-04, S2-63: one call defines a task over many bases, or none of it")
    func create() throws {
        let store = try prepared()
        let bases = SampleSchools.keys.flatMap { ["--base", $0] }
        let made = try store.run(
            [
                "task", "create", "weekly", "--to", "Council", "--type", "snapshot", "--days", "sun", "--at", "03:00",
                "--json",
            ]
                + bases
        ).objects
        #expect(made[0]["schedule"] as? String == "sun at 03:00")
        #expect((made[0]["bases"] as? [String])?.count == SampleSchools.keys.count)
        let before = try store.events().count
        #expect(
            try store.refusal("task", "create", "x", "--to", "Council", "--base", "0012001", "--base", "none")
                == "baseUnknown"
        )
        #expect(
            try store.refusal("task", "create", "x", "--to", "Council", "--base", "0012001", "--type", "attendance")
                == "pairIllegal"
        )
        #expect(try store.events().count == before)
    }

    @Test(
        "S2-40, S2-117: a task is cloned, edited, renamed, switched off, given away and deleted, and its history tells"
    )
    func edit() throws {
        let store = try prepared()
        try store.succeed("task", "clone", "nightly", "copy", "--cohort", "ncy:1,2")
        try store.succeed("task", "edit", "copy", "--name", "years", "--owner", "authority", "--inactive")
        #expect(try store.refusal("task", "run", "years") == "taskInactive")
        let task = try store.object("task", "show", "years")
        #expect(task["cohort"] as? String == "ncy:1,2" && task["owner"] as? String == "authority")
        let history = try store.objects("task", "show", "years", "--history").compactMap { $0["what"] as? String }
        #expect(history == ["created", "name: copy → years; owner: school → authority; active: yes → no"])
        try store.succeed("task", "delete", "years")
        #expect(try !store.run(["task", "list"]).output.contains("years"))
        #expect(try store.refusal("task", "show", "years") == "taskUnknown")
    }

    @Test(
        "S2-109, S2-111, S2-112, S2-113: what the school has locked is closed to the authority, and --partial leaves it out"
    )
    func lock() throws {
        let store = try prepared()
        #expect(try store.refusal("task", "lock", "nightly", "--as", "authority") == "lockedDown")
        try store.succeed("task", "lock", "nightly")
        for command in [["edit", "nightly", "--inactive"], ["delete", "nightly"], ["run", "nightly"]] {
            let outcome = try store.run(["task"] + command + ["--as", "authority", "--json"])
            #expect(outcome.code == 1)
            #expect((try outcome.object["error"] as? [String: Any])?["code"] as? String == "lockedDown", "\(command)")
        }
        #expect(try store.run(["task", "list"]).output.contains("*nightly"))
        try store.succeed("task", "lock", "nightly", "--open")
        try store.succeed("task", "lock", "--base", "0012001")
        let create = [
            "task", "create", "x", "--to", "Council", "--base", "0012001", "--base", "0022001", "--as", "authority",
        ]
        let refused = try store.run(create)
        #expect(refused.code == 1 && refused.errors.contains("--partial"))
        let partial = try store.run(create + ["--partial", "--json"])
        #expect(partial.code == 0)
        #expect(try partial.objects[0]["bases"] as? [String] == ["0022001"])
        try store.succeed("task", "edit", "nightly", "--as", "school", "--active")
    }

    @Test("S1-05: what is due runs once, by itself; what was missed is made up for once")
    func due() throws {
        let store = try prepared()
        try store.succeed("task", "edit", "nightly", "--days", "daily", "--at", "02:00")
        let idle = try store.run(["run-due", "--json"])
        #expect(idle.code == 0)
        #expect(try idle.objects.isEmpty)
        let agenda = try store.object("run-due", "--preview", "--at", "01/03/2037 12:00")
        #expect((agenda["due"] as? [[String: Any]])?.count == 1)
        let first = try store.run(["run-due", "--at", "01/03/2037 12:00", "--json"])
        #expect(first.code == 0, "\(first.errors)")
        #expect(try first.objects.map { $0["state"] as? String } == ["Successfully Exported", "Successfully Exported"])
        #expect(try store.run(["run-due", "--at", "01/03/2037 12:00", "--json"]).objects.isEmpty)
        let second = try store.run(["run-due", "--at", "02/03/2037 02:00", "--json"]).objects
        #expect(second.map { $0["state"] as? String } == ["Nothing to Send", "Nothing to Send"])
        try store.succeed("projections", "verify")
    }

    @Test("in a blackout what is due waits; what waits can be cancelled")
    func blackout() throws {
        let store = try prepared()
        try store.succeed("task", "edit", "nightly", "--days", "daily", "--at", "09:00")
        try store.succeed("task", "blackout", "--add", "08:00-16:30")
        #expect(try store.run(["run-due", "--at", "02/03/2037 09:00", "--json"]).objects.isEmpty)
        let agenda = try store.object("run-due", "--preview", "--at", "02/03/2037 09:00")
        #expect((agenda["waiting"] as? [[String: Any]])?.count == 2)
        #expect(agenda["next"] as? String == "2037-03-02T16:30:00.000000Z")
        try store.succeed("task", "cancel", "nightly", "--base", "0012001")
        let late = try store.run(["run-due", "--at", "02/03/2037 16:30", "--json"]).objects
        #expect(late.map { $0["base"] as? String } == ["0022001"])
    }

    @Test("a delivery that fails waits for another attempt; --failed runs it at once; the cursor has not moved")
    func retry() throws {
        let store = try prepared()
        try store.succeed("task", "edit", "nightly", "--days", "daily", "--at", "02:00")
        let aside = store.scratch.path("aside")
        try FileManager.default.moveItem(atPath: store.outbox, toPath: aside)
        let failed = try store.run(["run-due", "--at", "02/03/2037 02:00", "--json"])
        #expect(failed.code == 1)
        #expect(try failed.objects.map { $0["state"] as? String } == ["Failed", "Failed"])
        let agenda = try store.object("run-due", "--preview")
        let waiting = try #require(agenda["waiting"] as? [[String: Any]])
        #expect(waiting.map { $0["failures"] as? Int } == [1, 1])
        try FileManager.default.moveItem(atPath: aside, toPath: store.outbox)
        let again = try store.run(["task", "run", "--failed", "--json"])
        #expect(try again.objects.map { $0["state"] as? String } == ["Successfully Exported", "Successfully Exported"])
        let left = try store.object("run-due", "--preview")
        #expect((left["waiting"] as? [[String: Any]])?.isEmpty == true)
        #expect(try store.compareCopies().output == "equal\n")
    }

    @Test(
        "S2-90, S2-96, S2-99, S2-100, S2-101: the log has the columns and texts of the screen, filters, a count and CSV"
    )
    func log() throws {
        let store = try prepared()
        try store.succeed("task", "run", "nightly")
        try store.succeed("task", "run", "nightly")
        let all = try store.run(["task", "log"]).output
        for word in [
            "Base Name", "File Name", "Scheduled Task Name", "Date Logged", "Status", "Exception Details",
            "Successfully Exported", "Nothing to Send", "No Exceptions", "Task Count: 4",
        ] {
            #expect(all.contains(word), "\(word)")
        }
        #expect(all.firstMatch(of: /\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d/) != nil)
        #expect(try store.objects("task", "log", "--status", "Nothing to Send").count == 2)
        #expect(try store.objects("task", "log", "--base", "0012001", "--cohort", "ncy:all").count == 2)
        #expect(try store.objects("task", "log", "--cohort", "lac").isEmpty)
        #expect(try store.objects("task", "log", "--type", "snapshot").isEmpty)
        #expect(try store.objects("task", "log", "--until", "01/01/2020").isEmpty)
        #expect(try store.refusal("task", "log", "nothing") == "taskUnknown")
        let csv = store.scratch.path("log.csv")
        try store.succeed("task", "log", "--csv", csv)
        let lines = try String(contentsOfFile: csv, encoding: .utf8).split(separator: "\r\n")
        #expect(lines.count == 5 && lines[0].contains("Exception Details"))
    }

    @Test(
        "issue 8: status tells an authority's officer who has not been heard from, and failures one by one or counted"
    )
    func status() throws {
        let store = try TestStore(initialised: false)
        try store.succeed("init", "--owner", "authority")
        try store.importDay(1)
        try store.prepareTask(consent: true)
        try store.succeed("base", "add", "0092001", "--laestab", "0092001")
        func waiting() throws -> [String] { try store.object("status")["waiting"] as? [String] ?? [] }
        #expect(try waiting().contains("Nothing has come yet from 1 school: 0092001."))
        for number in 1...5 { try store.succeed("task", "clone", "nightly", "t\(number)") }
        let aside = store.scratch.path("aside")
        try FileManager.default.moveItem(atPath: store.outbox, toPath: aside)
        #expect(try store.run(["task", "run", "nightly", "t1"]).code == 1)
        #expect(try waiting().count { $0.hasPrefix("Task ") && $0.contains("Failed, ") } == 4)
        #expect(try store.run(["task", "run", "t2", "t3", "t4", "t5"]).code == 1)
        let counted = try #require(try waiting().first { $0.contains("12 task runs at 2 schools failed last") })
        #expect(counted.contains("task run --failed"))
        try FileManager.default.moveItem(atPath: aside, toPath: store.outbox)
        try store.succeed("task", "run", "--failed")
        #expect(try !waiting().contains { $0.contains("ailed") })
        try store.succeed("consent", "withdraw", "pupil-core", "--base", "0012001")
        // The end of sharing is told once, then nothing leaves.
        try store.succeed("task", "run", "nightly", "--base", "0012001")
        #expect(try store.run(["task", "run", "nightly", "--base", "0012001"]).code == 1)
        #expect(try waiting().contains { $0.hasPrefix("Task nightly at 0012001: Held, ") })
    }

    @Test(
        "S1-08: the marks that a school's export tells are read as a string and its totals, and attended and absent make possible"
    )
    func attendance() throws {
        let store = try prepared()
        let years = try store.objects("pupil", "attendance", "P-001-00001", "--reason", "test")
        #expect(!years.isEmpty)
        for year in years {
            let counts = ["attended", "authorised", "unauthorised"].compactMap { year[$0] as? Int }
            #expect(counts.count == 3 && counts.reduce(0, +) == year["possible"] as? Int)
            #expect((year["marks"] as? String)?.count.isMultiple(of: 2) == true)
        }
    }

    @Test(
        "S1-07, S1-08, S1-18: the reports of the kinds can be accepted, and their tasks run; what is not accepted is held"
    )
    func kinds() throws {
        let store = try prepared()
        let kinds = [
            ["--type", "attendance", "--attendance", "all-previous", "--report", "attendance"],
            ["--type", "attainment", "--report", "attainment"], ["--cohort", "lac", "--report", "looked-after"],
        ]
        for (number, options) in kinds.enumerated() {
            let name = "kind\(number)"
            let made = try store.run(["task", "create", name, "--to", "Council", "--base", "0012001"] + options)
            #expect(made.code == 0 && made.errors.contains("has not accepted"), "\(made.errors)")
            #expect(try store.run(["task", "run", name, "--json"]).objects[0]["state"] as? String == "Held")
            try store.succeed("consent", "accept", options[options.count - 1], "--base", "0012001")
            let state = try store.run(["task", "run", name, "--json"]).objects[0]["state"] as? String
            #expect(state == "Successfully Exported" || state == "Nothing to Send")
        }
        try store.succeed("projections", "verify")
    }
}
