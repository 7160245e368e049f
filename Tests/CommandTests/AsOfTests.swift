import ArgumentParser
import Foundation
import Identifiers
import Testing

@testable import Commands

@Suite struct AsOfTests {
    @Test("a day means its end in London, on both sides of a clock change; what is no date is refused")
    func moments() {
        let iso = { (text: String) in LondonTime.instant(text).map(LondonTime.iso) }
        #expect(iso("03/03/2024") == "2024-03-03T23:59:59.999999Z")
        #expect(iso("2024-03-03") == "2024-03-03T23:59:59.999999Z")
        #expect(iso("2024-07-01") == "2024-07-01T22:59:59.999999Z")
        #expect(iso("31/03/2024") == "2024-03-31T22:59:59.999999Z")
        #expect(iso("27/10/2024") == "2024-10-27T23:59:59.999999Z")
        #expect(iso("03/03/2024 09:30") == "2024-03-03T09:30:59.999999Z")
        #expect(iso("2024-03-03T09:30:15") == "2024-03-03T09:30:15.999999Z")
        for text in ["31/06/2024", "3/3/2024", "2024-3-3", "03/03/24", "03/03/2024 9:30", "03/03/2024 24:00", "x", ""] {
            #expect(LondonTime.instant(text) == nil, "\(text)")
        }
        #expect(Moment(argument: "0") == nil && Moment(argument: "17")?.kind == .position(17))
        #expect(DayArgument(argument: "18/01/2024")?.day == "2024-01-18")
        #expect(DayArgument(argument: "18/01/2024 10:00") == nil)
    }

