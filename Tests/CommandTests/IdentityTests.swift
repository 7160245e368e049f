import Foundation
import Testing

/// What recipients and histories are told when a pupil's number, school or record changes.
@Suite struct IdentityTests {
    private static let (temporary, permanent, other) = ("X00180001701A", "W001200119001", "K001200119002")
    private static let areas = ["bases", "pupils", "registrations"]

    /// A set of files: pupils by key with base, UPN and former UPN, and registrations.
    private func files(
        _ store: TestStore,
        _ pupils: [(key: String, base: String, upn: String)],
        _ registrations: [(key: String, base: String, status: String)]
    ) throws -> String {
        let name = "export-\(UUID().uuidString)"
        var rows = [
            "bases": ["base,name", "0012001,Larkfield", "0022001,Hill"],
            "pupils": ["base,pupil_key,surname,forename,birth_date,sex,upn"],
            "registrations": ["base,pupil_key,status,entry_date,leaving_date"],
        ]
        for pupil in pupils {
            rows["pupils"]?.append("\(pupil.base),\(pupil.key),Abara,Ikenna,2017-03-14,M,\(pupil.upn)")
        }
        for spell in registrations {
            let leaving = spell.status == "P" ? "2025-08-31" : ""
            rows["registrations"]?.append("\(spell.base),\(spell.key),\(spell.status),2021-09-02,\(leaving)")
        }
        var manifest = [
            "line,name,value,status,mode,rows,account,groups", "property,format,syncd-csv,,,,,",
            "property,version,1,,,,,", "property,source,made-up,,,,,", "property,produced_at,2025-09-02T17:30:00Z,,,,,",
            "base,0012001,,,,,,", "base,0022001,,,,,,",
        ]
        for area in Self.areas {
            let lines = rows[area] ?? []
            manifest.append("area,\(area),\(area).csv,read,full,\(lines.count - 1),,")
            try store.scratch.write(lines.joined(separator: "\n") + "\n", to: "\(name)/\(area).csv")
        }
        try store.scratch.write(manifest.joined(separator: "\n") + "\n", to: "\(name)/manifest.csv")
        return store.scratch.path(name)
    }

    private func take(
        _ store: TestStore,
        _ pupils: [(key: String, base: String, upn: String)],
        _ registrations: [(key: String, base: String, status: String)] = []
    ) throws {
        let told = registrations.isEmpty ? pupils.map { ($0.key, $0.base, "C") } : registrations
        let path = try files(store, pupils, told)
        try store.succeed("import", "--format", "syncd-csv", "--full", "--register", "--source", "mis", path)
    }

    /// A store with a task, everything of two pupils sent.
    private func store(_ upn: String) throws -> TestStore {
        let store = try TestStore()
        try take(store, [("P", "0012001", upn), ("Q", "0012001", Self.other), ("Z", "0022001", "")])
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        return store
    }

    private func lastPupils(_ store: TestStore, from school: String = "0012001") throws -> [[String: Any]] {
        try store.succeed("task", "run", "nightly")
        #expect(try store.compareCopies().output == "equal\n")
        let last = try store.manifests().last { $0["source"] as? String == school }
        return last?["pupils"] as? [[String: Any]] ?? []
    }

    private func history(_ store: TestStore, _ pupil: String, _ more: String...) throws -> String {
        let outcome = try store.run(["history", pupil, "--reason", "test"] + more)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return outcome.output
    }

    @Test("a temporary UPN replaced: keyChanged, with the former UPN in the file, and told so in the history")
    func temporary() throws {
        let store = try store(Self.temporary)
        try take(store, [("P", "0012001", Self.permanent), ("Q", "0012001", Self.other), ("Z", "0022001", "")])
        let pupils = try lastPupils(store)
        #expect(pupils.map { $0["change"] as? String } == ["keyChanged"])
        #expect(pupils.first?["upn"] as? String == Self.permanent)
        let file = try #require(try store.delivered().last { $0.hasPrefix("0012001") && $0.hasSuffix(".xml") })
        let xml = try String(contentsOfFile: store.outbox + "/" + file, encoding: .utf8)
        #expect(xml.contains("<FormerUPN>\(Self.temporary)</FormerUPN>"))
        #expect(try history(store, Self.permanent).contains("basicDetails changed: temporary UPN replaced"))
    }

