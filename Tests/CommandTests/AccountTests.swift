import Foundation
import Testing

@testable import Commands

/// Accounts from the command line.
@Suite struct AccountTests {
    @Test(
        "every command has a row in the table of roles, and every row is of a command or of an option that adds to one"
    )
    func rows() {
        let words = Set(CommandWords.all.map(\.words))
        for (command, type) in CommandWords.all where type is any StoreCommand.Type {
            #expect(AccessRows.known.contains(command), "`syncd \(command)` has no row in AccessTable")
        }
        for row in AccessRows.known {
            let command = row.split(separator: " ").filter { !$0.hasPrefix("--") }.joined(separator: " ")
            #expect(words.contains(command), "the row \(row) is of no command")
        }
    }

    @Test("without accounts everything is as it was: whoever may open the store may do all")
    func before() throws {
        let store = try TestStore()
        #expect(try store.object("whoami")["roles"] is NSNull)
        try store.succeed("base", "add", "0012001")
    }

    @Test("the first account closes the store: every command needs somebody who is logged in")
    func closes() throws {
        let store = try TestStore()
        #expect(try store.refusal("user", "add", "ada", "--role", "la_admin") == "firstIsOperator")
        let people = try People(store, operator: "rosa")
        for command in [["status"], ["base", "list"], ["consent", "reports"], ["user", "list"], ["whoami"]] {
            let outcome = try store.run(
                command + ["--json"],
                environment: ["SYNCD_SESSION": store.scratch.path("none")]
            )
            #expect(outcome.code == 1 && outcome.output.contains("notLoggedIn"), "\(command): \(outcome.output)")
        }
        // Disabling everybody is refused, and even so the gate stays closed.
        #expect(try people.run("rosa", "user", "disable", "rosa", "--json").output.contains("lastOperator"))
    }

