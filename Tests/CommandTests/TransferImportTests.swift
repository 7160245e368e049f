import Foundation
import SampleData
import Testing

/// What one syncd writes, another reads.
@Suite struct TransferImportTests {
    /// Eight days of two made-up schools.
    private static let days: Result<Scratch, any Error> = Result {
        let scratch = try Scratch()
        guard let start = CivilDate("2025-09-01") else { throw Program.Unexpected("no start") }
        let plan = SampleData(schools: 2, days: 8, seed: 23, start: start, pupils: 40)
        _ = try plan.write(to: URL(fileURLWithPath: scratch.path("days")))
        return scratch
    }

    private static let keys = ["0012001", "0022001"]

    /// A store in the chain, with a task for what it sends on.
    private static func store(_ owner: String) throws -> TestStore {
        let store = try TestStore(initialised: false)
        try store.succeed("init", "--owner", owner)
        return store
    }

    /// Recipient, DfE numbers, acceptance and task for a base or all.
    private static func prepare(_ store: TestStore, to party: String, _ bases: [String]) throws {
        try store.succeed("recipient", "add", party, "--party", party, "--folder", store.scratch.folder("to-\(party)"))
        for base in bases {
            try store.succeed("base", "config", base, "--laestab", base)
            try store.succeed("consent", "accept", "pupil-core", "--base", base)
        }
        let outcome = try store.run(
            ["task", "create", "to-\(party)", "--to", party] + bases.flatMap { ["--base", $0] }
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    /// The files that a store has delivered to a party, in the order of their numbers.
    private static func files(_ store: TestStore, to party: String) throws -> [String] {
        let folder = store.scratch.path("to-\(party)")
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".xml") }.sorted()
            .map { folder + "/" + $0 }
    }

    /// What a store would send of everybody, without the ids that each store draws for itself: by school the groups of
    /// each current pupil as text, sorted.
    private static func held(_ store: TestStore, _ task: String) throws -> [String: [String]] {
        let path = store.scratch.path("copy-\(task).json")
        try store.succeed("task", "show", task, "--copy", path, "--reason", "test")
        let copy = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        let schools = (copy as? [String: Any])?["schools"] as? [String: [String: [String: Any]]] ?? [:]
        return try schools.mapValues { pupils in
            try pupils.values.filter { $0["state"] as? String == "current" }.map { pupil in
                let groups = pupil["groups"] ?? [String: Any]()
                let data = try JSONSerialization.data(withJSONObject: groups, options: [.sortedKeys])
                return String(decoding: data, as: UTF8.self)
            }.sorted()
        }
    }

    /// Imports the files that were not yet.
    private static func take(_ files: [String], into store: TestStore, _ done: inout Set<String>) throws {
        for file in files where done.insert(file).inserted {
            let own = String(file.split(separator: "_").dropFirst(2).first ?? "")
            let arguments = [
                "import", "--format", "ctf", "--delta", "--register", "--destination", own, file, "--json",
            ]
            let outcome = try store.run(arguments)
            #expect(outcome.code == 0, "\(outcome.errors)")
            let report = try outcome.object
            #expect(report["parked"] as? Int == 0, "\(report["issues"] ?? "")")
            let again = try store.run(arguments).object
            #expect(again["appended"] as? Int == 0)
        }
    }

    @Test("school store to authority store and back: equal after each of eight days of changes")
    func chain() throws {
        let days = try Self.days.get()
        let (school, authority, back) = (
            try Self.store("school"), try Self.store("authority"), try Self.store("school")
        )
        var (taken, returned): (Set<String>, Set<String>) = ([], [])
        for day in 1...8 {
            let outcome = try school.run(
                ["import", "--format", "syncd-csv", "--full", "--register", days.path("days/day-0\(day)")]
            )
            #expect(outcome.code == 0, "\(outcome.errors)")
            if day == 1 { try Self.prepare(school, to: "820LLLL", Self.keys) }
            try school.succeed("task", "run", "to-820LLLL")
            try Self.take(try Self.files(school, to: "820LLLL"), into: authority, &taken)
            for key in Self.keys {
                if day == 1 { try Self.prepare(authority, to: key, [key]) }
                try authority.succeed("task", "run", "to-\(key)")
                try Self.take(try Self.files(authority, to: key), into: back, &returned)
                if day == 1 { try Self.prepare(back, to: key, [key]) }
            }
            let sent = try Self.held(school, "to-820LLLL")
            #expect(sent.values.allSatisfy { $0.count > 20 })
            for key in Self.keys {
                let there = try Self.held(authority, "to-\(key)")[key]
                #expect(there == sent[key], "day \(day): the authority's copy of \(key) differs")
                let here = try Self.held(back, "to-\(key)")[key]
                #expect(here == there, "day \(day): what came back to \(key) differs")
            }
        }
        for store in [school, authority, back] { try store.succeed("projections", "verify") }
    }

