import Foundation
import Testing

/// Data issues and undone imports as people and machines meet them.
@Suite struct IssueTests {
    /// A small school whose files have faults.
    private struct School {
        let store: TestStore
        let scratch: Scratch
        private let pupils: [String]

        init() throws {
            store = try TestStore()
            scratch = try Scratch()
            pupils = [
                "0012001,P1,Abara,Ikenna,2017-03-14,M,L001107921413,,", "0012001,P2,Byrd,Ada,14/03/2017,F,,,",
                "0012001,P3,Cole,Bo,=1+2,M,,,",
            ]
        }

        /// Writes the files, imports them and returns what machines are told.
        func take(_ rows: [String]? = nil, day: Int = 1) throws -> [String: Any] {
            let rows = rows ?? pupils
            let header = "base,pupil_key,surname,forename,birth_date,sex,upn,former_upn,no_upn_reason\n"
            let manifest =
                "line,name,value,status,mode,rows,account,groups\nproperty,format,syncd-csv,,,,,\n"
                + "property,version,1,,,,,\nproperty,source,made-up,,,,,\n"
                + "property,produced_at,2025-09-0\(day)T17:30:00Z,,,,,\nbase,0012001,,,,,,\n"
                + "area,bases,bases.csv,read,full,1,,\narea,pupils,pupils.csv,read,full,\(rows.count),,\n"
            try scratch.write(manifest, to: "day\(day)/manifest.csv")
            try scratch.write("base,name\n0012001,Larkfield\n", to: "day\(day)/bases.csv")
            try scratch.write(header + rows.joined(separator: "\n") + "\n", to: "day\(day)/pupils.csv")
            let path = scratch.path("day\(day)")
            return try store.object("import", "--format", "syncd-csv", "--full", "--register", path)
        }
    }

    @Test("S3-119: issues list tells file, line, field and rule, filtered, and nothing of what the files hold")
    func list() throws {
        let school = try School()
        let report = try school.take()
        let issues = try #require(report["dataIssues"] as? [String: Int])
        #expect(issues == ["raised": 3, "resolved": 0, "open": 3])
        let found = try school.store.objects("issues", "list")
        #expect(found.map { $0["line"] as? Int } == [2, 3, 4])
        #expect(found.allSatisfy { $0["value"] == nil && $0["key"] == nil && $0["howToMend"] is String })
        #expect(try school.store.objects("issues", "list", "--rule", "upn1510").count == 1)
        #expect(try school.store.objects("issues", "list", "--base", "0012001").count == 3)
        #expect(try school.store.objects("issues", "list", "--resolved").isEmpty)
        let text = try school.store.succeed("issues", "list").output
        #expect(text.contains("upn1510") && !text.contains("L001107921413"))
        _ = try school.take(["0012001,P1,Abara,Ikenna,2017-03-14,M,,,"], day: 2)
        #expect(try school.store.objects("issues", "list").isEmpty)
        let ended = try school.store.objects("issues", "list", "--all").map { $0["resolution"] as? String }
        #expect(Set(ended) == ["mended", "gone"])
    }

