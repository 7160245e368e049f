import Foundation
import Testing

/// What an authority sends back about a school's own pupils (S1-03, ruling 6).
@Suite struct MatchingTests {
    private static let base = "0012001"

    /// A school with its own MIS, and what its authority holds of it.
    struct Scene {
        let school: TestStore
        let authority: TestStore
        let mis: CSVFolder

        init() throws {
            school = try TestStore()
            let folder = school.scratch.path("export")
            try FileManager.default.copyItem(atPath: SampleSchools.shared.get().folder(1), toPath: folder)
            mis = CSVFolder(path: folder)
            authority = try TestStore(initialised: false)
            try authority.succeed("init", "--owner", "authority")
        }

        func importMIS(_ store: TestStore) throws -> [String: Any] {
            let outcome = try store.run(
                ["import", "--format", "syncd-csv", "--full", "--register", mis.path, "--json"]
            )
            guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors + outcome.output) }
            return try outcome.object
        }

        /// The authority's own database has what the school had, with changes.
        func prepare() throws {
            _ = try importMIS(school)
            try mis.edit("pupils") { row in
                row["base"] == MatchingTests.base
                    ? row.merging(["preferred_forename": "Sunny"]) { $1 } : row
            }
            try prepareAuthority()
        }

        /// Takes in the newest file.
        func take() throws -> [String: Any] {
            let file = try #require(try authority.delivered().filter { $0.hasSuffix(".xml") }.last)
            let outcome = try school.run(
                ["import", "--format", "ctf", "--delta", authority.outbox + "/" + file, "--json"]
            )
            guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors + outcome.output) }
            return try outcome.object
        }

        /// What each pupil of the school's own says, by MIS key and UPN alone.
        func preferred(_ pupil: String) throws -> String {
            try school.succeed("pupil", "show", pupil, "--base", MatchingTests.base, "--reason", "x").output
        }
    }

    @Test(
        "S1-03, ruling 6: an authority's changed data is matched with the school's own pupils, and differences wait; rules, accepting and discarding do what they say"
    )
    func conflicts() throws {
        let scene = try Scene()
        try scene.prepare()
        let school = scene.school
        let own = try scene.mis.rows("pupils").filter { $0["base"] == Self.base }
        let imported = try scene.take()
        let matches = try #require(imported["matches"] as? [String: Int])
        #expect(matches["matched"] == own.count && matches["waiting"] == 0)
        // The preferred forename differs of everybody, and nothing else does.
        #expect(matches["conflicts"] == own.count && matches["taken"] == 0)
        let list = try school.objects("conflicts", "list")
        #expect(Set(list.compactMap { $0["item"] as? String }) == ["basicDetails.preferredForename"])
        // No pupil of the school's became two: the school sends and counts its own alone.
        let output = Data(try school.run(["base", "list", "--json"]).output.utf8)
        let bases = try JSONSerialization.jsonObject(with: output) as? [[String: Any]]
        let pupils = bases?.first { $0["key"] as? String == Self.base }?["pupils"] as? Int
        let told = bases?.first { $0["key"] as? String == "001LLLL" }
        let before = told?["pupils"] as? Int
        #expect(told?["ofAuthority"] as? Bool == true)
        // Nor is the authority one of the schools.
        let text = try school.succeed("base", "list").output
        #expect(
            !text.contains("\n001LLLL") && text.contains("Not counted: what the authority 001LLLL tells"),
            "\(text)"
        )
        let byBase = try school.succeed("task", "list", "--by-base").output
        #expect(byBase.contains("2 Bases") && !byBase.contains("001LLLL"), "\(byBase)")
        #expect(pupils ?? 0 >= own.count && before == own.count)
        let theirs = try list.map { try #require($0["theirs"] as? String) }
        let ours = try list.map { try #require($0["ours"] as? String) }
        #expect(try !scene.preferred(ours[0]).contains("Sunny"))
        let readings = try school.events("--type", "RecordsRead").count
        #expect(try school.run(["conflicts", "show", theirs[0]]).code == 64)
        let shown = try school.object("conflicts", "show", theirs[0], "--reason", "x")
        #expect(try school.events("--type", "RecordsRead").count == readings + 1)
        #expect(shown["theirs"] as? String == "Sunny")
        let then = "\(try school.events().count)"
        try school.succeed("conflicts", "accept", theirs[0], "--reason", "Seen the passport")
        #expect(try scene.preferred(ours[0]).contains("Sunny"))
        try school.succeed("conflicts", "discard", theirs[1], "--reason", "Ours is newer")
        #expect(try !scene.preferred(ours[1]).contains("Sunny"))
        #expect(try school.objects("conflicts", "list").count == own.count - 2)
        #expect(try school.refusal("conflicts", "accept", theirs[1], "--reason", "x") == "conflictUnknown")
        // A rule that passes over, and one that takes in.
        try school.succeed("conflicts", "rule", "--base", Self.base, "basicDetails.preferredForename", "never")
        #expect(try school.objects("conflicts", "list").isEmpty)
        #expect(try school.objects("conflicts", "list", "--as-of", then).count == own.count)
        #expect(try school.objects("matches", "list", "--as-of", then).count == own.count)
        try school.succeed("conflicts", "rule", "--base", Self.base, "basicDetails.preferredForename", "always")
        let found = try school.object("matches", "find")
        #expect(found["taken"] as? Int == own.count - 2 && found["matched"] as? Int == 0)
        #expect(try scene.preferred(ours[2]).contains("Sunny") && !scene.preferred(ours[1]).contains("Sunny"))
        #expect(try school.object("matches", "find")["taken"] as? Int == 0)
        // Erasing the school's own takes along what the authority told of the same child.
        try school.succeed("base", "config", Self.base, "--register", "external")
        let gone = try school.object(
            "subject",
            "erase",
            ours[0],
            "--base",
            Self.base,
            "--reason",
            "x",
            "--now",
            "--confirm",
            "1"
        )
        #expect(gone["linked"] as? Int == 1)
        #expect(try school.refusal("pupil", "show", theirs[0], "--reason", "x") == "subjectUnknown")
        #expect(try school.objects("matches", "list").count == own.count - 1)
        try school.succeed("projections", "verify")
        #expect(try school.object("audit", "verify")["intact"] as? Bool == true)
    }

    @Test("ruling 6: a decision holds for the very value, and not for what the authority tells of other items")
    func decided() throws {
        let scene = try Scene()
        try scene.prepare()
        _ = try scene.take()
        let school = scene.school
        let first = try #require(try school.objects("conflicts", "list").first)
        let theirs = try #require(first["theirs"] as? String)
        try school.succeed("conflicts", "discard", theirs, "--reason", "Ours is newer")
        func items() throws -> [String] {
            try school.objects("conflicts", "list").filter { $0["theirs"] as? String == theirs }
                .compactMap { $0["item"] as? String }
        }
        func tell(_ change: [String: String]) throws {
            try scene.mis.edit("pupils") { $0["base"] == Self.base ? $0.merging(change) { $1 } : $0 }
            _ = try scene.importMIS(scene.authority)
            try scene.authority.succeed("task", "run", "back")
            _ = try scene.take()
        }
        #expect(try items() == [])
        #expect(try school.succeed("status").output.contains("to decide: `syncd conflicts list`"))
        #expect(try school.refusal("matches", "find", "--source", "syncd-csv", "--base", Self.base) == "subjectUnknown")
        try tell(["former_surname": "Before"])
        #expect(try items() == ["basicDetails.formerSurname"])
        try tell(["preferred_forename": "Rainy"])
        #expect(Set(try items()) == ["basicDetails.formerSurname", "basicDetails.preferredForename"])
        // What was accepted, and the MIS tells otherwise again, is a conflict again.
        try school.succeed("conflicts", "accept", theirs, "--item", "basicDetails.formerSurname", "--reason", "Seen it")
        #expect(try items() == ["basicDetails.preferredForename"])
        try scene.mis.edit("pupils") { $0["base"] == Self.base ? $0.merging(["former_surname": "Other"]) { $1 } : $0 }
        _ = try scene.importMIS(school)
        #expect(try items().contains("basicDetails.formerSurname"))
    }

    @Test("a transfer file without its manifest is refused: its pupils would come in a second time")
    func withoutManifest() throws {
        let scene = try Scene()
        try scene.prepare()
        let file = try #require(try scene.authority.delivered().filter { $0.hasSuffix(".xml") }.last)
        let alone = scene.school.scratch.path(file)
        try FileManager.default.copyItem(atPath: scene.authority.outbox + "/" + file, toPath: alone)
        let outcome = try scene.school.run(["import", "--format", "ctf", "--delta", alone])
        #expect(outcome.code == 1 && outcome.errors.contains("is not beside it: get both"), "\(outcome.errors)")
    }

    @Test("ruling 6, S1-25: what is erased or deleted in the MIS comes back through no authority, and hinders nothing")
    func gone() throws {
        let scene = try Scene()
        try scene.prepare()
        _ = try scene.take()
        let school = scene.school
        try school.succeed("base", "config", Self.base, "--register", "external")
        try school.succeed("conflicts", "rule", "--base", Self.base, "address", "always")
        let links = try school.objects("matches", "list")
        let ours = try #require(links.first?["ours"] as? String)
        let theirs = try #require(links.first?["theirs"] as? String)
        let erase = ["subject", "erase", ours, "--base", Self.base, "--group", "address", "--reason", "x", "--now"]
        let erased = try school.run(erase + ["--confirm", "1", "--json"])
        #expect(erased.code == 0, "\(erased.errors)")
        #expect(try erased.object["linked"] as? Int == 1)
        for pupil in [ours, theirs] {
            let shown = try school.succeed("pupil", "show", pupil, "--reason", "x").output
            #expect(!shown.lowercased().contains("street"), "\(shown)")
        }
        let found = try school.object("matches", "find")
        #expect(found["taken"] as? Int == 0)
        // What the authority tells next goes in for everybody else.
        try scene.mis.edit("addresses") { $0.merging(["town": "Elsewhere"]) { $1 } }
        _ = try scene.importMIS(scene.authority)
        try scene.authority.succeed("task", "run", "back")
        let taken = try #require(try scene.take()["matches"] as? [String: Int])
        #expect(taken["taken"] ?? 0 > 1)
        let shown = try school.succeed("pupil", "show", ours, "--reason", "x").output
        #expect(!shown.contains("Elsewhere"), "\(shown)")
        try school.succeed("projections", "verify")
    }

    @Test("ruling 2: another school's own record of the same child stays when this school erases the child")
    func otherSchool() throws {
        let store = try TestStore()
        let keys = SampleSchools.keys
        let day = try EditedDay(1, in: store.scratch.path("day"))
        let child = try #require(try day.rows("pupils.csv").first { $0["pupil_key"] == "P-001-00001" })
        let twin = try #require(try day.rows("pupils.csv").first { $0["base"] == keys[1] }?["pupil_key"])
        try day.edit("pupils.csv") { row in
            guard row["pupil_key"] == twin else { return }
            for field in ["upn", "surname", "forename", "birth_date", "sex"] { row[field] = child[field] }
        }
        for key in keys.prefix(2) {
            let import_ = ["import", "--format", "syncd-csv", "--full", "--register", "--base", key, "--source", key]
            let imported = try store.run(import_ + [day.folder])
            #expect(imported.code == 0, "\(imported.errors)")
        }
        let found = try store.object("matches", "find", "--source", keys[1], "--base", keys[0])
        #expect(found["matched"] as? Int == 1, "\(found)")
        try store.succeed("base", "config", keys[0], "--register", "external")
        let erase = ["subject", "erase", "P-001-00001", "--base", keys[0], "--reason", "x", "--now", "--confirm", "1"]
        let gone = try store.run(erase + ["--json"])
        #expect(gone.code == 0, "\(gone.errors)")
        #expect(try gone.object["linked"] as? Int == 0)
        #expect(try store.run(["pupil", "show", twin, "--base", keys[1], "--reason", "x"]).code == 0)
    }

    @Test(
        "ruling 6: who is not to be matched waits, is linked by hand, and the link is taken back; a wrong DestSchool refuses all"
    )
    func waiting() throws {
        let scene = try Scene()
        let pupil = try #require(try scene.mis.rows("pupils").first { $0["base"] == Self.base })
        let key = try #require(pupil["pupil_key"])
        _ = try scene.importMIS(scene.school)
        // The authority knows the child under the same UPN, with another name and birth date: never by the UPN alone.
        try scene.mis.edit("pupils") { row in
            guard row["pupil_key"] == key else { return row }
            return row.merging(["surname": "Elsewhere", "forename": "Nobody", "birth_date": "2011-01-01"]) { $1 }
        }
        try scene.prepareAuthority()
        let imported = try scene.take()
        #expect((imported["matches"] as? [String: Int])?["waiting"] == 1)
        let school = scene.school
        let waits = try #require(try school.objects("matches", "list", "--waiting").first)
        let theirs = try #require(waits["theirs"] as? String)
        let candidate = try #require((waits["candidates"] as? [String])?.first)
        let readings = try school.events("--type", "RecordsRead").count
        #expect(try school.run(["matches", "show", theirs]).code == 64)
        let both = try school.objects("matches", "show", theirs, "--reason", "x")
        #expect(try school.events("--type", "RecordsRead").count == readings + 1)
        #expect(both.map { $0["whose"] as? String } == ["theirs", "ours"])
        #expect(both[0]["upn"] as? String == both[1]["upn"] as? String)
        try school.succeed("matches", "match", theirs, "--with", candidate, "--reason", "Called the authority")
        #expect(try school.objects("matches", "list", "--waiting").isEmpty)
        #expect(try !school.objects("conflicts", "list").isEmpty)
        // One of theirs for one of ours.
        let other = try #require(
            try school.objects("matches", "list").first { $0["ours"] as? String != candidate }?["theirs"] as? String
        )
        #expect(
            try school.refusal("matches", "match", other, "--with", candidate, "--reason", "x") == "alreadyMatched"
        )
        try school.succeed("matches", "unmatch", theirs, "--reason", "A cousin")
        #expect(try school.objects("conflicts", "list").isEmpty)
        #expect(try school.object("matches", "find")["waiting"] as? Int == 1)
        // Nobody but a person matches them again, even when everything agrees.
        try school.succeed("matches", "unmatch", other, "--reason", "Not sure")
        #expect(try school.object("matches", "find")["matched"] as? Int == 0)
        try school.succeed("projections", "verify")
    }
}

extension MatchingTests.Scene {
    /// The authority has its own database of the school, and has sent what it tells.
    func prepareAuthority() throws {
        _ = try importMIS(authority)
        try authority.succeed("recipient", "add", "School", "--party", "0012001", "--folder", authority.outbox)
        for key in SampleSchools.keys {
            try authority.succeed("base", "config", key, "--laestab", key)
            try school.succeed("base", "config", key, "--laestab", key)
        }
        try authority.succeed("consent", "accept", "pupil-core", "--base", "0012001")
        try authority.succeed(
            "task",
            "create",
            "back",
            "--to",
            "School",
            "--base",
            "0012001",
            "--direction",
            "to-school",
            "--type",
            "changed_data",
            "--cohort",
            "ncy:all"
        )
        try authority.succeed("task", "run", "back")
    }
}
