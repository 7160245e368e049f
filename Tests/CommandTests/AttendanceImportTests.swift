import Foundation
import Testing

/// Marks, amendments and results as they come in, and as they are read and sent.
@Suite struct AttendanceImportTests {
    private static let headers = [
        "bases": "base,name", "pupils": "base,pupil_key,surname,forename,birth_date,sex,upn",
        "registrations": "base,pupil_key,status,entry_date,year_group",
        "calendar": "base,date,session,open",
        "attendance-marks": "pupil_key,base,date,session,mark,former_mark,amendment_reason,amended_on,amended_by,"
            + "amender_post",
        "results": "pupil_key,stage,year,subject,method,component,status,qualifier,result",
    ]

    /// Imports a school of one pupil, P1, with rows of more areas.
    @discardableResult
    private func take(_ areas: [String: [String]], into store: TestStore) throws -> [String: Any] {
        let folder = try store.scratch.folder("export-\(UUID().uuidString)")
        let rows = areas.merging([
            "bases": ["0012001,Elm Grove"], "pupils": ["0012001,P1,Hopper,Grace,2016-12-09,F,"],
            "registrations": ["0012001,P1,C,2025-09-01,4"],
        ]) { told, _ in told }
        var manifest = [
            "line,name,value,status,mode,rows,account,groups", "property,format,syncd-csv,,,,,",
            "property,version,1,,,,,",
            "property,source,made-up,,,,,", "property,produced_at,2025-09-05T17:30:00Z,,,,,", "base,0012001,,,,,,",
        ]
        for (area, rows) in rows.sorted(by: { $0.key < $1.key }) {
            let mode = ["calendar", "attendance-marks"].contains(area) ? "delta" : "full"
            manifest.append("area,\(area),\(area).csv,read,\(mode),\(rows.count),,")
            let text = ([Self.headers[area] ?? ""] + rows).map { $0 + "\n" }.joined()
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(area).csv"))
        }
        try Data(manifest.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: "\(folder)/manifest.csv"))
        let outcome = try store.run(["import", "--format", "syncd-csv", "--full", "--register", folder, "--json"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try outcome.object
    }

    private func year(_ store: TestStore) throws -> [String: Any] {
        try #require(try store.objects("pupil", "attendance", "P1", "--reason", "test").first)
    }

    @Test("rulings 28: without a calendar a missing mark is unknown; with one, on an open session, it is unexplained")
    func calendar() throws {
        let store = try TestStore()
        try take(
            ["attendance-marks": ["P1,0012001,2025-09-01,AM,/,,,,,", "P1,0012001,2025-09-02,PM,N,,,,,"]],
            into: store
        )
        #expect(try year(store)["unexplained"] as? Int == 1)
        #expect(try year(store)["marks"] as? String == "/--N")
        let open = ["2025-09-01,AM", "2025-09-01,PM", "2025-09-02,AM", "2025-09-02,PM"].map { "0012001,\($0),true" }
        try take(["calendar": open + ["0012001,2025-09-03,AM,false"]], into: store)
        #expect(try year(store)["unexplained"] as? Int == 3)
    }

    @Test("rulings 28: an amendment comes in with old and new code, reason, day, name and post, and history tells both")
    func amendment() throws {
        let store = try TestStore()
        try take(["attendance-marks": ["P1,0012001,2025-09-01,AM,N,,,,,"]], into: store)
        let report = try take(
            ["attendance-marks": ["P1,0012001,2025-09-01,AM,I,N,parent rang,2025-09-02,A. Clerk,Attendance officer"]],
            into: store
        )
        #expect(EntityCounts("mark", of: report) == EntityCounts(changed: 1))
        #expect(try year(store)["marks"] as? String == "I-")
        let told = try store.run(["history", "P1", "--reason", "test"]).output
        for word in ["parent rang", "A. Clerk", "Attendance officer"] { #expect(told.contains(word), "\(word)") }
        // Half an amendment is none, and waits.
        let half = try take(
            ["attendance-marks": ["P1,0012001,2025-09-01,PM,I,N,parent rang,,,"]],
            into: store
        )
        #expect(half["parked"] as? Int == 1)
        #expect(try year(store)["marks"] as? String == "I-")
    }

    @Test("S1-07: results come in with stage, subject, method and component, change as a whole, and go out as they are")
    func results() throws {
        let store = try TestStore()
        try take(["results": ["P1,KS2,2025,MAT,TT,OVR,R,NS,104", "P1,KS2,2025,ENG,TT,RDG,R,NS,99"]], into: store)
        let report = try take(
            ["results": ["P1,KS2,2025,MAT,TT,OVR,R,NS,107", "P1,KS2,2025,ENG,TT,RDG,R,NS,99"]],
            into: store
        )
        #expect(EntityCounts("pupil", of: report) == EntityCounts(changed: 1))
        try store.succeed("base", "config", "0012001", "--laestab", "0012001")
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        try store.succeed("consent", "accept", "attainment", "--base", "0012001")
        try store.succeed(
            "task",
            "create",
            "results",
            "--to",
            "Council",
            "--base",
            "0012001",
            "--type",
            "attainment",
            "--report",
            "attainment"
        )
        let file = try #require(try store.objects("task", "run", "results").first?["file"] as? String)
        let xml = try String(contentsOfFile: store.outbox + "/" + file, encoding: .utf8)
        for text in ["<Subject>MAT<", "<Component>OVR<", "<Result>107<", "<Subject>ENG<", "<Result>99<"] {
            #expect(xml.contains(text), "\(text)")
        }
        #expect(!xml.contains("<Result>104<"))
        // An authority that knows the pupil takes them in, by stage, subject, method and component.
        try store.succeed("consent", "accept", "pupil-core", "--base", "0012001")
        try store.succeed("task", "create", "core", "--to", "Council", "--base", "0012001")
        let authority = try TestStore(initialised: false, served: false)
        try authority.succeed("init", "--owner", "authority")
        func pass(_ name: String) throws {
            let taken = ["import", "--format", "ctf", "--delta", "--register", "--destination", "820LLLL"]
            let outcome = try authority.run(taken + [store.outbox + "/" + name, "--json"])
            #expect(try outcome.object["parked"] as? Int == 0, "\(outcome.errors)")
        }
        let core = try store.objects("task", "run", "core", "--ignore-cache").first
        try pass(try #require(core?["file"] as? String))
        try pass(file)
        let shown = try authority.run(["replay", "--open", "--reason", "test", "--format", "jsonl"]).output
        for text in [
            #"["assessmentSubject", "MAT"]"#, #"["assessmentComponent", "RDG"]"#, #"["assessmentMethod", "TT"]"#,
            #"["result", "107"]"#, #"["result", "99"]"#,
        ] {
            #expect(shown.replacingOccurrences(of: "\",\"", with: "\", \"").contains(text), "\(text)")
        }
    }
}
