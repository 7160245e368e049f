import Foundation
import Testing

/// What the MIS deletes itself (S1-23 to S1-26), from its list of deletions down to the keys.
@Suite struct SourceDeletionTests {
    private func deleting(_ school: CanarySchool, _ keys: [String], groups: String = "") throws {
        let path = school.files.path + "/deletions.csv"
        let lines = keys.map { "pupil,\($0),,\(groups)\n" }.joined()
        try Data("kind,key,member_key,groups\n\(lines)".utf8).write(to: URL(fileURLWithPath: path))
        let areas = try school.files.rows("manifest")
        if !areas.contains(where: { $0["name"] == "deletions" }) {
            let area = [
                "line": "area", "name": "deletions", "value": "deletions.csv", "status": "read", "mode": "delta",
            ]
            try school.files.put("manifest", areas + [area.merging(["rows": "0"]) { $1 }])
        }
        try school.files.count()
    }

    private func take(_ key: String, outOf school: CanarySchool, _ files: [String]) throws {
        for file in files { try school.files.edit(file) { $0["pupil_key"] == key ? nil : $0 } }
    }

    private static let all = [
        "pupils", "registrations", "addresses", "characteristics", "fsm", "sen", "looked-after", "attendance-marks",
        "class-memberships", "pupil-contacts",
    ]

    private func manifests(_ store: TestStore) throws -> [[String: Any]] {
        try store.delivered().filter { $0.hasSuffix(".manifest.json") }.flatMap { name in
            let data = try #require(FileManager.default.contents(atPath: store.outbox + "/" + name))
            let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            return object?["pupils"] as? [[String: Any]] ?? []
        }
    }

