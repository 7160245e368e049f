import Foundation
import Testing

/// Nobody learns by asking that a protected child is at a school, who may not see it (rulings 11).
@Suite struct WhereaboutsTests {
    private static let key = SampleSchools.keys[0]
    private static let hidden = "P-001-00001"

    private struct Scene {
        let people: People
        let id: String
        let surname: String
        let forename: String
        let classes: Set<String>
    }

    /// A store of two schools, in the first of which a child is protected of whom a value is faulty.
    private func scene() throws -> Scene {
        let store = try TestStore()
        let day = try EditedDay(1, in: store.scratch.path("day"))
        try day.edit("addresses.csv") { row in
            // Told as a data issue.
            if row["pupil_key"] == Self.hidden { (row["phone_1_type"], row["phone_1"]) = ("M", "no number") }
        }
        let imported = try store.run(["import", "--format", "syncd-csv", "--full", "--register", day.folder])
        #expect(imported.code == 0, "\(imported.errors)")
        let row = try #require(try day.rows("pupils.csv").first { $0["pupil_key"] == Self.hidden })
        let classes = try day.rows("class-memberships.csv").filter { $0["pupil_key"] == Self.hidden }
        let shown = try store.object("pupil", "show", Self.hidden, "--reason", "x")
        try store.succeed("pupil", "protect", Self.hidden, "--restricted-address", "yes", "--reason", "Order")
        let people = try People(store, operator: "rosa")
        try people.enrol("lou", "la_officer", at: nil)
        try people.enrol("olga", "school_admin", at: Self.key)
        try people.enrol("ada", "head", at: Self.key)
        return Scene(
            people: people,
            id: try #require(shown["id"] as? String),
            surname: try #require(row["surname"]),
            forename: try #require(row["forename"]),
            classes: Set(classes.compactMap { $0["class_key"] })
        )
    }

    @Test("rulings 11: asking for a school finds no child there whose whereabouts are kept back, for who may not know")
    func oracle() throws {
        let scene = try scene()
        let people = scene.people
        let asked: [[String]] = [
            ["pupil", "find", Self.hidden, "--reason", "x"], ["pupil", "show", Self.hidden, "--reason", "x"],
            ["history", Self.hidden, "--reason", "x"],
            ["changes", "--limit", "5000"], ["changes", "--limit", "5000", "--open", "--reason", "x"],
            ["issues", "list"],
        ]
        for command in asked {
            // Without a school the child is found, with one it makes no difference which.
            let plain = try people.run("lou", command + ["--json"])
            #expect(plain.code == 0 && plain.output.contains(scene.id), "\(command)")
            for school in SampleSchools.keys {
                let told = try people.run("lou", command + ["--base", school, "--json"])
                #expect(!told.output.contains(scene.id), "\(command) --base \(school)")
            }
            // Who works at that school sees it.
            let own = try people.run("olga", command + ["--base", Self.key, "--json"])
            #expect(own.code == 0 && own.output.contains(scene.id), "\(command): \(own.output.prefix(300))")
        }
        let wrong = try SampleSchools.keys.prefix(2).map {
            try people.run("lou", ["pupil", "find", Self.hidden, "--base", $0, "--reason", "x"]).output
        }
        #expect(wrong[0] == wrong[1])
    }

    @Test("rulings 11: neither classes in a history nor lists of changes tell the school of a protected child")
    func lists() throws {
        let scene = try scene()
        #expect(!scene.classes.isEmpty)
        for more in [[], ["--json"]] {
            let told = try scene.people.run("lou", ["history", Self.hidden, "--reason", "x"] + more)
            #expect(told.code == 0 && told.output.contains("restricted"))
            for key in scene.classes { #expect(!told.output.contains(key), "\(key) \(more)") }
        }
        for more in [[], ["--open", "--reason", "x"]] {
            let told = try scene.people.run("lou", ["changes", "--json", "--limit", "5000"] + more).object
            let lines = try #require(told["changes"] as? [[String: Any]])
            let own = lines.filter { $0["id"] as? String == scene.id }
            #expect(own.count == 1 && own.allSatisfy { $0["base"] as? String == "restricted" }, "\(more)")
            #expect(lines.contains { $0["base"] as? String == Self.key })
            for line in lines where line["kind"] as? String == "enrolment" {
                let keys = (line["keyValues"] as? [String: Any])?["misKey"] as? String ?? ""
                #expect(!keys.hasSuffix("\u{1F}" + Self.hidden), "a membership of the child by its class")
            }
        }
    }

    @Test("a name is found as lists write it: surname, forename")
    func nameAsWritten() throws {
        let scene = try scene()
        let name = "\(scene.surname), \(scene.forename)".lowercased()
        let found = try scene.people.run("olga", ["pupil", "find", name, "--reason", "x", "--json"])
        #expect(found.output.contains(scene.id))
    }
}