    @Test("Invariant 11: opening a value needs a reason and is in the log before it is shown")
    func show() throws {
        let school = try School()
        _ = try school.take()
        let number = try #require(try school.store.objects("issues", "list").first?["issue"] as? Int)
        #expect(try school.store.object("issues", "show", "\(number)")["value"] == nil)
        #expect(try school.store.run(["issues", "show", "\(number)", "--open"]).code == 64)
        let readings = try school.store.objects("replay", "--type", "RecordsRead", "--format", "jsonl").count
        let opened = try school.store.object("issues", "show", "\(number)", "--open", "--reason", "Mending it")
        #expect(opened["value"] as? String == "L001107921413" && opened["key"] as? String == "P1")
        #expect(
            try school.store.objects("replay", "--type", "RecordsRead", "--format", "jsonl").count == readings + 1
        )
        #expect(try school.store.refusal("issues", "show", "999999") == "issueUnknown")
    }

    @Test("S3-120: the list is saved as CSV that no spreadsheet runs, with JSON Lines as the values are")
    func csv() throws {
        let school = try School()
        _ = try school.take()
        let path = school.scratch.path("list.csv")
        try school.store.succeed("issues", "list", "--csv", path, "--open", "--reason", "For the office")
        let csv = try String(contentsOfFile: path, encoding: .utf8)
        #expect(csv.contains(",P3,'=1+2\r\n"))
        let lines = try String(contentsOfFile: school.scratch.path("list.jsonl"), encoding: .utf8)
        #expect(lines.contains(#""value":"=1+2""#) && lines.split(separator: "\n").count == 3)
        let manifest = try String(contentsOfFile: school.scratch.path("list.manifest.json"), encoding: .utf8)
        #expect(manifest.contains("apostrophe") && manifest.contains(#""rows":3"#))
        #expect(try school.store.refusal("issues", "list", "--csv", path) == "fileUnusable")
        let closed = school.scratch.path("closed.csv")
        try school.store.succeed("issues", "list", "--csv", closed)
        #expect(try !String(contentsOfFile: closed, encoding: .utf8).contains("1+2"))
    }

    @Test("import undo asks, shows beforehand, takes back, and import list tells both")
    func undo() throws {
        let school = try School()
        _ = try school.take(["0012001,P1,Abara,Ikenna,2017-03-14,M,,,"])
        let second = try school.take(
            ["0012001,P1,Abara-Field,Ikenna,2017-03-14,M,,,", "0012001,P2,Byrd,Ada,2017-03-14,F,,,"],
            day: 2
        )
        let runs = try school.store.objects("import", "list")
        #expect(runs.map { $0["state"] as? String } == ["complete", "complete"])
        #expect(runs.last?["id"] as? String == second["run"] as? String)
        let number = "\(try #require(runs.last?["run"] as? Int))"
        #expect(try school.store.refusal("import", "undo", number) == "notConfirmed")
        let end = try school.store.events().count
        let shown = try school.store.object("import", "undo", number, "--dry-run")
        #expect(try school.store.events().count == end)
        let done = try school.store.object("import", "undo", number, "--yes")
        #expect(done["appended"] as? Int == shown["appended"] as? Int)
        let pupil = try #require((done["entities"] as? [String: [String: Int]])?["pupil"])
        #expect(pupil == ["ended": 1, "restored": 1, "left": 0])
        #expect(try school.store.objects("import", "list").last?["state"] as? String == "undone")
        #expect(try school.store.object("import", "undo", number, "--yes")["appended"] as? Int == 0)
        #expect(try school.store.refusal("import", "undo", "999999", "--yes") == "runUnknown")
        try school.store.succeed("projections", "verify")
    }

    @Test("days that are undone, newest first, come in again with the counts of the first time")
    func days() throws {
        let store = try TestStore()
        var first: [[String: Any]] = []
        for day in 1...4 { first.append(try store.importDay(day)) }
        for run in try store.objects("import", "list").reversed() {
            let number = try #require(run["run"] as? Int)
            let undone = try store.object("import", "undo", "\(number)", "--yes")
            #expect((undone["left"] as? [Any])?.isEmpty == true, "run \(number)")
        }
        try store.succeed("projections", "verify")
        let kinds = [
            "pupil", "contact", "teacher", "class", "enrolment", "teaching", "mark", "session", "registration",
        ]
        for day in 1...4 {
            let again = try store.importDay(day)
            for kind in kinds {
                #expect(
                    EntityCounts(kind, of: again) == EntityCounts(kind, of: first[day - 1]),
                    "day \(day), \(kind)"
                )
            }
            #expect(try store.importDay(day)["appended"] as? Int == 0, "day \(day) again")
        }
        try store.succeed("projections", "verify")
    }
}
