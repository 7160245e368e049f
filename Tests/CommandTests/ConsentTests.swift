import Foundation
import Testing

/// The two phases of AutoUpdate's onboarding, from the command line with accounts (requirements S0).
@Suite struct ConsentTests {
    private static let key = SampleSchools.keys[0]
    private static let other = SampleSchools.keys[1]

    /// A school with its pupils, a recipient, a head, a proxy, a nominated contact and IT support.
    private func school() throws -> People {
        let people = try People(try TestStore(), operator: "rosa")
        try people.enrol("office", "school_admin", at: nil)
        let days = try SampleSchools.shared.get()
        try people.succeed("office", "import", "--format", "syncd-csv", "--full", "--register", days.folder(1))
        try people.succeed("rosa", "recipient", "add", "Council", "--party", "820", "--folder", people.store.outbox)
        for (name, role) in [
            ("ada", "head"), ("ben", "head_proxy"), ("cem", "nominated_contact"), ("dee", "it_support"),
        ] {
            try people.enrol(name, role, at: Self.key)
        }
        for key in SampleSchools.keys { try people.succeed("rosa", "base", "config", key, "--laestab", key) }
        return people
    }

    private func settings(_ people: People, as name: String = "ada") throws -> [String: Any] {
        try people.object(name, "consent", "settings", "--base", Self.key)
    }

    private func state(of report: String, in settings: [String: Any]) -> String? {
        let reports = settings["reports"] as? [[String: Any]]
        return reports?.first { $0["report"] as? String == report }?["state"] as? String
    }

    @Test(
        "S0-02, S0-03, S0-06, S0-07, S0-10, S0-11: without consent nothing leaves; the head accepts some reports, one event each, and they do"
    )
    func accept() throws {
        let people = try school()
        try people.succeed("dee", "task", "create", "nightly", "--base", Self.key, "--to", "Council")
        #expect(try people.run("dee", "task", "run", "nightly").code == 1)
        #expect(try people.store.delivered().isEmpty)
        let before = try settings(people)
        #expect(state(of: "pupil-core", in: before) == "available")
        let list = try #require(before["listVersion"] as? String)
        try people.succeed("ada", "consent", "accept", "pupil-core", "--base", Self.key, "--reviewed", list)
        let accepted = try people.events().filter { $0["type"] as? String == "ReportAccepted" }
        #expect(accepted.count == 1)
        let open = try #require(accepted[0]["open"] as? [String: Any])
        #expect(open["role"] as? String == "head" && open["listVersion"] as? String == list)
        let after = try settings(people)
        #expect(state(of: "pupil-core", in: after) == "accepted")
        #expect(state(of: "class-lists", in: after) == "available")
        #expect(try people.run("ada", "consent", "settings", "--base", Self.key).output.contains("🟩 pupil-core"))
        try people.succeed("dee", "task", "run", "nightly")
        #expect(try !people.store.delivered().isEmpty)
        try people.succeed("ben", "consent", "accept", "pupil-core", "class-lists", "--base", Self.key)
        #expect(try people.events().filter { $0["type"] as? String == "ReportAccepted" }.count == 2)
    }

    @Test("S0-08, S0-09: a nominated contact sees the page without the button; trying it changes nothing and is told")
    func contact() throws {
        let people = try school()
        #expect(try settings(people, as: "ada")["canAccept"] as? Bool == true)
        #expect(try settings(people, as: "ben")["canAccept"] as? Bool == true)
        for name in ["cem", "dee", "office", "rosa"] {
            #expect(try settings(people, as: name)["canAccept"] as? Bool == false)
            let before = try people.events().count
            let outcome = try people.run(name, "consent", "accept", "pupil-core", "--base", Self.key)
            #expect(outcome.code == 1 && outcome.errors.contains("head or head proxy"))
            let events = try people.events()
            #expect(events.count == before + 1 && events.last?["type"] as? String == "AccessRefused")
        }
        #expect(state(of: "pupil-core", in: try settings(people)) == "available")
    }

