import Foundation
import Testing

@Suite struct BackupTests {
    private static let erase = ["--base", CanarySchool.base, "--reason", "Request 14", "--now"]

    @Test(
        "Issue 5: last week's backup, an erasure today, the disk lost, the custodian copy: everyone but the erased comes back"
    )
    func diskLost() throws {
        let school = try CanarySchool()
        let store = school.store
        let (backup, custodian) = (try store.scratch.folder("backup"), try store.scratch.folder("custodian"))
        try school.importFiles()
        try store.prepareTask(consent: true)
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.succeed("task", "run", "nightly")
        let taken = try store.object("backup", backup)
        #expect(taken["began"] as? Bool == true && taken["keyGeneration"] as? Int == 1)
        #expect(try store.succeed("backup", "verify", backup).output.contains("Sound"))
        let cursor = try #require(try store.objects("changes").last?["next"] as? String)
        let before = try pupils(store)
        // A copy in another building: nothing is brought there any more.
        let elsewhere = store.scratch.path("elsewhere")
        try FileManager.default.copyItem(atPath: backup, toPath: elsewhere)
        // The week goes on: what is appended now is in no backup.
        try store.succeed("keys", "copy", custodian)
        try eraseBoth(school)
        try store.succeed("keys", "copy", custodian)
        #expect(try store.object("keys", "status")["generation"] as? Int == 2)
        let texts = [Canary.marker] + school.upns
        #expect(try Canary.traces(of: texts, below: [store.path, store.path + ".keys", store.outbox, backup]) == [])

        try store.withoutServer()
        for lost in [store.path, store.path + ".keys"] { try FileManager.default.removeItem(atPath: lost) }
        let restored = try store.run(["restore", backup, store.path, "--custodian", custodian, "--json"])
        #expect(restored.code == 0, "\(restored.errors)")
        let told = try restored.object
        #expect(told["epoch"] as? Int == 2 && told["keyGeneration"] as? Int == 2)
        #expect(told["erasedAgain"] as? Int ?? 0 >= 2)
        #expect(try Canary.traces(of: texts, below: [store.path, store.path + ".keys", store.outbox, backup]) == [])
        let after = try pupils(store)
        #expect(after == before.subtracting([school.shared, school.alone]) && after.count == before.count - 2)
        #expect(try store.refusal("pupil", "show", school.alone, "--reason", "x") == "subjectUnknown")
        try store.succeed("projections", "verify")
        let audit = try store.object("audit", "verify")
        #expect(audit["intact"] as? Bool == true && audit["epochsBegun"] as? Int == 1, "\(audit)")
        #expect(audit["erasedParts"] as? Int ?? 0 > 20)
        #expect(try store.refusal("changes", "--since", cursor) == "cursorOfAnotherEpoch")

        try opensNothing(elsewhere, newest: backup, texts, store)
        // The erased are not taken in again by the same files.
        let again = try school.importFiles()
        #expect(again["suppressed"] as? Int ?? 0 > 5)
        #expect(try Canary.traces(of: texts, below: [store.path]) == [])
        try sendsEverything(store)
        #expect(try Canary.traces(of: texts, below: [store.path, store.outbox, backup]) == [])
    }

    /// The copy from before the erasure, opened with every key that still exists.
    private func opensNothing(_ elsewhere: String, newest: String, _ texts: [String], _ store: TestStore) throws {
        let aside = store.scratch.path("aside")
        let keys = ["--key-dir", store.path + ".keys", "--json"]
        let alone = try Program.run(["restore", elsewhere, aside] + keys)
        #expect(alone.code == 1 && alone.errors.contains("keys.2"), "\(alone.errors)")
        let opened = try Program.run(["restore", elsewhere, aside, "--keys", newest] + keys)
        #expect(opened.code == 0 && (try? opened.object["erasedAgain"] as? Int ?? 0) ?? 0 >= 2, "\(opened.errors)")
        #expect(try Canary.traces(of: texts, below: [aside, elsewhere]) == [])
        let audit = try Program.run(["audit", "verify", "--store", aside] + keys)
        #expect(audit.code == 0, "\(audit.output)")
    }

