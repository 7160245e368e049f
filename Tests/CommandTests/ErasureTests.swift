import Foundation
import Testing

@Suite struct ErasureTests {
    private static let erase = ["--base", CanarySchool.base, "--reason", "Request 14", "--now"]

    @Test(
        "S3-144, S3-145, S3-146, S1-24: a leaver is deleted for good; the sibling's contact stays, everybody else is as before"
    )
    func leaver() throws {
        let school = try CanarySchool()
        try school.leave()
        try school.importFiles()
        let store = school.store
        #expect(
            try store.refusal("leavers", "delete", school.alone, "--base", CanarySchool.base, "--reason", "x")
                == "nothingToErase"
        )
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        #expect(
            try store.refusal("leavers", "delete", school.present, "--base", CanarySchool.base, "--reason", "x")
                == "notALeaver"
        )
        #expect(
            try store.refusal("leavers", "delete", school.alone, "--base", CanarySchool.base, "--reason", "x")
                == "notConfirmed"
        )
        let shown = try store.object(
            "leavers",
            "delete",
            "--base",
            CanarySchool.base,
            "--left-before",
            "01/09/2020",
            "--reason",
            "x",
            "--dry-run"
        )
        #expect((shown["goes"] as? [[String: Any]])?.count == 2)
        let done = try store.object(
            "leavers",
            "delete",
            "--base",
            CanarySchool.base,
            "--left-before",
            "01/09/2020",
            "--reason",
            "Yearly",
            "--now",
            "--confirm",
            "2"
        )
        #expect(done["people"] as? Int == 2 && done["keyGeneration"] as? Int == 2)
        #expect(try store.refusal("pupil", "show", school.alone, "--reason", "x") == "subjectUnknown")
        #expect(try !store.run(["pupil", "find", "zqxvkw", "--reason", "x"]).output.contains("zqxvkw1"))
        try store.succeed("projections", "verify")
        let audit = try store.object("audit", "verify")
        #expect(audit["intact"] as? Bool == true)
        #expect(audit["receipts"] as? Int ?? 0 >= 2 && audit["erasedParts"] as? Int ?? 0 > 20)
        #expect(try store.objects("leavers", "queue").map { $0["state"] as? String } == ["erased"])
    }

    @Test("invariant 8: of erased people no byte is left, in no form, in store, keys, outbox and delivered files")
    func canary() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.importFiles()
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        // Another day: they leave, and what they were before stands in the log, too.
        try school.leave()
        try school.files.edit("pupils") { row in
            row["pupil_key"] == school.alone ? row.merging(["forename": Canary.marker + "edited"]) { $1 } : row
        }
        try school.importFiles()
        try store.succeed("task", "run", "nightly")
        let folders = [store.path, store.path + ".keys", store.outbox]
        let texts = [Canary.marker] + school.upns
        #expect(
            try !Canary.traces(of: texts, below: [store.path + "/state"]).isEmpty,
            "the search finds nothing at all"
        )
        #expect(try !Canary.traces(of: texts, below: [store.outbox]).isEmpty, "nothing was delivered")
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try eraseBoth(school)
        #expect(try Canary.traces(of: texts, below: folders) == [])
        try store.succeed("projections", "verify")
        #expect(try store.object("audit", "verify")["intact"] as? Bool == true)
        // Everybody else opens, and the recipient's copy comes to be what the schools would send.
        try store.succeed("task", "run", "nightly")
        #expect(try store.compareCopies().output == "equal\n")
        #expect(try Canary.traces(of: texts, below: folders) == [])
    }

    @Test("the twin: without the copy of state's rows, what was erased is found on its pages")
    func twin() throws {
        let school = try CanarySchool()
        try school.importFiles()
        try school.store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try eraseBoth(school, ["SYNCD_TEST_UNSAFE": "no-compaction"])
        #expect(try !Canary.traces(of: [Canary.marker], below: [school.store.path]).isEmpty)
    }

    @Test("ruling 13: who was erased is not taken in again by the same files, and comes back only when that is lifted")
    func suppressed() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try eraseBoth(school)
        let again = try school.importFiles()
        #expect(again["appended"] as? Int == 0 && again["parked"] as? Int == 0)
        #expect(again["suppressed"] as? Int ?? 0 > 5)
        #expect(try Canary.traces(of: [Canary.marker] + school.upns, below: [store.path]) == [])
        try store.succeed(
            "subject",
            "lift",
            school.alone,
            "--base",
            CanarySchool.base,
            "--source",
            "syncd-csv",
            "--reason",
            "Back at school"
        )
        let lifted = try school.importFiles()
        #expect((lifted["entities"] as? [String: [String: Int]])?["pupil"]?["new"] == 1)
        #expect(try store.succeed("pupil", "show", school.alone, "--reason", "x").output.contains("zqxvkw"))
        try store.succeed("projections", "verify")
    }

    @Test("S1-25: a data group goes, the pupil stays, the recipient's is emptied, and later files do not bring it back")
    func group() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.importFiles()
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        let before = try store.succeed("pupil", "show", school.alone, "--reason", "x").output
        let done = try store.run(
            ["subject", "erase", school.alone, "--group", "address", "--confirm", "1", "--json"] + Self.erase
        )
        #expect(done.code == 0, "\(done.errors)")
        let shown = try store.succeed("pupil", "show", school.alone, "--reason", "x").output
        #expect(shown.contains(Canary.marker) && shown.count < before.count)
        try store.succeed("task", "run", "nightly")
        #expect(try store.compareCopies().output == "equal\n")
        let again = try school.importFiles()
        #expect(again["appended"] as? Int == 0 && again["suppressed"] as? Int == 1)
        try store.succeed("projections", "verify")
        try store.succeed(
            "subject",
            "lift",
            school.alone,
            "--group",
            "address",
            "--base",
            CanarySchool.base,
            "--source",
            "syncd-csv",
            "--reason",
            "Back at school"
        )
        #expect(try school.importFiles()["appended"] as? Int == 1)
        try store.succeed("projections", "verify")
    }

    @Test("a hold stops an erasure until it is lifted; a queued order goes when it is due, or is withdrawn")
    func held() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.succeed("retention", "hold", school.alone, "--reason", "Claim 7")
        let erase = ["subject", "erase", school.alone, "--base", CanarySchool.base, "--reason", "x", "--confirm", "1"]
        #expect(try store.run(erase + ["--json"]).object["error"] as? [String: String] != nil)
        try store.succeed("retention", "hold", school.alone, "--lift", "--reason", "settled")
        #expect(try store.run(erase).code == 0)
        #expect(try store.run(erase).code == 0)
        let orders = try store.objects("leavers", "queue")
        #expect(orders.map { $0["state"] as? String } == ["queued", "queued"])
        try store.succeed("leavers", "withdraw", orders[0]["order"] as? String ?? "", "--reason", "twice")
        try store.succeed("leavers", "run")
        #expect(try store.succeed("pupil", "show", school.alone, "--reason", "x").output.contains("zqxvkw"))
        try store.succeed("leavers", "run", "--all")
        #expect(try store.refusal("pupil", "show", school.alone, "--reason", "x") == "subjectUnknown")
    }

    @Test("ruling 14: custodians' copies are renewed after a change of keys, and the old one is destroyed there")
    func copies() throws {
        let store = try TestStore()
        let (one, two) = (try store.scratch.folder("one"), try store.scratch.folder("two"))
        try store.succeed("keys", "copy", one)
        try store.succeed("keys", "copy", two)
        #expect(try store.object("keys", "status")["generation"] as? Int == 1)
        #expect(try store.succeed("status").output.contains("Nothing waits for anybody."))
        try store.succeed("keys", "rotate")
        #expect(try store.succeed("status").output.contains("2 custodians' copies of the key older"))
        for folder in [one, two] { try store.succeed("keys", "copy", folder) }
        #expect(try store.succeed("status").output.contains("Nothing waits for anybody."))
        let kept = try FileManager.default.contentsOfDirectory(atPath: one).filter { $0.hasSuffix(".key") }
        #expect(kept.count == 1 && kept[0].hasSuffix(".2.key"))
        try FileManager.default.removeItem(atPath: store.path + ".keys")
        let outcome = try Program.run(["status", "--store", store.path, "--key-dir", one])
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    private func eraseBoth(_ school: CanarySchool, _ environment: [String: String] = [:]) throws {
        let outcome = try school.store.run(
            ["subject", "erase", school.shared, school.alone, "--confirm", "2", "--json"] + Self.erase,
            environment: environment
        )
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors + outcome.output) }
        #expect(try outcome.object["people"] as? Int == 2)
    }
}
