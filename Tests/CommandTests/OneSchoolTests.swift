import Foundation
import Testing

/// Roles that are held at one school of a store that has several.
@Suite struct OneSchoolTests {
    private let keys = SampleSchools.keys

    /// Two schools, each with its own source, and the office of the first.
    private func scene() throws -> People {
        let store = try TestStore()
        for (number, key) in keys.enumerated() {
            let day = try EditedDay(1, in: store.scratch.path("day-\(number)"))
            if number == 0 {
                try day.edit("pupils.csv") { if $0["pupil_key"] == "P-001-00001" { $0["birth_date"] = "some day" } }
            } else {
                try day.edit("pupils.csv") { if $0["pupil_key"] == "P-002-00001" { $0["birth_date"] = "some day" } }
            }
            let imported = try store.run([
                "import", "--format", "syncd-csv", "--full", "--register", "--base", key, "--source", key, day.folder,
            ])
            #expect(imported.code == 0, "\(imported.errors)")
        }
        let people = try People(store, operator: "rosa")
        try people.enrol("olga", "school_admin", at: keys[0])
        try people.enrol("dina", "dpo", at: keys[0])
        return people
    }

    private func files(_ people: People, _ day: Int) throws -> [String] {
        ["import", "--format", "syncd-csv", "--full", try SampleSchools.shared.get().folder(day)]
    }