    /// Nothing leaves until somebody has confirmed; then everything goes, and the recipient holds what the schools have.
    private func sendsEverything(_ store: TestStore) throws {
        let held = try store.run(["task", "run", "nightly"])
        #expect(
            held.output.contains("restored from a backup") || held.errors.contains("restored from a backup"),
            "\(held)"
        )
        #expect(try store.succeed("status").output.contains("syncd restore confirm"))
        try store.succeed("restore", "confirm", "--reason", "Looked through with the head")
        // What it was restored from is its backup again, and gets the next keys.
        #expect(try store.succeed("status").output.contains(store.scratch.path("backup")))
        try store.succeed("keys", "rotate")
        let keys = try FileManager.default.contentsOfDirectory(atPath: store.scratch.path("backup"))
        #expect(keys.contains { $0.hasPrefix("keys.3.") }, "\(keys)")
        try store.succeed("task", "run", "nightly")
        #expect(try store.compareCopies().output == "equal\n")
        let nothing = try store.succeed("task", "run", "nightly")
        #expect(nothing.output.contains("Nothing to Send"), "\(nothing.output)")
    }

    /// Keys of the pupils of the school, as the office finds them.
    private func pupils(_ store: TestStore) throws -> Set<String> {
        let rows = try CSVFolder(path: store.scratch.path("export")).rows("pupils")
        let keys = rows.filter { $0["base"] == CanarySchool.base }.compactMap { $0["pupil_key"] }
        return Set(
            try keys.filter { key in
                try store.run(["pupil", "show", key, "--base", CanarySchool.base, "--reason", "x"]).code == 0
            }
        )
    }

    private func eraseBoth(_ school: CanarySchool) throws {
        let outcome = try school.store.run(
            ["subject", "erase", school.shared, school.alone, "--confirm", "2", "--json"] + Self.erase
        )
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors + outcome.output) }
    }

    @Test(
        "A backup that was away when keys changed: the erasure goes on with another, is told of, and is mended when it is back"
    )
    func away() throws {
        let school = try CanarySchool()
        let store = school.store
        let (one, two) = (try store.scratch.folder("one"), try store.scratch.folder("two"))
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.succeed("backup", one)
        try store.succeed("backup", two)
        // Both away: nothing is begun, and everybody stays.
        for folder in [one, two] { try FileManager.default.moveItem(atPath: folder, toPath: folder + ".away") }
        let arguments = ["subject", "erase", school.alone, "--confirm", "1", "--json"] + Self.erase
        let waits = try store.run(arguments)
        let refused = try waits.object["error"] as? [String: Any]
        #expect(waits.code == 1 && refused?["code"] as? String == "backupsAway")
        #expect(try store.succeed("pupil", "show", school.alone, "--reason", "x").output.contains(Canary.marker))
        #expect(try store.refusal("keys", "rotate") == "backupsAway")
        try FileManager.default.moveItem(atPath: one + ".away", toPath: one)
        try store.succeed("leavers", "run", "--all")
        #expect(try store.refusal("pupil", "show", school.alone, "--reason", "x") == "subjectUnknown")
        #expect(try store.succeed("status").output.contains("two was away when the keys changed"))
        // From the one that was away nothing opens, and it is said which key file is needed.
        let key = try store.run([
            "restore", two + ".away", store.scratch.path("aside"), "--key-dir", store.path + ".keys", "--json",
        ])
        #expect(key.code == 1 && key.errors.contains("keys.2") && key.errors.contains("--keys"), "\(key.errors)")
        let keys = ["--key-dir", store.path + ".keys", "--keys", one]
        let helped = try Program.run(["restore", two + ".away", store.scratch.path("aside"), "--json"] + keys)
        #expect(helped.code == 0, "\(helped.errors)")
        try FileManager.default.moveItem(atPath: two + ".away", toPath: two)
        // Through a server, commands that only read go on beside it: it is the next one that changes something.
        try store.succeed("leavers", "run", "--all")
        #expect(try !store.succeed("status").output.contains("was away"))
        try store.succeed("backup", "forget", two)
        #expect(try !store.succeed("status").output.contains(two))
    }

    @Test(
        "Restoring to an event or a time: cut at a batch's end; what cannot be is refused, and a store is never overwritten"
    )
    func cut() throws {
        let store = try TestStore()
        let backup = try store.scratch.folder("backup")
        try store.importDay(1)
        let first = try store.object("status")["durableEnd"] as? Int ?? 0
        try store.importDay(2)
        try store.succeed("backup", backup)
        let keys = ["--key-dir", store.path + ".keys", "--json"]
        let aside = store.scratch.path("aside")
        let restored = try Program.run(["restore", backup, aside, "--to", "\(first)"] + keys)
        #expect(restored.code == 0, "\(restored.errors)")
        #expect(try restored.object["through"] as? Int == first)
        let verified = try Program.run(["projections", "verify", "--store", aside, "--key-dir", store.path + ".keys"])
        #expect(verified.code == 0, "\(verified.errors)")
        func code(_ arguments: [String]) throws -> String? {
            let outcome = try Program.run(["restore", backup] + arguments + keys)
            #expect(outcome.code == 1, "\(outcome.output)")
            return (try outcome.object["error"] as? [String: Any])?["code"] as? String
        }
        #expect(try code([aside]) == "storeExists")
        #expect(try code([store.scratch.path("b"), "--to", "100000000"]) == "positionBeyondEnd")
        #expect(try code([store.scratch.path("b"), "--to", "01/01/1999"]) == "positionBeyondEnd")
        #expect(try code([store.scratch.path("b"), "--set", "7"]) == "backupMissing")
        #expect(!FileManager.default.fileExists(atPath: store.scratch.path("b")))
        // No two restores have the same epoch.
        let second = try Program.run(["restore", backup, store.scratch.path("c")] + keys)
        #expect(try second.object["epoch"] as? Int == 3)
        #expect(try store.refusal("backup", store.path) == "folderUnusable")
        #expect(try store.refusal("backup", store.path + ".keys") == "folderUnusable")
        #expect(try store.refusal("backup", store.scratch.path("nowhere")) == "folderUnusable")
    }

    @Test("What may have told of an erasure and cannot be read is told; a folder without keys is refused")
    func unreadable() throws {
        let school = try CanarySchool()
        let store = school.store
        let (backup, elsewhere) = (try store.scratch.folder("backup"), store.scratch.path("elsewhere"))
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.succeed("backup", backup)
        try FileManager.default.copyItem(atPath: backup, toPath: elsewhere)
        try store.succeed("backup", backup, "--full")
        let erased = try store.run(["subject", "erase", school.alone, "--confirm", "1"] + Self.erase)
        #expect(erased.code == 0, "\(erased.errors)")
        try store.withoutServer()
        func restored(_ name: String, from folder: String, _ more: String...) throws -> Program.Outcome {
            let keys = ["--key-dir", store.path + ".keys", "--json"]
            return try Program.run(["restore", folder, store.scratch.path(name)] + keys + more)
        }
        let mistyped = try restored("a", from: backup, "--keys", store.scratch.path("elsewher"))
        #expect(mistyped.code == 1 && mistyped.errors.contains("There is no key file in"), "\(mistyped.errors)")
        // The bare keys of the lost store say nothing of whom they were changed for.
        let bare = try restored("b", from: elsewhere, "--keys", store.path + "/keys")
        #expect(bare.code == 0 && bare.errors.contains("nothing here says for whom"), "\(bare.errors)")
        // A restore that was cut off elsewhere is told: it holds data in clear.
        _ = try store.scratch.folder("other.making-4194000")
        let beside = try restored("e", from: backup)
        #expect(beside.errors.contains("other.making-4194000 is left of a restore"), "\(beside.errors)")
        let whole = try restored("c", from: backup)
        #expect(whole.code == 0 && !whole.errors.contains("order it again"), "\(whole.errors)")
        for set in try FileManager.default.contentsOfDirectory(atPath: backup + "/sets").sorted().prefix(1) {
            try Data("nonsense".utf8).write(to: URL(filePath: backup + "/sets/\(set)/manifest"))
        }
        let damaged = try restored("d", from: backup)
        #expect(damaged.code == 0 && damaged.errors.contains("may have told of erasures"), "\(damaged.errors)")
    }

    @Test("Issue 5: keys of a bare folder that are newer than what a backup tells of erasures are told, too")
    func bareKeys() throws {
        let school = try CanarySchool()
        let store = school.store
        let backup = try store.scratch.folder("backup")
        let elsewhere = store.scratch.path("elsewhere")
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.succeed("backup", backup)
        func erase(_ pupil: String) throws {
            let erased = try store.run(["subject", "erase", pupil, "--confirm", "1"] + Self.erase)
            #expect(erased.code == 0, "\(erased.errors)")
        }
        try erase(school.alone)
        // It tells of the first erasure, and lies elsewhere at the second.
        try FileManager.default.copyItem(atPath: backup, toPath: elsewhere)
        try erase(school.shared)
        try store.withoutServer()
        let arguments = ["--keys", store.path + "/keys", "--key-dir", store.path + ".keys", "--json"]
        let restored = try Program.run(["restore", elsewhere, store.scratch.path("aside")] + arguments)
        #expect(restored.code == 0 && restored.errors.contains("nothing here says for whom"), "\(restored.errors)")
        let told = try Program.run(
            [
                "restore", elsewhere, store.scratch.path("beside"), "--keys", backup, "--key-dir", store.path + ".keys",
                "--json",
            ]
        )
        #expect(told.code == 0 && !told.errors.contains("nothing here says"), "\(told.errors)")
        #expect(try told.object["erasedAgain"] as? Int ?? 0 >= 2)
    }

    @Test("A store restored beside the one that lives changes no keys, and takes its own copy of the key along")
    func beside() throws {
        let school = try CanarySchool()
        let store = school.store
        let backup = try store.scratch.folder("backup")
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.succeed("backup", backup)
        func aside(_ name: String, _ arguments: [String]) throws -> Program.Outcome {
            try Program.run(arguments + ["--store", store.scratch.path(name), "--json"])
        }
        let sharing = ["--key-dir", store.path + ".keys"]
        let shared = try Program.run(["restore", backup, store.scratch.path("shared")] + sharing)
        #expect(shared.output.contains("The store from before must not be used any more"), "\(shared.output)")
        let erase = ["subject", "erase", school.alone, "--confirm", "1"] + Self.erase
        for change in [["keys", "rotate"], erase] {
            let refused = try aside("shared", change + sharing)
            let code = (try refused.object["error"] as? [String: Any])?["code"] as? String
            #expect(code == "restoreUnconfirmed", "\(refused.output)\(refused.errors)")
        }
        try store.succeed("projections", "verify")
        // With a copy of its own it may be confirmed, and lives on beside.
        let own = try Program.run(["restore", backup, store.scratch.path("own"), "--custodian", store.path + ".keys"])
        #expect(own.code == 0 && !own.output.contains("must not be used any more"), "\(own.errors)")
        #expect(try aside("own", ["restore", "confirm", "--reason", "Nothing was decided since"]).code == 0)
        #expect(try aside("own", erase).code == 0)
        try store.succeed("projections", "verify")
        #expect(try store.object("keys", "status")["generation"] as? Int == 1)
    }

    @Test("Without the key-encryption key nothing is written, and it is said which custodian's copy is needed")
    func keyMissing() throws {
        let store = try TestStore()
        let backup = try store.scratch.folder("backup")
        try store.importDay(1)
        try store.succeed("backup", backup)
        let nowhere = store.scratch.path("no-keys")
        let outcome = try Program.run(["restore", backup, store.scratch.path("b"), "--key-dir", nowhere, "--json"])
        #expect(outcome.code == 1 && outcome.errors.contains("custodian's copy of generation 1"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: nowhere))
        #expect(!FileManager.default.fileExists(atPath: store.scratch.path("b")))
    }
}
