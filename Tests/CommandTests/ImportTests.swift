import Foundation
import SampleData
import Testing

@Suite struct ImportTests {
    @Test("each day's import finds what the day holds, and a repeat appends nothing")
    func days() throws {
        let store = try TestStore()
        let days = try SampleSchools.shared.get()
        for day in 1...4 {
            let report = try store.importDay(day)
            for (kind, count) in days.counts[day - 1].entities where kind != "session" {
                let found = EntityCounts(kind, of: report)
                #expect(found.new == count.new, "day \(day), \(kind) new")
                #expect(found.changed == count.changed, "day \(day), \(kind) changed")
                #expect(found.gone == count.gone, "day \(day), \(kind) gone")
            }
            let again = try store.importDay(day)
            #expect(again["appended"] as? Int == 0, "day \(day) again")
        }
        try store.succeed("projections", "verify")
    }

    @Test("a dry run tells the same and appends nothing")
    func dryRun() throws {
        let store = try TestStore()
        let before = try store.events().count
        let shown = try store.importDay(1, "--dry-run")
        #expect(try store.events().count == before)
        #expect(shown["dryRun"] as? Bool == true)
        let done = try store.importDay(1)
        for kind in ["base", "pupil", "contact", "class", "enrolment", "teaching", "mark"] {
            #expect(EntityCounts(kind, of: shown) == EntityCounts(kind, of: done), "\(kind)")
        }
    }

    @Test("an unknown base is an error unless --register; --base limits a run to one")
    func bases() throws {
        let days = try SampleSchools.shared.get()
        let store = try TestStore()
        #expect(try store.refusal("import", "--format", "syncd-csv", "--full", days.folder(1)) == "unknownBase")
        try store.succeed("base", "add", "0012001")
        let one = try store.object(
            "import",
            "--format",
            "syncd-csv",
            "--full",
            days.folder(1),
            "--base",
            "0012001"
        )
        #expect(EntityCounts("pupil", of: one).new == (try days.pupils(at: "0012001")))
        #expect(one["source"] as? String == "syncd-csv", "what a run is limited to does not name the MIS database")
        let whole = try store.object("import", "--format", "syncd-csv", "--full", "--register", days.folder(1))
        #expect(EntityCounts("pupil", of: whole).unchanged == (try days.pupils(at: "0012001")))
        let again = try store.object(
            "import",
            "--format",
            "syncd-csv",
            "--full",
            days.folder(1),
            "--base",
            "0012001"
        )
        #expect(again["appended"] as? Int == 0)
        #expect(
            try store.refusal("import", "--format", "syncd-csv", "--full", days.folder(1), "--base", "OO12001")
                == "unknownBase"
        )
    }

    @Test("a missing file is named as it is written, with what to do")
    func missingFile() throws {
        let store = try TestStore()
        let empty = store.scratch.path("empty")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        let outcome = try store.run(["import", "--format", "syncd-csv", "--full", empty])
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("syncd: manifest.csv: is not there: check the name and the folder"))
    }

    @Test("files that say they are full are not taken as a delta")
    func mode() throws {
        let days = try SampleSchools.shared.get()
        let store = try TestStore()
        #expect(
            try store.refusal("import", "--format", "syncd-csv", "--delta", "--register", days.folder(1))
                == "modeDisagrees"
        )
    }

    @Test("a folder that is missing or of another format is refused, and nothing is appended")
    func unusable() throws {
        let store = try TestStore()
        let before = try store.events().count
        #expect(try store.refusal("import", "--format", "syncd-csv", "--full", "/no/such") == "missing")
        let empty = try store.scratch.folder("empty")
        #expect(try store.refusal("import", "--format", "syncd-csv", "--full", empty) == "missing")
        _ = try store.refusal("import", "--format", "sds-csv", "--full", empty)
        #expect(try store.run(["import", "--format", "nonsense", "--full", empty]).code == 64)
        #expect(try store.run(["import", "--format", "sds-csv", empty]).code == 64)
        #expect(try store.events().count == before)
    }

    @Test("a row that cannot be taken in is told with file, line and field, never with its value; --strict ends with 3")
    func parked() throws {
        let days = try SampleSchools.shared.get()
        let store = try TestStore()
        let folder = store.scratch.path("day")
        try FileManager.default.copyItem(atPath: days.folder(1), toPath: folder)
        let file = folder + "/pupils.csv"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        var lines = text.components(separatedBy: "\r\n")
        if lines.count < 3 { lines = text.components(separatedBy: "\n") }
        let header = lines[0].components(separatedBy: ",")
        let column = try #require(header.firstIndex(of: "birth_date"))
        var cells = lines[1].components(separatedBy: ",")
        cells[column] = "31/02/2019"
        lines[1] = cells.joined(separator: ",")
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)

        let outcome = try store.run(
            ["import", "--format", "syncd-csv", "--full", "--register", folder, "--json", "--strict"])
        #expect(outcome.code == 3)
        let report = try outcome.object
        let issues = try #require(report["issues"] as? [[String: Any]])
        let issue = try #require(issues.first { $0["file"] as? String == "pupils.csv" })
        #expect(issue["line"] as? Int == 2)
        #expect(issue["field"] as? String == "birth_date")
        #expect(!outcome.output.contains("31/02/2019"))
        #expect(!outcome.errors.contains("31/02/2019"))
        #expect(outcome.errors.contains("parked"))
        #expect(EntityCounts("pupil", of: report).new == (try days.pupils()) - 1)
    }
}
