import Foundation
import Testing

/// OneRoster packages from the command line.
@Suite struct OneRosterTests {
    let store: TestStore

    init() throws { store = try TestStore() }

    /// A made-up school of so many pupils in version 1.1.
    @discardableResult
    private func write(
        _ folder: String,
        pupils: Range<Int>,
        mode: String = "bulk",
        status: String = "",
        enabled: String = "true"
    ) throws -> String {
        let head = "sourcedId,status,dateLastModified,"
        let start = status.isEmpty ? ",,," : ",\(status),2025-10-01T08:00:00.000Z,"
        var files = [
            "users": head + "enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,"
                + "identifier,email,sms,phone,agentSourcedIds,grades,password\r\n"
                + pupils.map { "p\($0)\(start)\(enabled),s1,student,ada\($0),,Ada,Abara,,,,,,,03,Hidden-1\r\n" }
                .joined()
        ]
        if mode == "bulk" {
            files["orgs"] = head + "name,type,identifier,parentSourcedId\r\ns1,,,Larkfield,school,0012001,\r\n"
            files["academicSessions"] =
                head + "title,type,startDate,endDate,parentSourcedId,schoolYear\r\n"
                + "t1,,,Autumn,term,2025-09-01,2025-12-20,,2026\r\n"
            files["courses"] =
                head + "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes\r\n"
                + "c1,,,,Mathematics,MA,,s1,,\r\n"
            files["classes"] =
                head + "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,"
                + "subjects,subjectCodes,periods\r\nk1,,,3 Oak,03,c1,3O,homeroom,,s1,t1,,,\r\n"
            files["enrollments"] =
                head + "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\r\n"
                + pupils.map { "e\($0),,,k1,s1,p\($0),student,,,\r\n" }.joined()
        }
        let all = [
            "academicSessions", "categories", "classes", "classResources", "courses", "courseResources",
            "demographics", "enrollments", "lineItems", "orgs", "resources", "results", "users",
        ]
        files["manifest"] =
            "propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.1\r\n"
            + all.map { "file.\($0),\(files[$0] == nil ? "absent" : mode)\r\n" }.joined()
        for (name, text) in files { try store.scratch.write(text, to: "\(folder)/\(name).csv") }
        return store.scratch.path(folder)
    }

    private func take(_ path: String, _ more: String...) throws -> [String: Any] {
        let outcome = try store.run(["import", "--format", "oneroster", path, "--register", "--json"] + more)
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors) }
        return try outcome.object
    }

    @Test("a bulk package goes in once; a folder and its archive are the same")
    func bulk() throws {
        let folder = try write("first", pupils: 0..<30)
        let shown = try take(folder, "--full", "--dry-run")
        let done = try take(folder, "--full")
        for kind in ["base", "pupil", "class", "enrolment", "term", "course"] {
            #expect(EntityCounts(kind, of: shown) == EntityCounts(kind, of: done))
        }
        #expect(EntityCounts("pupil", of: done) == .init(new: 30))
        #expect(EntityCounts("enrolment", of: done) == .init(new: 30))
        #expect(done["source"] as? String == "oneroster")
        #expect(done["waived"] == nil)
        let archive = store.scratch.path("first.zip")
        let python = URL(fileURLWithPath: "/usr/bin/env")
        let made = try Program.run(python, ["python3", "-m", "zipfile", "-c", archive] + files(of: folder))
        #expect(made.code == 0, "\(made.errors)")
        let again = try take(archive, "--full")
        #expect(again["appended"] as? Int == 0)
        #expect(EntityCounts("pupil", of: again) == .init(unchanged: 30))
        let opened = try store.run(["replay", "--format", "jsonl", "--open", "--reason", "test"])
        #expect(!opened.output.contains("Hidden"), "passwords are read past")
        try store.succeed("projections", "verify")
    }

    private func files(of folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).map { folder + "/" + $0 }
    }

    @Test("pupils missing from a bulk package are held when they are many")
    func held() throws {
        _ = try take(write("first", pupils: 0..<30), "--full")
        let second = try take(write("second", pupils: 12..<30), "--full")
        #expect(EntityCounts("pupil", of: second) == .init(unchanged: 18, held: 12))
        let allowed = try take(write("second", pupils: 12..<30), "--full", "--allow-removals", "12")
        #expect(EntityCounts("pupil", of: allowed) == .init(unchanged: 18, gone: 12))
    }

    @Test("a record goes through its states: new, deleted by a delta, there again; unknown deletes are told and kept")
    func states() throws {
        _ = try take(write("first", pupils: 0..<3), "--full")
        let changed = try take(write("delta", pupils: 2..<4, mode: "delta", status: "active"), "--delta")
        #expect(EntityCounts("pupil", of: changed) == .init(new: 1, unchanged: 1))
        let deleted = try take(write("gone", pupils: 3..<5, mode: "delta", status: "tobedeleted"), "--delta")
        #expect(EntityCounts("pupil", of: deleted) == .init(gone: 1))
        let issues = deleted["issues"] as? [[String: Any]] ?? []
        #expect(issues.count == 1, "p4 was never told of")
        #expect(issues.first?["line"] as? Int == 3)
        let again = try take(write("gone", pupils: 3..<5, mode: "delta", status: "tobedeleted"), "--delta")
        #expect(again["appended"] as? Int == 0)
        let kept = try store.events("--type", "ImportDeletesIgnored")
        #expect(kept.count == 2)
        let back = try take(write("delta", pupils: 3..<4, mode: "delta", status: "active"), "--delta")
        #expect(EntityCounts("pupil", of: back) == .init(new: 1))
        try store.succeed("projections", "verify")
    }

    @Test("strict refuses with every breach; lenient lets pass and counts, in text and JSON")
    func lenient() throws {
        let folder = try write("first", pupils: 0..<3, enabled: "TRUE")
        let before = try store.events().count
        let strict = try store.run(["import", "--format", "oneroster", "--full", "--register", folder])
        #expect(strict.code == 1)
        #expect(strict.errors.contains("users.csv, line 4, enabledUser: must be true or false"))
        #expect(strict.errors.contains("[boolean-form]"))
        #expect(try store.events().count == before)
        let told = try store.run(["import", "--format", "oneroster", "--full", "--register", folder, "--json"])
        let error = try told.object["error"] as? [String: Any]
        #expect(error?["code"] as? String == "defects")
        #expect((error?["issues"] as? [Any])?.count == 3)
        let shown = try store.run(["import", "--format", "oneroster", "--full", "--lenient", "--register", folder])
        #expect(shown.errors.contains("Waived boolean-form, 3 times"))
        let done = try take(folder, "--full", "--lenient")
        let waived = done["waived"] as? [[String: Any]]
        #expect(waived?.map { $0["rule"] as? String } == ["boolean-form"])
        #expect(waived?.map { $0["count"] as? Int } == [3])
        #expect(done["appended"] as? Int == 0)
    }

    @Test("rulings 33: --full and --delta must agree with the manifest")
    func mode() throws {
        let folder = try write("first", pupils: 0..<3)
        #expect(try store.refusal("import", "--format", "oneroster", "--delta", folder) == "modeDisagrees")
        let wrong = try store.run(["import", "--format", "sds-csv", "--full", "--lenient", folder])
        #expect(wrong.code == 64)
    }

    @Test("a hostile archive is refused with a plain reason, and nothing is appended")
    func hostile() throws {
        let before = try store.events().count
        try store.scratch.write("PK not really", to: "set.zip")
        let path = store.scratch.path("set.zip")
        #expect(try store.refusal("import", "--format", "oneroster", "--full", path) == "archiveDamaged")
        #expect(try store.events().count == before)
    }
}