    /// A school's first file for the council, and the store it comes from.
    private static func firstFile() throws -> (store: TestStore, file: String) {
        let store = try Self.store("school")
        try store.importDay(1)
        try prepare(store, to: "820LLLL", Array(keys.prefix(1)))
        try store.succeed("task", "run", "to-820LLLL")
        return (store, try #require(try files(store, to: "820LLLL").first))
    }

    @Test("a wrong DestSchool refuses the whole file and names both codes")
    func destination() throws {
        let (school, file) = try Self.firstFile()
        let council = try Self.store("authority")
        let unknown = try council.run(["import", "--format", "ctf", "--delta", "--register", file])
        #expect(unknown.code == 1)
        #expect(unknown.errors.contains("820LLLL") && unknown.errors.contains("--destination"))
        let other = try council.run(
            ["import", "--format", "ctf", "--delta", "--register", "--destination", "821LLLL", file]
        )
        #expect(other.code == 1)
        #expect(other.errors.contains("is for 820LLLL, and this store is 821LLLL"), "\(other.errors)")
        let back = try school.run(["import", "--format", "ctf", "--delta", file])
        #expect(back.code == 1)
        #expect(back.errors.contains("is for 820LLLL, and this store is 0012001"), "\(back.errors)")
        #expect(try council.events().allSatisfy { $0["type"] as? String != "ImportCompleted" })
    }

    @Test(
        "S2-66: of a file that tells everyone once more, what is as it is held here is left out: no event, and nothing waits"
    )
    func equal() throws {
        let (school, file) = try Self.firstFile()
        let council = try Self.store("authority")
        var taken: Set<String> = []
        try Self.take([file], into: council, &taken)
        let before = try council.events().count
        try school.succeed("task", "run", "to-820LLLL", "--snapshot", "--ignore-cache")
        let again = try #require(try Self.files(school, to: "820LLLL").last)
        #expect(again != file)
        let report = try council.run([
            "import", "--format", "ctf", "--full", "--destination", "820LLLL", again, "--json",
        ]).object
        #expect(report["appended"] as? Int == 0 && report["parked"] as? Int == 0)
        let pupils = EntityCounts("pupil", of: report)
        #expect(pupils.unchanged > 20 && pupils == EntityCounts(unchanged: pupils.unchanged))
        let added = try council.events().dropFirst(before).compactMap { $0["type"] as? String }
        #expect(added.allSatisfy { $0.hasPrefix("Import") }, "\(added)")
        // One value that differs is taken in, and it alone.
        try school.importDay(2)
        try school.succeed("task", "run", "to-820LLLL", "--snapshot", "--ignore-cache")
        let changed = try council.run([
            "import", "--format", "ctf", "--full", "--destination", "820LLLL",
            try #require(try Self.files(school, to: "820LLLL").last), "--json",
        ]).object
        let after = EntityCounts("pupil", of: changed)
        #expect(after.changed > 0 && after.changed < after.unchanged)
    }

    @Test("a file that is undone no longer counts as held: it comes in again as the first time, in its turn")
    func undo() throws {
        let (school, _) = try Self.firstFile()
        try school.importDay(2)
        try school.succeed("task", "run", "to-820LLLL")
        let files = try Self.files(school, to: "820LLLL")
        #expect(files.count == 2)
        let council = try Self.store("authority")
        func take(_ file: String) throws -> [String: Any] {
            let arguments = ["import", "--format", "ctf", "--delta", "--register", "--destination", "820LLLL", file]
            let outcome = try council.run(arguments + ["--json"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            return try outcome.object
        }
        var first: [[String: Any]] = []
        for file in files {
            first.append(try take(file))
            #expect(try take(file)["appended"] as? Int == 0)
        }
        for run in try council.objects("import", "list").reversed() {
            try council.succeed("import", "undo", "\(try #require(run["run"] as? Int))", "--yes")
        }
        for (file, before) in zip(files, first) {
            #expect(EntityCounts("pupil", of: try take(file)) == EntityCounts("pupil", of: before), "\(file)")
        }
        try council.succeed("projections", "verify")
    }

    @Test("the manifest is checked: hash, count, destination; a file out of turn is refused")
    func manifest() throws {
        let (school, file) = try Self.firstFile()
        let council = try Self.store("authority")
        let manifest = file.dropLast(4) + ".manifest.json"
        let (xml, json) = (
            try String(contentsOfFile: file, encoding: .utf8),
            try String(contentsOfFile: String(manifest), encoding: .utf8)
        )
        func code(_ xml: String, _ json: String) throws -> String {
            let scratch = try Scratch()
            let name = String(file.split(separator: "/").last ?? "")
            try scratch.write(xml, to: name)
            try scratch.write(json, to: name.dropLast(4) + ".manifest.json")
            return try council.refusal(
                "import",
                "--format",
                "ctf",
                "--delta",
                "--register",
                "--destination",
                "820LLLL",
                scratch.path(name)
            )
        }
        #expect(try code(xml.replacingOccurrences(of: "<Sex>F", with: "<Sex>M"), json) == "manifest")
        #expect(try code(xml, json.replacingOccurrences(of: "\"new\":", with: "\"new\":1")) == "manifest")
        #expect(try code(xml, json.replacingOccurrences(of: "820LLLL", with: "821LLLL")) == "manifest")
        #expect(try code(xml, json.replacingOccurrences(of: "\"element\":2,", with: "\"element\":1,")) == "manifest")
        #expect(try code(xml, "{") == "manifest")
        let gap = json.replacingOccurrences(of: "\"fromPosition\":0", with: "\"fromPosition\":1")
        #expect(try code(xml, gap) == "sequence")
        #expect(
            try council.refusal(
                "import",
                "--format",
                "ctf",
                "--full",
                "--register",
                "--destination",
                "820LLLL",
                file
            ) == "modeDisagrees"
        )
        // The second file before the first, then the first again after the second.
        try school.importDay(2)
        try school.succeed("task", "run", "to-820LLLL")
        let second = try #require(try Self.files(school, to: "820LLLL").last)
        let arguments = ["import", "--format", "ctf", "--delta", "--register", "--destination", "820LLLL"]
        #expect(try council.run(arguments + [second]).errors.contains("a file before it is missing"))
        for path in [file, second] { #expect(try council.run(arguments + [path]).code == 0) }
        #expect(try council.run(arguments + [file]).errors.contains("is older than what is held"))
    }

    @Test("--dry-run appends nothing and tells the same as the import; the source's name is the base's key")
    func dryRun() throws {
        let (school, file) = try Self.firstFile()
        // The file goes with its store.
        defer { withExtendedLifetime(school) {} }
        let council = try Self.store("authority")
        let arguments = [
            "import", "--format", "ctf", "--delta", "--register", "--destination", "820LLLL", file, "--json",
        ]
        let before = try council.events().count
        let dry = try council.run(arguments + ["--dry-run"]).object
        #expect(try council.events().count == before)
        let real = try council.run(arguments).object
        #expect(EntityCounts("pupil", of: dry) == EntityCounts("pupil", of: real))
        #expect(EntityCounts("contact", of: dry).new > 0)
        #expect(real["source"] as? String == "0012001")
        #expect(real["registeredBases"] as? [String] == ["0012001"])
        let completed = try council.events("--type", "ImportCompleted").first
        #expect((completed?["open"] as? [String: Any])?["transfer"] != nil, "\(completed ?? [:])")
    }

    @Test("a school with another number goes on where it was: its base, its pupils, its positions")
    func renumbered() throws {
        let (school, file) = try Self.firstFile()
        let council = try Self.store("authority")
        let arguments = ["import", "--format", "ctf", "--delta", "--register", "--destination", "820LLLL", "--json"]
        #expect(try council.run(arguments + [file]).code == 0)
        try school.importDay(2)
        try school.succeed("base", "config", "0012001", "--laestab", "0012999")
        try school.succeed("task", "run", "to-820LLLL")
        let second = try #require(try Self.files(school, to: "820LLLL").first { $0.contains("/0012999_") })
        let report = try council.run(arguments + [second]).object
        #expect(report["source"] as? String == "0012001", "\(report)")
        #expect(report["registeredBases"] as? [String] == [])
        #expect(EntityCounts("pupil", of: report).changed > 0)
        #expect(try council.run(arguments + [file]).errors.contains("is older than what is held"))
    }
}