    @Test("S0-04: the agent's token accepts nothing, and that it was tried is told")
    func agent() throws {
        let people = try school()
        let installed = try people.run("dee", ["agent", "install", "--base", Self.key, "--json"])
        let token = try #require(try installed.objects.first?["token"] as? String)
        try token.write(toFile: people.file("agent"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: people.file("agent"))
        #expect(try people.run("agent", "agent", "heartbeat", "--base", Self.key).code == 0)
        for command in [
            ["consent", "accept", "pupil-core", "--base", Self.key], ["consent", "settings", "--base", Self.key],
        ] {
            #expect(try people.run("agent", command).code == 1)
        }
        #expect(try people.events().last?["type"] as? String == "AccessRefused")
        #expect(try people.run("agent", "agent", "heartbeat", "--base", Self.other).code == 1)
    }

    @Test(
        "S0-12, S0-20: an agent is installed with its school's licence key, and an old one is told that an update is due"
    )
    func agentVersion() throws {
        let people = try school()
        let install = ["agent", "install", "--base", Self.key, "--agent-version", "0.0.1", "--json", "--licence"]
        let foreign = try people.object("rosa", "consent", "settings", "--base", Self.other)
        let wrong = try people.run("dee", install + [try #require(foreign["licenceKey"] as? String)])
        #expect(wrong.code == 1 && wrong.output.contains("licenceWrong"))
        #expect(try !people.events().contains { $0["type"] as? String == "AgentInstalled" })
        let installed = try people.run("dee", install + [try #require(settings(people)["licenceKey"] as? String)])
        let token = try #require(try installed.objects.first?["token"] as? String, "\(installed.errors)")
        try token.write(toFile: people.file("agent"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: people.file("agent"))
        func isDue(_ version: String) throws -> Bool? {
            let told = try people.object("agent", "agent", "heartbeat", "--base", Self.key, "--agent-version", version)
            return told["updateDue"] as? Bool
        }
        #expect(try isDue("0.0.1") == true)
        #expect(try people.run("dee", ["agent", "status"]).output.contains("0.0.1, update due"))
        #expect(try isDue("999.0") == false)
        #expect(try !people.run("dee", ["agent", "status"]).output.contains("update due"))
    }

    @Test(
        "S0-05, S0-20, S0-21, S0-22: one page has licence key, reports and upload history, which is empty first, then newest first"
    )
    func page() throws {
        let people = try school()
        let before = try settings(people)
        #expect((before["licenceKey"] as? String)?.count == 23)
        #expect((before["uploads"] as? [Any])?.isEmpty == true)
        #expect(
            try people.run("cem", "consent", "settings", "--base", Self.key).output.contains("No export has run yet.")
        )
        try people.succeed("ada", "consent", "accept", "pupil-core", "--base", Self.key)
        try people.succeed("dee", "task", "create", "nightly", "--base", Self.key, "--to", "Council")
        try people.succeed("dee", "task", "run", "nightly")
        try people.succeed("dee", "task", "run", "nightly")
        let uploads = try #require(try settings(people)["uploads"] as? [[String: Any]])
        #expect(uploads.map { $0["result"] as? String } == ["Nothing to Send", "Successfully Exported"])
        #expect(uploads.last?["report"] as? String == "pupil-core")
    }

    @Test(
        "S0-12, S0-14, S0-16, S0-17: IT support installs before consent; exports are disabled, and become active by themselves"
    )
    func installFirst() throws {
        let people = try school()
        let outcome = try people.run(
            "dee",
            "agent",
            "install",
            "--base",
            Self.key,
            "--to",
            "Council",
            "--task",
            "nightly"
        )
        #expect(outcome.code == 0)
        #expect(
            outcome.output.contains(
                "All exports are disabled until they are accepted by the head teacher or a headteacher proxy through the "
                    + "support site."
            )
        )
        #expect(outcome.output.contains("nightly: disabled_pending_consent"))
        #expect(outcome.errors.contains("recommended that the reports are accepted before"))
        #expect(try people.store.delivered().isEmpty)
        try people.succeed("ada", "consent", "accept", "pupil-core", "--base", Self.key)
        let tasks = try #require(try settings(people)["tasks"] as? [[String: Any]])
        #expect(tasks.map { $0["state"] as? String } == ["active"])
        try people.succeed("dee", "task", "run", "nightly")
        #expect(try !people.store.delivered().isEmpty)
    }

    @Test(
        "S0-13, S0-15, S0-18: accept then install, or install then accept: the same in the end, and the same can be done"
    )
    func eitherOrder() throws {
        var ends: [String] = []
        for acceptsFirst in [true, false] {
            let people = try school()
            let install = ["agent", "install", "--base", Self.key, "--to", "Council", "--task", "nightly", "--run"]
            let accept = ["consent", "accept", "pupil-core", "--base", Self.key]
            if acceptsFirst {
                #expect(try people.run("ada", accept).code == 0)
                let outcome = try people.run("dee", install)
                #expect(outcome.code == 0 && outcome.output.contains("Task nightly: Successfully Exported"))
            } else {
                #expect(try people.run("dee", install).output.contains("Task nightly: Held"))
                #expect(try people.run("ada", accept).code == 0)
                #expect(try people.run("dee", ["task", "run", "nightly"]).code == 0)
            }
            var end = try settings(people)
            end["uploads"] = nil
            end["licenceKey"] = nil
            ends.append(
                String(decoding: try JSONSerialization.data(withJSONObject: end, options: .sortedKeys), as: UTF8.self)
            )
            #expect(end["phase"] as? String == "complete")
            #expect(try people.store.delivered().filter { $0.hasSuffix(".xml") }.count == 1)
        }
        #expect(ends[0] == ends[1])
    }

    @Test("S0-17: due times pass with no run and no file until the head accepts; then the schedule runs by itself")
    func dueTimes() throws {
        let people = try school()
        try people.succeed("rosa", "task", "create", "nightly", "--base", Self.key, "--to", "Council")
        try people.succeed("rosa", "task", "edit", "nightly", "--days", "daily", "--at", "02:00")
        try people.succeed("rosa", "run-due", "--at", "01/03/2037 12:00", "--clock-ok")
        #expect(try people.store.delivered().isEmpty)
        #expect((try settings(people)["uploads"] as? [Any])?.isEmpty == true)
        try people.succeed("ada", "consent", "accept", "pupil-core", "--base", Self.key)
        let due = try people.run("rosa", "run-due", "--at", "02/03/2037 12:00", "--json", "--clock-ok")
        #expect(try due.objects.map { $0["state"] as? String } == ["Successfully Exported"])
        #expect(try !people.store.delivered().isEmpty)
    }

    @Test("S0-01: status tells the phase and what is missing")
    func phases() throws {
        let people = try school()
        #expect(
            try people.run("rosa", "status").output.contains("Phase     \(Self.key): One: the head teacher's consent")
        )
        try people.succeed("ada", "consent", "accept", "pupil-core", "--base", Self.key)
        #expect(
            try people.run("rosa", "status").output.contains(
                "Phase     \(Self.key): Two: deployment; missing: IT support"
            )
        )
        try people.succeed("dee", "agent", "install", "--base", Self.key, "--to", "Council", "--task", "nightly")
        #expect(try people.run("rosa", "status").output.contains("Phase     \(Self.key): complete"))
    }

    @Test(
        "S0-23, S0-24, S0-25: SIMS is recorded, and what an MIS does not have is not available and cannot be accepted"
    )
    func byMIS() throws {
        let people = try school()
        try people.succeed("dee", "base", "config", Self.key, "--mis", "sims")
        #expect(try settings(people)["mis"] as? String == "sims")
        try people.succeed("ada", "consent", "accept", "class-lists", "--base", Self.key)
        try people.succeed("dee", "base", "config", Self.key, "--mis", "sims_primary")
        #expect(state(of: "class-lists", in: try settings(people)) == "not_available")
        let outcome = try people.run("ada", "consent", "accept", "pupil-core", "class-lists", "--base", Self.key)
        #expect(outcome.code == 1 && outcome.errors.contains("not available"))
        // All or none.
        #expect(state(of: "pupil-core", in: try settings(people)) == "available")
    }

    @Test(
        "S0-19: accepting needs somebody who is logged in, and refuses a list that has changed since it was looked at"
    )
    func session() throws {
        let people = try school()
        #expect(
            try people.run("ada", "consent", "accept", "pupil-core", "--base", Self.key, "--reviewed", "00000000").code
                == 1
        )
        try people.succeed("ada", "logout")
        let outcome = try people.run("ada", "consent", "accept", "pupil-core", "--base", Self.key)
        #expect(outcome.code == 1 && outcome.errors.contains("not logged in"))
        #expect(try people.events().allSatisfy { $0["type"] as? String != "ReportAccepted" })
    }
}