    @Test(
        "S1-23, S1-24: a record that the MIS deleted is told as deleted, ordered to be erased, and goes down to the keys"
    )
    func whole() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.importFiles()
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        try school.leave()
        try school.importFiles()
        try store.succeed("task", "run", "nightly")
        try take(school.alone, outOf: school, Self.all)
        try deleting(school, [school.alone])
        let imported = try school.importFiles()
        // Who it was and what was deleted stands in events.
        let orders = try #require(imported["erasures"] as? [[String: Any]])
        #expect(
            orders.count == 1 && orders[0]["people"] as? Int == 1 && (orders[0]["groups"] as? [Any])?.isEmpty == true
        )
        let asked = try store.events("--type", "ErasureRequested")
        #expect(asked.count == 1)
        let changes = try store.events("--type", "EntityStatusChanged").compactMap { $0["open"] as? [String: Any] }
        #expect(changes.contains { $0["status"] as? String == "deletedAtSource" })
        // The register is kept here: that is told, and stops it.
        #expect((orders[0]["stays"] as? [[String: Any]])?.first?["because"] as? String == "register")
        let waits = try store.succeed("leavers", "run", "--all")
        #expect(waits.output.contains("Nothing can go yet") && waits.errors.contains("kept until"), "\(waits)")
        let told = try store.object("leavers", "run", "--all")
        #expect((told["stays"] as? [[String: Any]])?.map { $0["because"] as? String } == ["register"])
        let queued = try store.objects("leavers", "queue")
        #expect(queued.map { $0["state"] as? String } == ["queued"])
        #expect((queued[0]["stays"] as? [[String: Any]])?.map { $0["because"] as? String } == ["register"])
        let status = try store.succeed("status").output
        #expect(status.contains("stay for now") && !status.contains("carried out by"), "\(status)")
        #expect(try !Canary.traces(of: [school.alone], below: [store.path + "/state"]).isEmpty)
        // A second import of the same files asks for nothing more.
        let again = try school.importFiles()
        #expect(again["appended"] as? Int == 0 && (again["erasures"] as? [Any])?.isEmpty == true)
        try store.succeed("task", "run", "nightly")
        #expect(try manifests(store).contains { $0["change"] as? String == "deletedAtSource" })
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.succeed("leavers", "run", "--all")
        #expect(try store.objects("leavers", "queue").map { $0["state"] as? String } == ["erased"])
        #expect(try store.refusal("pupil", "show", school.alone, "--reason", "x") == "subjectUnknown")
        let folders = [store.path, store.path + ".keys", store.outbox]
        #expect(try Canary.traces(of: [school.alone], below: folders) == [])
        try store.succeed("task", "run", "nightly")
        #expect(try manifests(store).contains { $0["change"] as? String == "erased" })
        #expect(try store.compareCopies().output == "equal\n")
        try store.succeed("projections", "verify")
        #expect(try store.object("audit", "verify")["intact"] as? Bool == true)
        #expect(try school.importFiles()["appended"] as? Int == 0)
    }

    @Test("S1-23: a hold stops what the MIS deleted; who is told again by the MIS is not erased, and the order ends")
    func stopped() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.leave()
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.succeed("retention", "hold", school.alone, "--reason", "Claim 7")
        let whole = try school.files.rows("pupils")
        try school.files.edit("pupils") { $0["pupil_key"] == school.alone ? nil : $0 }
        let kept = Self.all.dropFirst()
        var rows: [String: [[String: String]]] = [:]
        for file in kept { rows[file] = try school.files.rows(file) }
        try take(school.alone, outOf: school, Array(kept))
        try deleting(school, [school.alone])
        let orders = try #require(try school.importFiles()["erasures"] as? [[String: Any]])
        #expect((orders.first?["stays"] as? [[String: Any]])?.first?["because"] as? String == "hold")
        try store.succeed("leavers", "run", "--all")
        #expect(try store.events("--type", "SubjectErased").isEmpty)
        // The MIS was wrong.
        try school.files.put("pupils", whole)
        for (file, rows) in rows { try school.files.put(file, rows) }
        try deleting(school, [])
        try school.importFiles()
        try store.succeed("retention", "hold", school.alone, "--lift", "--reason", "settled")
        try store.succeed("leavers", "run", "--all")
        #expect(try store.events("--type", "SubjectErased").isEmpty)
        #expect(try store.objects("leavers", "queue").map { $0["state"] as? String } == ["withdrawn"])
        #expect(try store.succeed("pupil", "show", school.alone, "--reason", "x").output.contains(Canary.marker))
    }

    @Test("S1-23: a list that deletes too many waits, whole records and data groups alike")
    func tooMany() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.importFiles()
        let keys = try school.files.rows("sen").compactMap { $0["pupil_key"] }
        let pupils = Set(keys).sorted()
        try #require(pupils.count > 10, "too few pupils with needs to hold")
        let all = try school.files.rows("pupils").count
        try #require(pupils.count * 10 > all)
        try school.files.edit("sen") { _ in nil }
        try deleting(school, pupils, groups: "sen")
        let outcome = try store.run(["import", "--format", "syncd-csv", "--full", school.files.path, "--json"])
        let counts = try #require(try outcome.object["entities"] as? [String: [String: Int]])
        #expect(counts["pupil"]?["held"] == pupils.count && counts["pupil"]?["changed"] == 0)
        #expect(try outcome.object["appended"] as? Int == 0)
        let allowed = try school.importFiles()
        #expect((allowed["entities"] as? [String: [String: Int]])?["pupil"]?["changed"] == pupils.count)
        // Who is still at the school loses the group, and nothing is erased.
        #expect((allowed["erasures"] as? [Any])?.isEmpty == true)
        try store.succeed("projections", "verify")
    }

    @Test(
        "S1-25, S1-26: data groups of a leaver go for good, the pupil stays; later files omit and mark them, and succeed"
    )
    func groups() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        try school.leave()
        try school.importFiles()
        try take(school.alone, outOf: school, ["addresses", "attendance-marks"])
        try deleting(school, [school.alone], groups: "address;attendance")
        let imported = try school.importFiles()
        let orders = try #require(imported["erasures"] as? [[String: Any]])
        #expect(orders.first?["groups"] as? [String] == ["address", "attendance"])
        let before = try manifests(store).count { $0["deletedAtSource"] != nil }
        try store.succeed("task", "run", "nightly")
        let told = try manifests(store).filter { $0["deletedAtSource"] != nil }
        #expect(before == 0 && told.count == 1 && told.first?["change"] as? String == "left")
        try #require(told.count == 1)
        #expect(told[0]["deletedAtSource"] as? [String] == ["address"])
        #expect(told[0]["clearedGroups"] as? [String] == ["address"])
        // Erased, too, the later export of the leaver says what there is no more, and goes through.
        try store.succeed("leavers", "run", "--all")
        #expect(try store.events("--type", "SubjectErased").count == 1)
        let bases = SampleSchools.keys.flatMap { ["--base", $0] }
        let made = try store.run(["task", "create", "gone", "--to", "Council", "--cohort", "leavers"] + bases)
        #expect(made.code == 0, "\(made.errors)")
        try store.succeed("task", "run", "gone", "--snapshot", "--ignore-cache")
        let again = try manifests(store).filter { $0["deletedAtSource"] != nil }
        #expect(again.count == 2)
        #expect(again.contains { ($0["groups"] as? [String])?.contains("basicDetails") == true })
        for line in again {
            #expect(line["deletedAtSource"] as? [String] == ["address"])
            #expect((line["groups"] as? [String])?.contains("address") == false)
        }
        #expect(try store.succeed("pupil", "show", school.alone, "--reason", "x").output.contains(Canary.marker))
        #expect(try store.compareCopies().output == "equal\n")
        try store.succeed("projections", "verify")
        #expect(try school.importFiles()["appended"] as? Int == 0)
    }

    @Test("S1-25: a leaving date that comes with the deletion of a group counts, and so does one that is taken back")
    func leavingAtOnce() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        let stays = try school.files.rows("registrations")
        try school.leave()
        try take(school.alone, outOf: school, ["addresses"])
        try deleting(school, [school.alone], groups: "address")
        let orders = try #require(try school.importFiles()["erasures"] as? [[String: Any]])
        #expect(orders.map { $0["groups"] as? [String] } == [["address"]])
        // The other one comes back on roll by the same files that delete a group: nothing is to be erased.
        try school.files.put("registrations", stays)
        try take(school.shared, outOf: school, ["addresses"])
        try deleting(school, [school.shared], groups: "address")
        let back = try school.importFiles()
        #expect((back["erasures"] as? [Any])?.isEmpty == true)
    }

    @Test(
        "ruling 13: recipients answer to erasures, one by one, by order or by file; the receipt and status say who has"
    )
    func answers() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        try school.leave()
        try school.importFiles()
        let gone = try store.object(
            "leavers",
            "delete",
            school.alone,
            school.shared,
            "--base",
            CanarySchool.base,
            "--reason",
            "x",
            "--now",
            "--confirm",
            "2"
        )
        let order = try #require(gone["order"] as? String)
        // A pupil whom two schools told of is one of the recipient's ids, and two lines.
        func states() throws -> [String: Set<String>] {
            let lines = try store.objects("erasure", "list")
            return Dictionary(grouping: lines) { $0["recipientId"] as? String ?? "" }
                .mapValues { Set($0.compactMap { $0["state"] as? String }) }
        }
        let ids = try states().keys.sorted()
        #expect(ids.count == 2)
        #expect(try states() == [ids[0]: ["owed"], ids[1]: ["owed"]])
        try store.succeed("task", "run", "nightly")
        #expect(try states() == [ids[0]: ["notified"], ids[1]: ["notified"]])
        #expect(try store.refusal("erasure", "confirm", "--recipient", "Council", "--erased", "00") == "subjectUnknown")
        let past = try store.run([
            "erasure", "confirm", "--recipient", "Council", "--kept", "statutory", "--until", "31/08/2020", ids[0],
        ])
        #expect(past.code == 64 && past.errors.contains("has passed"), "\(past.errors)")
        try store.succeed("erasure", "confirm", "--recipient", "Council", "--erased", ids[0])
        #expect(try states() == [ids[0]: ["erased"], ids[1]: ["notified"]])
        try store.succeed(
            "erasure",
            "confirm",
            "--recipient",
            "Council",
            "--kept",
            "statutory",
            "--until",
            "31/08/2030",
            ids[1]
        )
        #expect(try states() == [ids[0]: ["erased"], ids[1]: ["kept"]])
        let receipt = try store.object("erasure", "receipt", order)
        let recipients = try #require(receipt["recipients"] as? [[String: Any]])
        #expect(Set(recipients.compactMap { $0["until"] as? String }) == ["2030-08-31"])
        #expect((receipt["erased"] as? [Any])?.count ?? 0 >= 2)
        let output = try store.succeed("erasure", "receipt", order).output
        #expect(!output.contains(Canary.marker) && output.contains(" erased, ") && output.contains(" kept"))
        // The answer as a file: a later one replaces an earlier one; one bad line refuses the whole.
        let file = store.scratch.path("answers.csv")
        try Data("recipientId,outcome,ground,until\n\(ids[1]),erased,,\n\(ids[0]),kept,,\n".utf8)
            .write(to: URL(fileURLWithPath: file))
        #expect(try store.run(["erasure", "confirm", "--recipient", "Council", "--file", file]).code == 1)
        #expect(try states() == [ids[0]: ["erased"], ids[1]: ["kept"]])
        try Data("recipientId,outcome,ground,until\n\(ids[1]),erased,,\n".utf8).write(to: URL(fileURLWithPath: file))
        try store.succeed("erasure", "confirm", "--recipient", "Council", "--file", file)
        #expect(try states() == [ids[0]: ["erased"], ids[1]: ["erased"]])
        let queue = try store.objects("leavers", "queue")
        #expect((queue.first?["notices"] as? [String: Int])?["erased"] ?? 0 >= 2)
        try store.succeed("projections", "verify")
    }
}

extension CSVFolder {
    /// Writes rows anew, under the header that the file has.
    func put(_ name: String, _ rows: [[String: String]]) throws {
        let file = path + "/" + name + ".csv"
        let header = try String(contentsOfFile: file, encoding: .utf8).split(whereSeparator: \.isNewline)[0]
        let columns = header.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let lines = rows.map { row in columns.map { row[$0] ?? "" }.joined(separator: ",") }
        try Data(([String(header)] + lines).joined(separator: "\n").appending("\n").utf8)
            .write(to: URL(fileURLWithPath: file))
    }
}
