import Foundation
import Testing

/// Two schools' files of one child in an authority's store (rulings 2 and 6).
@Suite struct AuthorityMatchTests {
    private static let (first, second) = (SampleSchools.keys[0], SampleSchools.keys[1])

    /// A store of each school's has sent its file, and one child is in both; the authority has taken the files in.
    private func authority() throws -> TestStore {
        let day = try SampleSchools.shared.get().folder(1)
        let authority = try TestStore(initialised: false, served: false)
        try authority.succeed("init", "--owner", "authority")
        for key in [Self.first, Self.second] {
            let school = try TestStore(served: false)
            let files = CSVFolder(path: school.scratch.path("day"))
            try FileManager.default.copyItem(atPath: day, toPath: files.path)
            if key == Self.second {
                let child = try #require(try files.rows("pupils").first { $0["pupil_key"] == "P-001-00002" })
                let twin = try #require(try files.rows("pupils").first { $0["base"] == key }?["pupil_key"])
                try files.edit("pupils") { row in
                    guard row["pupil_key"] == twin else { return row }
                    let same = ["upn", "surname", "forename", "birth_date", "sex"].map { ($0, child[$0] ?? "") }
                    let changes = Dictionary(uniqueKeysWithValues: same).merging(["preferred_forename": "Sunny"]) { $1 }
                    return row.merging(changes) { $1 }
                }
            }
            let import_ = ["import", "--format", "syncd-csv", "--full", "--register", "--base", key]
            let imported = try school.run(import_ + [files.path])
            guard imported.code == 0 else { throw Program.Unexpected(imported.errors) }
            try school.succeed("base", "config", key, "--laestab", key)
            try school.succeed("recipient", "add", "Council", "--party", "001", "--folder", school.outbox)
            try school.succeed("consent", "accept", "pupil-core", "--base", key)
            try school.succeed("task", "create", "nightly", "--to", "Council", "--base", key)
            try school.succeed("task", "run", "nightly")
            let file = try #require(try school.delivered().first { $0.hasSuffix(".xml") })
            let take = ["import", "--format", "ctf", "--delta", "--register", "--destination", "001LLLL"]
            let taken = try authority.run(take + [school.outbox + "/" + file])
            guard taken.code == 0 else { throw Program.Unexpected(taken.errors) }
        }
        return authority
    }

    @Test(
        "ruling 6: an authority links the records that two schools tell of one child, sees what differs, and unlinks them"
    )
    func matches() throws {
        let authority = try authority()
        let both = ["--source", Self.second, "--base", Self.first]
        func objects(_ words: String...) throws -> [[String: Any]] {
            let outcome = try authority.run(words + both + ["--json"])
            #expect(outcome.code == 0, "\(words): \(outcome.errors)")
            return try outcome.objects
        }
        // Nothing is matched by itself: these are two schools' own.
        #expect(try authority.objects("matches", "list").isEmpty)
        let found = try #require(try objects("matches", "find").first)
        #expect(found["matched"] as? Int == 1 && found["taken"] as? Int == 0, "\(found)")
        #expect(try objects("matches", "find").first?["matched"] as? Int == 0)
        let link = try #require(try objects("matches", "list").first { $0["state"] as? String == "matched" })
        let theirs = try #require(link["theirs"] as? String)
        #expect(link["by"] as? String == "upnAndThree")
        let items = Set(try objects("conflicts", "list").compactMap { $0["item"] as? String })
        #expect(items.contains("basicDetails.preferredForename"), "\(items)")
        let shown = try objects("conflicts", "show", theirs, "--reason", "x")
        #expect(shown.contains { $0["theirs"] as? String == "Sunny" }, "\(shown)")
        try authority.succeed(
            "matches",
            "unmatch",
            theirs,
            "--reason",
            "Two cousins",
            both[0],
            both[1],
            both[2],
            both[3]
        )
        #expect(try objects("conflicts", "list").isEmpty)
        #expect(try objects("matches", "find").first?["matched"] as? Int == 0)
        // What is linked is not merged: each school's record goes on alone.
        #expect(try authority.object("status")["waiting"] as? [String] != nil)
        try authority.succeed("projections", "verify")
    }

    @Test("attack, ruling 2: an office of one school matches and sees no pupil of another school's source")
    func foreign() throws {
        let store = try authority()
        // One source that tells of both schools, such as the authority's own database.
        let whole = ["import", "--format", "syncd-csv", "--full", "--source", "whole"]
        let imported = try store.run(whole + [try SampleSchools.shared.get().folder(1)])
        #expect(imported.code == 0, "\(imported.errors)")
        #expect(
            try store.object("matches", "find", "--source", "whole", "--base", Self.first)["matched"] as? Int ?? 0 > 0
        )
        let people = try People(store, operator: "rosa")
        try people.enrol("olga", "school_admin", at: Self.first)
        for command in [
            ["matches", "list"], ["conflicts", "list"], ["matches", "show", "0f1e5a1be2d94c7788a1b2c3d4e5f607"],
        ] {
            let reason = command[1] == "show" ? ["--reason", "x"] : []
            for source in [Self.second, "whole"] {
                let outcome = try people.run("olga", command + reason + ["--source", source, "--base", Self.first])
                #expect(outcome.code == 1 && outcome.errors.contains("There is no source"), "\(command): \(outcome)")
            }
        }
    }

    @Test("rulings 11: a match does not tell that a protected child is at a school to who may not know")
    func whereabouts() throws {
        let store = try authority()
        let both = ["--source", Self.second, "--base", Self.first]
        #expect(try store.run(["matches", "find"] + both).code == 0)
        let listed = try store.run(["matches", "list", "--json"] + both).objects
        let link = try #require(listed.first { $0["state"] as? String == "matched" })
        let (theirs, ours) = (try #require(link["theirs"] as? String), try #require(link["ours"] as? String))
        try store.succeed("pupil", "protect", ours, "--restricted-address", "yes", "--reason", "Order")
        let people = try People(store, operator: "rosa")
        try people.enrol("lou", "la_officer", at: nil)
        let list = try people.run("lou", ["matches", "list", "--json"] + both)
        #expect(list.code == 0 && !list.output.contains(theirs) && !list.output.contains(ours))
        let shown = try people.run("lou", ["matches", "show", theirs, "--reason", "x"] + both)
        #expect(shown.code == 1 && shown.errors.contains("There is no pupil of another source with this id"))
        #expect(try people.run("lou", ["conflicts", "list", "--json"] + both).output.contains(ours) == false)
    }
}