/// The public test packages.
@Suite(
    .enabled(if: RealData.sequence != nil, "SYNCD_REAL_DATA is not set: tests on real exports are skipped")
)
struct RealOneRosterTests {
    private func path(_ name: String) throws -> String {
        let root = try #require(ProcessInfo.processInfo.environment["SYNCD_REAL_DATA"])
        return "\(root)/catalyst-moodle-enrol_oneroster/\(name).zip"
    }

    static let packages: [(name: String, mode: String, counts: [String: Int])] = [
        (
            "Test_minimal_data_set", "--full",
            ["base": 1, "term": 5, "class": 2, "pupil": 3, "teacher": 2, "contact": 1, "enrolment": 2, "teaching": 2]
        ),
        (
            "Test_full_data_set", "--full",
            ["base": 1, "term": 3, "class": 1, "pupil": 3, "teacher": 2, "contact": 1, "enrolment": 1, "teaching": 1]
        ),
        (
            "oneroster_test_data", "--delta",
            ["base": 1, "term": 1, "course": 1, "class": 1, "pupil": 1, "enrolment": 1]
        ),
    ]

    @Test("the good ones go in when lenient, with these counts, and a repeat appends nothing", arguments: packages)
    func good(name: String, mode: String, counts: [String: Int]) throws {
        let store = try TestStore()
        let command = ["import", "--format", "oneroster", mode, "--register", "--json", try path(name)]
        #expect(try store.run(command).code == 1, "strict")
        let first = try store.run(command + ["--lenient"]).object
        for (kind, count) in counts { #expect(EntityCounts(kind, of: first) == .init(new: count), "\(kind)") }
        let again = try store.run(command + ["--lenient"]).object
        #expect(again["appended"] as? Int == 0)
        let opened = try store.run(["replay", "--format", "jsonl", "--open", "--reason", "test"])
        #expect(!opened.output.contains("Password1"))
    }

    @Test("the malformed one is refused, lenient or not, and says why")
    func malformed() throws {
        let store = try TestStore()
        let before = try store.events().count
        let command = ["import", "--format", "oneroster", "--full", "--register", try path("v1p2_full_dataset")]
        let strict = try store.run(command)
        let lenient = try store.run(command + ["--lenient"])
        #expect([strict.code, lenient.code] == [1, 1])
        #expect(strict.errors.contains("must be called userProfiles.csv"))
        #expect(strict.errors.contains("roles.csv, line 1: column 10 has no name"))
        #expect(lenient.errors.contains("the manifest says that it is absent"))
        #expect(try store.events().count == before)
    }
}
