import Foundation
import School
import Testing

/// Who defines tasks.
@Suite struct TaskRoleTests {
    @Test(
        "S1-01, S2-32: a logged-in administrator of the authority creates, edits and deletes tasks of its bases; nobody else changes one for all of them"
    )
    func administrator() throws {
        let people = try People(try TestStore(), operator: "rosa")
        for key in ["8201001", "8201002"] {
            try people.succeed("rosa", "base", "add", key)
            try people.succeed("rosa", "base", "config", key, "--laestab", key)
        }
        try people.succeed("rosa", "recipient", "add", "Council", "--party", "820", "--folder", people.store.outbox)
        try people.enrol("lara", "la_admin", at: nil)
        let both = ["--base", "8201001", "--base", "8201002"]
        let create = ["task", "create", "nightly", "--to", "Council", "--days", "mon", "--at", "02:00"] + both
        // Nobody who is not logged in.
        let stranger = try people.store.run(
            create + ["--json"],
            environment: ["SYNCD_SESSION": people.store.scratch.path("none")]
        )
        #expect(stranger.code == 1 && stranger.output.contains("notLoggedIn"))
        let roles: [(name: String, role: String, at: String?)] = [
            ("lou", "la_officer", nil), ("ada", "head", "8201001"), ("nora", "nominated_contact", "8201001"),
            ("olga", "school_admin", "8201001"), ("ines", "auditor", nil), ("dina", "dpo", nil),
            ("ben", "it_support", "8201001"),
        ]
        for (name, role, place) in roles { try people.enrol(name, role, at: place) }
        for (name, role, _) in roles where role != "it_support" {
            let outcome = try people.run(name, create + ["--json"])
            #expect(outcome.code == 1 && outcome.output.contains("accessRefused"), "\(role)")
        }
        #expect(try people.object("lara", "task", "list").isEmpty)
        let made = try people.run("lara", create)
        #expect(made.code == 0, "\(made.errors)")
        let edit = ["task", "edit", "nightly", "--days", "tue", "--at", "03:00", "--json"]
        for (name, role, _) in roles {
            for command in [edit, ["task", "delete", "nightly", "--json"]] {
                let outcome = try people.run(name, command)
                #expect(outcome.code == 1 && outcome.output.contains("accessRefused"), "\(role) \(command)")
            }
        }
        #expect(try people.run("lara", edit).code == 0)
        #expect(try people.run("lara", ["task", "show", "nightly", "--json"]).output.contains("03:00"))
        // IT support of a school makes tasks of that school alone, and learns of no other.
        let foreign = try people.run("ben", create + ["--json"])
        #expect(foreign.code == 1 && foreign.output.contains("baseUnknown"))
        #expect(try people.run("lara", ["task", "delete", "nightly"]).code == 0)
        #expect(try people.object("lara", "task", "list").isEmpty)
    }

    @Test("S1-01: an administrator's own authority is the store: held for nothing less, and for every school of it")
    func ownAuthority() throws {
        let people = try People(try TestStore(), operator: "rosa")
        let keys = ["8201001", "9101001"]
        for key in keys {
            try people.succeed("rosa", "base", "add", key)
            try people.succeed("rosa", "base", "config", key, "--laestab", key)
        }
        for role in ["la_admin", "la_officer"] {
            let atOne = try people.run("rosa", ["user", "add", "lara", "--role", role, "--base", keys[0], "--json"])
            #expect(atOne.code == 1 && atOne.output.contains("rolePlaceInvalid"), "\(role): \(atOne.output)")
        }
        try people.enrol("lara", "la_admin", at: nil)
        let reached = try people.run("lara", ["base", "list", "--json"])
        for key in keys { #expect(reached.output.contains(key)) }
        // A school of another authority's store does not exist here.
        let other = try TestStore()
        try other.succeed("base", "add", "7701001")
        let told = try people.run("lara", ["base", "show", "7701001", "--json"])
        #expect(told.code == 1 && told.output.contains("baseUnknown"))
    }

    @Test("rulings 11: which task is about children in care is named to those alone who work with them")
    func careCohort() throws {
        let people = try People(try TestStore(), operator: "rosa")
        let key = "8201001"
        try people.succeed("rosa", "base", "add", key)
        try people.succeed("rosa", "base", "config", key, "--laestab", key)
        try people.succeed("rosa", "recipient", "add", "Council", "--party", "820", "--folder", people.store.outbox)
        let roles: [(name: String, role: String, at: String?)] = [
            ("lara", "la_admin", nil), ("lou", "la_officer", nil), ("ada", "head", key), ("dina", "dpo", nil),
            ("nora", "nominated_contact", key), ("ben", "it_support", key), ("olga", "school_admin", key),
            ("ines", "auditor", nil),
        ]
        for (name, role, place) in roles { try people.enrol(name, role, at: place) }
        let create = ["task", "create", "nightly", "--to", "Council", "--base", key, "--cohort", "lac"]
        let made = try people.run("lara", create + ["--report", "looked-after"])
        #expect(made.code == 0, "\(made.errors)")
        for (name, role, _) in roles + [("rosa", "operator", nil)] {
            let sees = Role(rawValue: role).map(SafeguardingTable.seesCareCohort.contains) ?? false
            for command in [
                ["task", "list"], ["task", "list", "--json"], ["task", "show", "nightly"],
                ["task", "show", "nightly", "--json"],
            ] {
                let told = try people.run(name, command)
                #expect(told.code == 0)
                #expect(told.output.contains("restricted cohort") == !sees, "\(role) \(command): \(told.output)")
                #expect(told.output.contains(#/\blac\b/#) == sees, "\(role) \(command)")
            }
        }
        #expect(!(try people.run("rosa", ["replay", "--format", "jsonl"]).output.contains("\"cohort\":\"lac\"")))
    }
}