    @Test(
        "an office imports for its own school: another's key answers like one that does not exist, and nothing of it changes"
    )
    func imports() throws {
        let people = try scene()
        let own = ["--base", keys[0], "--source", keys[0], "--allow-removals", "1000"]
        let done = try people.run("olga", files(people, 2) + own)
        #expect(done.code == 0, "\(done.errors)")
        let before = try people.events().count
        // Another school by its key, by the files that tell of both, and by its source.
        let day = try EditedDay(2, in: people.store.scratch.path("missing"))
        for file in [
            "bases.csv", "pupils.csv", "contacts.csv", "staff.csv", "classes.csv", "terms.csv", "manifest.csv",
        ] {
            let path = day.folder + "/" + file
            let text = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(
                of: keys[1],
                with: "0092001"
            )
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let command = ["import", "--format", "syncd-csv", "--full", "--source", keys[0]]
        let foreign = try people.run("olga", command + [SampleSchools.shared.get().folder(2), "--base", keys[1]])
        let missing = try people.run("olga", command + [day.folder, "--base", "0092001"])
        #expect(foreign.code == 1 && missing.code == 1)
        #expect(foreign.errors.replacingOccurrences(of: keys[1], with: "0092001") == missing.errors)
        let both = try people.run("olga", files(people, 2) + ["--source", keys[0]])
        #expect(both.code == 1 && both.errors.contains("No base is registered for school \(keys[1]) (first in"))
        for source in [keys[1], "0092001", "syncd-csv"] {
            let told = try people.run("olga", files(people, 2) + ["--base", keys[0], "--source", source, "--json"])
            #expect(told.output.contains("sourceForeign"), "\(source): \(told.output)")
        }
        // A source for both schools is not done again from a file of one: everybody would be there twice.
        let shared = try TestStore()
        try shared.importDay(1)
        let office = try People(shared, operator: "rosa")
        try office.enrol("olga", "school_admin", at: keys[0])
        let twice = try office.run("olga", files(office, 1) + ["--base", keys[0], "--source", keys[0], "--json"])
        #expect(twice.output.contains("sourceForeign") && twice.output.contains("a second time"), "\(twice.output)")
        let register = try people.run("olga", files(people, 2) + own + ["--register", "--json"])
        #expect(register.output.contains("accessRefused"))
        let list = people.store.scratch.path("links.csv")
        try "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\r\n".write(
            toFile: list,
            atomically: true,
            encoding: .utf8
        )
        let links = try people.run("olga", ["import", "--format", "gias-links", "--full", list, "--json"])
        #expect(links.output.contains("accessRefused"))
        let after = try people.events()
        #expect(after.dropFirst(before).allSatisfy { $0["type"] as? String == "AccessRefused" })
    }

    @Test("an addition to a command reaches as far as its own right, and no farther")
    func additions() throws {
        let people = try scene()
        try people.enrol("otto", "auditor", at: nil)
        try people.succeed("rosa", "user", "role", "otto", "--role", "dpo", "--base", keys[0])
        try people.login("otto")
        let all = try people.object("rosa", "base", "list").values.compactMap { $0 as? [String: Any] }
        let other = try #require(all.first { $0["key"] as? String == keys[1] }?["id"] as? String)
        let closed = try people.run("otto", ["replay", "--format", "jsonl"])
        #expect(closed.code == 0 && closed.output.contains(other), "\(closed.errors)")
        let open = try people.run("otto", ["replay", "--open", "--reason", "x", "--format", "jsonl"])
        #expect(open.code == 0 && !open.output.isEmpty && !open.output.contains("\"base\":\"\(other)\""))
    }

    @Test("imports, issues, events and changes of another school are seen by nobody of this one")
    func looks() throws {
        let people = try scene()
        let all = try people.object("rosa", "base", "list").values.compactMap { $0 as? [String: Any] }
        let bases = Dictionary(
            uniqueKeysWithValues: all.map { ($0["key"] as? String ?? "", $0["id"] as? String ?? "") }
        )
        #expect(bases.count == 2)
        let commands = [
            ["import", "list"], ["issues", "list"], ["changes"], ["status"], ["base", "list"], ["task", "list"],
        ]
        for command in commands {
            for form in [[], ["--json"]] {
                let told = try people.run("olga", command + form)
                #expect(told.code == 0, "\(command): \(told.errors)")
                #expect(!told.output.contains(keys[1]), "\(command) tells of \(keys[1])")
            }
        }
        #expect(try people.run("olga", ["issues", "list"]).output.contains("birth_date"))
        let numbers = try people.run("rosa", ["replay", "--type", "DataIssueRaised", "--format", "jsonl"]).objects
        for issue in numbers {
            let isOwn = issue["base"] as? String == bases[keys[0]]
            let number = String(try #require(issue["position"] as? Int))
            let shown = try people.run("olga", ["issues", "show", number])
            #expect((shown.code == 0) == isOwn, "\(number)")
        }
        #expect(numbers.count >= 2)
        let events = try people.run("dina", ["replay", "--format", "jsonl"]).objects
        #expect(!events.isEmpty && events.allSatisfy { $0["base"] as? String == bases[keys[0]] })
        let opened = try people.run("dina", ["replay", "--open", "--reason", "x", "--format", "jsonl"]).objects
        #expect(!opened.isEmpty && opened.allSatisfy { $0["base"] as? String == bases[keys[0]] })
        let foreign = try people.run("dina", ["replay", "--base", keys[1], "--json"])
        #expect(foreign.code == 1 && foreign.output.contains("baseUnknown"))
        let runs = try people.run("rosa", ["import", "list", "--json"]).objects
        let other = try #require(runs.first { $0["source"] as? String == keys[1] }?["run"] as? Int)
        let undo = try people.run("olga", ["import", "undo", String(other), "--yes", "--json"])
        #expect(undo.code == 1 && undo.output.contains("runUnknown"))
    }

    @Test(
        "S1-23, S3-151: the office of one school sees the orders to delete at its school and withdraws them, and no others"
    )
    func orders() throws {
        let people = try scene()
        try people.enrol("dora", "dpo", at: keys[1])
        var orders: [String] = []
        let rows = try CSVFolder(path: SampleSchools.shared.get().folder(1)).rows("pupils")
        for (name, key) in [("dina", keys[0]), ("dora", keys[1])] {
            // Not the first, whose birth date is no day here.
            let here = rows.filter { $0["base"] == key }.compactMap { $0["pupil_key"] }.sorted()
            let pupil = try #require(here.dropFirst().first)
            try people.succeed("rosa", "base", "config", key, "--register", "external")
            let order = [
                "subject", "erase", pupil, "--base", key, "--reason", "Request 14", "--confirm", "1", "--json",
            ]
            let queued = try people.run(name, order)
            #expect(queued.code == 0, "\(queued.errors)")
            orders.append(try #require(try queued.object["order"] as? String))
        }
        for form in [[], ["--json"]] {
            let seen = try people.run("olga", ["leavers", "queue"] + form)
            #expect(seen.code == 0 && seen.output.contains(orders[0]) && !seen.output.contains(orders[1]), "\(seen)")
        }
        let foreign = try people.run("olga", "leavers", "withdraw", orders[1], "--reason", "x", "--json")
        let missing = try people.run(
            "olga",
            "leavers",
            "withdraw",
            String(repeating: "0", count: 32),
            "--reason",
            "x",
            "--json"
        )
        #expect(foreign.code == 1 && missing.code == 1 && foreign.output.contains("orderUnknown"))
        #expect(
            foreign.output.replacingOccurrences(of: orders[1], with: "")
                == missing.output.replacingOccurrences(of: String(repeating: "0", count: 32), with: "")
        )
        try people.succeed("olga", "leavers", "withdraw", orders[0], "--reason", "The wrong child")
        #expect(
            try people.run("rosa", "leavers", "queue", "--json").objects.count { $0["state"] as? String == "queued" }
                == 1
        )
        // Carrying out reaches over all schools, and stays with who holds that right.
        #expect(try people.run("olga", "leavers", "run", "--json").output.contains("accessRefused"))
    }
}