    @Test("a role does what its row says, and a refusal names who may, changes nothing and is an event")
    func refusals() throws {
        let people = try People(try TestStore(), operator: "rosa")
        try people.succeed("rosa", "base", "add", "0012001")
        try people.enrol("ada", "head", at: "0012001")
        let before = try people.events().count
        let outcome = try people.run("ada", "base", "add", "0022001")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("operator or la admin") || outcome.errors.contains("la admin or operator"))
        let after = try people.events()
        #expect(after.count == before + 1)
        #expect(after.last?["type"] as? String == "AccessRefused")
        #expect(try people.object("rosa", "base", "list").count == 1)
    }

    @Test("another school's key answers like one that does not exist, and is written down")
    func foreign() throws {
        let people = try People(try TestStore(), operator: "rosa")
        for key in ["0012001", "0022001"] { try people.succeed("rosa", "base", "add", key) }
        try people.enrol("ada", "head", at: "0012001")
        let foreign = try people.run("ada", "consent", "accept", "pupil-core", "--base", "0022001")
        let missing = try people.run("ada", "consent", "accept", "pupil-core", "--base", "0092001")
        #expect(foreign.code == 1 && missing.code == 1)
        #expect(foreign.errors.replacingOccurrences(of: "0022001", with: "0092001") == missing.errors)
        #expect(try people.events().filter { $0["type"] as? String == "AccessRefused" }.count == 1)
        let listed = try people.run("ada", "base", "list", "--json").output
        #expect(listed.contains("0012001") && !listed.contains("0022001"))
    }

    @Test("nothing that somebody of one school may ask for tells of another school, its sources or its tasks")
    func otherSchools() throws {
        let store = try TestStore()
        for (base, source) in [("0012001", "hill-mis"), ("0022001", "vale-mis")] {
            try store.importDay(1, "--base", base, "--source", source)
        }
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        for (base, task) in [("0012001", "hill-night"), ("0022001", "vale-night")] {
            try store.succeed("base", "config", base, "--laestab", base)
            try store.succeed(
                "task",
                "create",
                task,
                "--base",
                base,
                "--to",
                "Council",
                "--days",
                "mon",
                "--at",
                "02:00"
            )
            try store.succeed("consent", "accept", "pupil-core", "--base", base)
            try store.succeed("task", "run", task)
        }
        let people = try People(store, operator: "rosa")
        try people.enrol("ada", "head", at: "0012001")
        for command in [
            ["status"], ["base", "list"], ["task", "list"], ["task", "log"], ["consent", "settings"],
            ["consent", "reports"],
            ["agent", "status"], ["leavers", "queue"], ["recipient", "list"], ["changes", "--reason", "x"],
        ] {
            for form in [[], ["--json"]] {
                let told = try people.run("ada", command + form)
                for word in ["0022001", "vale-mis", "vale-night"] {
                    #expect(!told.output.contains(word) && !told.errors.contains(word), "\(command) tells of \(word)")
                }
            }
        }
        // And there is something to tell.
        #expect(try people.succeed("ada", "status").output.contains("hill-mis"))
        #expect(try people.succeed("ada", "task", "list").output.contains("hill-night"))
    }

    @Test("logging out takes the session's file away, and the token in a copy of it is dead")
    func logout() throws {
        let people = try People(try TestStore(), operator: "rosa")
        let file = people.file("rosa")
        let copy = people.store.scratch.path("stolen")
        try FileManager.default.copyItem(atPath: file, toPath: copy)
        try people.succeed("rosa", "logout")
        #expect(!FileManager.default.fileExists(atPath: file))
        let stolen = try people.store.run(["whoami", "--session", copy, "--json"])
        #expect(stolen.code == 1 && stolen.output.contains("notLoggedIn"))
    }

    @Test("a session's file that others may read is refused")
    func openFile() throws {
        let people = try People(try TestStore(), operator: "rosa")
        #expect(try people.run("rosa", "whoami").code == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: people.file("rosa"))
        let outcome = try people.run("rosa", "whoami")
        #expect(outcome.code == 1 && outcome.errors.contains("not yours alone"))
    }

    @Test("a session that was set before logging in is replaced, never taken over")
    func fixation() throws {
        let people = try People(try TestStore(), operator: "rosa")
        let planted = String(repeating: "ab", count: 32)
        try planted.write(toFile: people.file("ben"), atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: people.file("ben"))
        try people.succeed("rosa", "base", "add", "0012001")
        try people.enrol("ben", "it_support", at: "0012001")
        #expect(try String(contentsOfFile: people.file("ben"), encoding: .utf8).contains(planted) == false)
        #expect(try people.object("ben", "whoami")["user"] as? String == "ben")
    }

    @Test("until somebody has set a password, init gives the first operator another invitation; then never again")
    func lostInvitation() throws {
        let store = try TestStore(initialised: false)
        let first = try store.objects("init", "--operator", "rosa").last?["invitation"] as? String
        let second = try store.object("init", "--operator", "rosa")["invitation"] as? String
        #expect(first != second && second != nil)
        let people = try People(store, invitation: try #require(second), of: "rosa")
        #expect(try people.object("rosa", "whoami")["user"] as? String == "rosa")
        #expect(try store.refusal("init", "--operator", "mallory") == "storeExists")
    }

    @Test("an office's password alone is not enough for what the office may not do, and is for what it may")
    func office() throws {
        let people = try People(try TestStore(), operator: "rosa")
        try people.enrol("office", "school_admin", at: nil)
        let days = try SampleSchools.shared.get()
        try people.succeed("office", "import", "--format", "syncd-csv", "--full", "--register", days.folder(1))
        #expect(try people.run("office", "pupil", "find", "amoah", "--reason", "test").code == 0)
        #expect(try people.run("rosa", "pupil", "find", "amoah", "--reason", "test").code == 1)
        let key = SampleSchools.keys[0]
        #expect(try people.run("office", "consent", "accept", "pupil-core", "--base", key).code == 1)
        #expect(try people.run("office", "replay").code == 1)
    }
}