    @Test("a UPN corrected: keyChanged under the same recipientId, and told so in the history")
    func corrected() throws {
        let store = try store(Self.permanent)
        let before = try store.manifests().flatMap { $0["pupils"] as? [[String: Any]] ?? [] }
            .first { $0["upn"] as? String == Self.permanent }
        let new = "B001200118123"
        try take(store, [("P", "0012001", new), ("Q", "0012001", Self.other), ("Z", "0022001", "")])
        let pupils = try lastPupils(store)
        #expect(pupils.map { $0["change"] as? String } == ["keyChanged"])
        #expect(pupils.first?["recipientId"] as? String == before?["recipientId"] as? String)
        #expect(try history(store, new).contains("basicDetails changed: UPN corrected"))
    }

    @Test("a pupil moves between two bases of one source: left at the one, new at the other, moved in the history")
    func moved() throws {
        let store = try store(Self.permanent)
        try take(
            store,
            [("P", "0022001", Self.permanent), ("Q", "0012001", Self.other), ("Z", "0022001", "")],
            [("P", "0022001", "C"), ("P", "0012001", "P"), ("Q", "0012001", "C"), ("Z", "0022001", "C")]
        )
        #expect(try lastPupils(store).map { $0["change"] as? String } == ["left"])
        #expect(try lastPupils(store, from: "0022001").map { $0["change"] as? String } == ["new"])
        #expect(try history(store, Self.permanent).contains("moved from 0012001 to 0022001"))
    }

    @Test("dual registration: the second school tells the pupil as new, the first goes on, and nobody has moved")
    func dual() throws {
        let store = try store(Self.permanent)
        let pupils = [("P", "0012001", Self.permanent), ("Q", "0012001", Self.other), ("Z", "0022001", "")]
        try take(
            store,
            pupils,
            [("P", "0012001", "M"), ("P", "0022001", "S"), ("Q", "0012001", "C"), ("Z", "0022001", "C")]
        )
        #expect(try lastPupils(store).map { $0["change"] as? String } == ["changed"])
        #expect(try lastPupils(store, from: "0022001").map { $0["change"] as? String } == ["new"])
        let story = try history(store, Self.permanent)
        #expect(story.contains("second registration told") && !story.contains("moved"))
    }

    @Test("two records merged in the MIS: the one is told as absent and as whom it goes on, in file and history")
    func merged() throws {
        let store = try store(Self.temporary)
        try take(store, [("P", "0012001", Self.other), ("Z", "0022001", "")])
        let pupils = try lastPupils(store)
        let gone = try #require(pupils.first { $0["change"] as? String == "absent" })
        let heir = try #require(pupils.first { $0["change"] as? String == "keyChanged" })
        #expect(gone["mergedInto"] as? String == heir["recipientId"] as? String)
        #expect(try history(store, "Q").contains("the MIS has merged them, or given the record another key"))
        #expect(try history(store, "P").contains("is also what was pupil"))
        let number = try #require(
            try store.run(["task", "log", "nightly", "--json"]).objects.compactMap {
                $0["base"] as? String == "0012001" ? $0["run"] as? Int : nil
            }.max()
        )
        #expect(try store.run(["replay", "--run", String(number)]).output.contains("identical"))
    }

    @Test("one record split in the MIS: the new half is told as new, and of whose record it is")
    func split() throws {
        let store = try store(Self.permanent)
        try take(
            store,
            [
                ("P", "0012001", "B001200118123"), ("R", "0012001", Self.permanent), ("Q", "0012001", Self.other),
                ("Z", "0022001", ""),
            ]
        )
        let pupils = try lastPupils(store)
        let new = try #require(pupils.first { $0["change"] as? String == "new" })
        let old = try #require(pupils.first { $0["change"] as? String == "keyChanged" })
        #expect(new["splitFrom"] as? String == old["recipientId"] as? String)
        #expect(try history(store, "R").contains("is the new half of what was pupil"))
        #expect(try history(store, "P").contains("was split in the MIS: the new half is pupil"))
    }
}
