import Foundation
import Testing

/// Invariant 8 over every format in and out: of who was erased no byte is left anywhere, and everybody else is as before.
@Suite struct CanaryFormatTests {
    private let store: TestStore
    private let format: CanaryFormat
    private let temporary: String
    private let packages: String
    private let backup: String

    /// Everything that a search goes through.
    private var folders: [String] { [store.path, store.path + ".keys", store.outbox, packages, backup, temporary] }
    private let texts = [Canary.marker, Canary.marker.capitalized] + CanaryFormat.numbers

    private init(_ format: CanaryFormat) throws {
        self.format = format
        store = try TestStore()
        temporary = try store.scratch.folder("tmp")
        packages = try store.scratch.folder("packages")
        backup = try store.scratch.folder("backup")
    }

    init() throws { try self.init(.sds1) }

    @discardableResult
    private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Program.Outcome {
        let outcome = try store.run(arguments, environment: environment.merging(["TMPDIR": temporary]) { $1 })
        guard outcome.code == 0 else {
            throw Program.Unexpected("\(arguments): \(outcome.errors)\(outcome.output)")
        }
        return outcome
    }

    /// A day's files are imported.
    private func importDay(_ day: Int) throws -> [String: Any] {
        let folder = "day-\(day)"
        for (name, text) in format.files(day) { try store.scratch.write(text, to: "\(folder)/\(name)") }
        return try run(format.arguments(store.scratch.path(folder), day)).object
    }

    /// Two recipients: one of CES files, one of OneRoster packages.
    private func agree() throws {
        try run(["base", "config", CanaryFormat.base, "--laestab", CanaryFormat.base, "--register", "external"])
        try run(["consent", "accept", "pupil-core", "--base", CanaryFormat.base])
        for (name, party, folder, form) in [
            ("Council", "820", store.outbox, "ces"), ("Platform", "821", packages, "oneroster"),
        ] {
            try run(["recipient", "add", name, "--party", party, "--folder", folder])
            try run(["task", "create", name, "--base", CanaryFormat.base, "--to", name, "--format", form])
        }
    }

    private func send() throws { for task in ["Council", "Platform"] { try run(["task", "run", task]) } }

    /// What is found in the folders, and in what the packages hold.
    private func traces(in more: [String] = []) throws -> [String] {
        let unpacked = store.scratch.path("unpacked")
        if FileManager.default.fileExists(atPath: unpacked) { try FileManager.default.removeItem(atPath: unpacked) }
        _ = try store.scratch.folder("unpacked")
        for name in try FileManager.default.contentsOfDirectory(atPath: packages) where name.hasSuffix(".zip") {
            let python = URL(fileURLWithPath: "/usr/bin/env")
            let done = try Program.run(
                python,
                ["python3", "-m", "zipfile", "-e", packages + "/" + name, unpacked + "/" + name]
            )
            #expect(done.code == 0, "\(done.errors)")
        }
        return try Canary.traces(of: texts, below: folders + [unpacked] + more)
    }

    /// The ids of unusual members of staff, as the log knows them.
    private func staff() throws -> [String] {
        let events = try run([
            "replay", "--format", "jsonl", "--type", "StaffGroupChanged", "--open", "--reason", "test",
        ])
        let lines = events.output.split(separator: "\n").filter { $0.contains(Canary.marker) }
        return try Set(
            lines.compactMap { line in
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return (object?["parts"] as? [[String: Any]])?.first?["subject"] as? String
            }
        ).sorted()
    }

    private func erase(_ environment: [String: String] = [:]) throws {
        let people = try [format.pupilName] + (format.hasStaff ? staff() : [])
        #expect(people.count == (format.hasStaff ? 2 : 1))
        let order = ["--base", CanaryFormat.base, "--reason", "Request 14", "--now", "--confirm", "\(people.count)"]
        try run(["subject", "erase"] + people + order + ["--json"], environment)
    }

    @Test(
        "Issue 5, invariant 8: in every format people come in, are edited, sent, backed up and erased, and no byte is left",
        arguments: CanaryFormat.allCases
    )
    func gone(_ format: CanaryFormat) throws {
        let scene = try Self(format)
        try scene.prove()
    }

    private func prove() throws {
        let elsewhere = store.scratch.path("elsewhere")
        #expect(EntityCounts("pupil", of: try importDay(1)).new == 2)
        try agree()
        try send()
        #expect(EntityCounts("pupil", of: try importDay(2)).changed == 1)
        try send()
        try run(["backup", backup])
        try FileManager.default.copyItem(atPath: backup, toPath: elsewhere)
        #expect(try !Canary.traces(of: texts, below: [store.path + "/state"]).isEmpty)
        #expect(try traces().contains { $0.contains(".csv") }, "no package held them")
        #expect(try !Canary.traces(of: texts, below: [store.outbox]).isEmpty, "no transfer file held them")
        try erase()
        #expect(try traces() == [])
        try run(["projections", "verify"])
        #expect(try run(["audit", "verify", "--json"]).object["intact"] as? Bool == true)
        let stays = try run(["pupil", "show", format.presentName, "--reason", "x"])
        #expect(stays.output.contains("Byrd"))
        #expect(try run(["pupil", "find", Canary.marker, "--reason", "x"]).output.contains("No pupil fits"))
        try oldBackup(elsewhere)
        // The MIS goes on telling them, the recipients are told to erase, and the name has not come back by any of it.
        let again = try importDay(3)
        #expect(again["suppressed"] as? Int ?? 0 > 0, "\(again)")
        try send()
        #expect(try traces() == [])
        try run(["projections", "verify"])
    }

    /// The backup from before the erasure, opened with every key that there still is.
    private func oldBackup(_ elsewhere: String) throws {
        let aside = store.scratch.path("aside")
        let keys = ["--custodian", store.path + ".keys", "--key-dir", aside + ".keys", "--keys", backup, "--json"]
        let opened = try Program.run(["restore", elsewhere, aside] + keys)
        #expect(opened.code == 0, "\(opened.errors)")
        #expect(try Canary.traces(of: texts, below: [elsewhere, aside, aside + ".keys"]) == [])
        let there = ["--store", aside, "--key-dir", aside + ".keys"]
        let stays = try Program.run(["pupil", "show", format.presentName, "--reason", "x"] + there)
        #expect(stays.output.contains("Byrd"), "\(stays.errors)")
        #expect(try Program.run(["pupil", "show", format.pupilName, "--reason", "x"] + there).code == 1)
    }

    @Test(
        "the twin, in every format: without the copy of state's rows, what was erased is found on its pages",
        arguments: CanaryFormat.allCases
    )
    func twin(_ format: CanaryFormat) throws {
        let scene = try Self(format)
        _ = try scene.importDay(1)
        try scene.run(["base", "config", CanaryFormat.base, "--register", "external"])
        try scene.erase(["SYNCD_TEST_UNSAFE": "no-compaction"])
        #expect(try !Canary.traces(of: [Canary.marker], below: [scene.store.path]).isEmpty)
    }
}