    /// Somebody whose data the second day changes, and the positions at which each day had been taken in.
    private func twoDays(_ store: TestStore) throws -> (pupil: String, first: Int, second: Int) {
        try store.importDay(1)
        let first = try store.events().count
        let start = try store.object("changes", "--from-now", "--class", "address")
        try store.importDay(2)
        let second = try store.events().count
        let page = try store.object("changes", "--class", "address", "--since", try #require(start["next"] as? String))
        let changed = (page["changes"] as? [[String: Any]] ?? []).first {
            $0["change"] as? String == "changed" && $0["kind"] as? String == "pupil"
        }
        return (try #require(changed?["id"] as? String), first, second)
    }

    private func groups(_ record: [String: Any]) -> [[String: Any]] { record["groups"] as? [[String: Any]] ?? [] }

    /// The groups as something that can be compared.
    private func held(_ record: [String: Any]) -> NSArray { groups(record) as NSArray }

    @Test("issue 4: tasks, recipients, acceptances and data issues answer from the log as then known")
    func others() throws {
        let store = try TestStore()
        try store.importDay(1)
        let before = try store.events().count
        #expect(try store.refusal("recipient", "show", "Council", "--as-of", "\(before)") == "recipientUnknown")
        try store.prepareTask(consent: true)
        let accepted = try store.events().count
        try store.succeed("task", "run", "nightly")
        let base = SampleSchools.keys[0]
        try store.succeed("consent", "withdraw", "pupil-core", "--base", base)
        let then = "\(accepted)"
        func state(_ options: String...) throws -> String? {
            let outcome = try store.run(["consent", "reports", "--base", base, "--json"] + options)
            let report = try outcome.objects.first { $0["report"] as? String == "pupil-core" }
            return (report?["bases"] as? [[String: Any]])?.first?["state"] as? String
        }
        let (early, old, new) = (try state("--as-of", "\(before)"), try state("--as-of", then), try state())
        #expect(old?.contains("accepted") == true && early != old && new != old)
        #expect(try store.objects("consent", "history", "--base", base, "--as-of", then).count == 1)
        #expect(try store.objects("consent", "history", "--base", base).count == 2)
        #expect(try store.object("recipient", "show", "Council", "--as-of", then)["tasks"] as? [String] == ["nightly"])
        #expect(try store.succeed("recipient", "list", "--as-of", "\(before)").output.contains("There is no recipient"))
        func cursors(_ options: String...) throws -> [Int] {
            let task = try store.run(["task", "show", "nightly", "--json"] + options).object
            return (task["schools"] as? [[String: Any]] ?? []).compactMap { $0["cursor"] as? Int }
        }
        #expect(try cursors("--as-of", then).allSatisfy { $0 == 0 } && cursors().allSatisfy { $0 > 0 })
        #expect(try store.refusal("task", "show", "nightly", "--as-of", "\(before)") == "taskUnknown")
        let text = try store.succeed("task", "show", "nightly", "--as-of", then).output
        #expect(text.hasPrefix("As known at position "))
        let issues = try store.objects("issues", "list", "--all", "--as-of", "1")
        #expect(issues.isEmpty)
        #expect(
            try store.objects("issues", "list", "--all").count
                == store.objects("issues", "list", "--all", "--as-of", then).count
        )
    }

    @Test("issue 4: every command that shows state takes --as-of; of those that do not it is known why")
    func complete() {
        // What tells each thing with its own time, what is about the present by its nature, and what shows no state.
        let without: [String: String] = [
            "login": "begins a session", "whoami": "the session's", "status": "of the process and its files",
            "keys status": "of the key files", "backup take": "copies", "backup verify": "of a backup's files",
            "matches show": "who it may be now", "conflicts show": "what waits now",
            "leavers report": "by school year, as they ended", "changes": "between a cursor and the end",
            "replay": "the log itself",
            "import list": "each import with its time", "erasure receipt": "never changes",
            "task log": "each run with its time", "task choices": "what can be chosen now",
            "audit access": "each look with its time", "audit disclosures": "each disclosure with its time",
            "audit run": "one run, with its time", "audit verify": "the log itself",
            "projections list": "of state's own files", "projections parked list": "what waits now",
            "projections parked show": "what waits now", "retention plan": "what is due, with --on for another day",
        ]
        var used: Set<String> = []
        for (words, type) in HelpTests.commands {
            guard let type = type as? any StoreCommand.Type, type.onlyReads else { continue }
            let name = words.dropFirst().joined(separator: " ")
            if without[name] != nil { used.insert(name) }
            #expect(Syncd.helpMessage(for: type).contains("--as-of") != (without[name] != nil), "\(name)")
        }
        #expect(used == Set(without.keys))
    }

    @Test("issue 4: permissions, marks, settings, orders and accounts are shown as they were known")
    func whole() throws {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        let base = SampleSchools.keys[0]
        let pupil = "P-001-00003"
        let refusal = ["pupil", "consent", pupil, "biometrics", "--refused", "--by-pupil", "--wording", "w 1"]
        let shows = [
            ["pupil", "attendance", pupil, "--reason", "r"], ["pupil", "consents", pupil, "--reason", "r"],
            ["consent", "settings", "--base", base], ["agent", "status"], ["user", "list"], ["grant", "list"],
            ["leavers", "queue"], ["erasure", "list"], ["matches", "list"], ["conflicts", "list"],
        ]
        try store.succeed("base", "config", base, "--register", "external")
        let before = try shows.map { try store.run($0 + ["--json"]).output }
        let then = "\(try store.events().count)"
        #expect(try store.run(refusal).code == 0)
        try store.succeed("agent", "install", "--base", base)
        try store.succeed("consent", "withdraw", "pupil-core", "--base", base)
        try store.importDay(2)
        try store.succeed("subject", "erase", pupil, "--base", base, "--reason", "r", "--confirm", "1")
        let now = try shows.prefix(7).map { try store.run($0 + ["--json"]).output }
        #expect(zip(now, before).filter { $0.0 != $0.1 }.count >= 4)
        for (command, told) in zip(shows, before) {
            let past = try store.run(command + ["--as-of", then, "--json"])
            #expect(past.output == told, "\(command): \(past.errors)")
        }
        #expect(try store.run(["agent", "status", "--as-of", then]).output.hasPrefix("As known at position "))
        #expect(try store.refusal("pupil", "consents", pupil, "--reason", "r", "--as-of", "2") == "subjectUnknown")
        #expect(try store.refusal("leavers", "queue", "--as-of", "9999999") == "positionBeyondEnd")
    }

    @Test("pupil show --as-of answers from the log as then known, and says of when it is")
    func pupil() throws {
        let store = try TestStore()
        let before = try twoDays(store)
        let then = try store.object("pupil", "show", before.pupil, "--reason", "r", "--as-of", "\(before.first)")
        let now = try store.object("pupil", "show", before.pupil, "--reason", "r")
        let late = try store.object("pupil", "show", before.pupil, "--reason", "r", "--as-of", "\(before.second)")
        #expect(!held(then).isEqual(held(now)))
        #expect(held(late).isEqual(held(now)))
        #expect(groups(then).allSatisfy { ($0["position"] as? Int ?? .max) <= before.first })
        #expect((then["asOf"] as? [String: Any])?["position"] as? Int == before.first)
        #expect(now["asOf"] == nil)
        let text = try store.succeed("pupil", "show", before.pupil, "--reason", "r", "--as-of", "\(before.first)")
            .output
        #expect(text.hasPrefix("As known at position "))
        #expect(try store.refusal("pupil", "show", before.pupil, "--reason", "r", "--as-of", "1") == "subjectUnknown")
        let beyond = try store.refusal("pupil", "show", before.pupil, "--reason", "r", "--as-of", "9999999")
        #expect(beyond == "positionBeyondEnd")
        let early = try store.refusal("pupil", "show", before.pupil, "--reason", "r", "--as-of", "01/01/1999")
        #expect(early == "positionBeyondEnd")
    }

    @Test("base show --as-of and --effective: who was on roll on a day, as known at a time")
    func base() throws {
        let store = try TestStore()
        let days = try twoDays(store)
        try store.succeed("consent", "accept", "pupil-core", "--base", "0012001")
        let then = try store.object("base", "show", "0012001", "--as-of", "\(days.first)", "--effective", "2025-09-01")
        let pupils = try SampleSchools.shared.get().pupils(at: "0012001")
        #expect((then["entities"] as? [String: Int])?["pupil"] == pupils)
        let roll = then["effective"] as? [String: Any]
        #expect(roll?["date"] as? String == "2025-09-01")
        #expect((1...pupils).contains(roll?["onRoll"] as? Int ?? 0))
        let long = try store.object("base", "show", "0012001", "--effective", "1950-01-01")
        #expect((long["effective"] as? [String: Any])?["onRoll"] as? Int == 0)
        #expect("\(then["reports"] ?? "")".contains("not accepted"))
        #expect("\(try store.object("base", "show", "0012001")["reports"] ?? "")".contains("accepted (version 1)"))
        #expect(try store.refusal("base", "show", "0012001", "--as-of", "1") == "baseUnknown")
    }
}
