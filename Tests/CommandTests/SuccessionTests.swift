import Foundation
import Testing

/// A school that another one follows: its numbers, its acceptances, its files (rulings 3).
@Suite struct SuccessionTests {
    private static let header = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"

    /// Two schools that have sent everything, with URNs.
    private func store() throws -> TestStore {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        for (key, urn) in zip(SampleSchools.keys, ["100001", "100002"]) {
            try store.succeed("base", "config", key, "--urn", urn)
        }
        try store.succeed("task", "run", "nightly")
        return store
    }

    @Test("Ruling 3: a successor with a new owner: acceptances lapse, cursors begin anew, the recipient is told")
    func newOwner() throws {
        let store = try store()
        let links = [Self.header, "100001,140001,Larkfield Academy,Successor,01-09-2025"]
        let dry = try store.importLinks(links, "--dry-run")
        #expect((dry["bases"] as? [[String: Any]])?.first?["lapsed"] as? [String] == ["pupil-core"])
        #expect(try store.object("base", "show", "0012001")["urn"] as? String == "100001")

        let report = try store.importLinks(links)
        let step = try #require((report["bases"] as? [[String: Any]])?.first)
        #expect(step["base"] as? String == "0012001" && step["lapsed"] as? [String] == ["pupil-core"])
        #expect(try store.object("base", "show", "0012001")["urn"] as? String == "140001")
        let again = try store.importLinks(links)
        #expect(again["appended"] as? Int == 0 && (again["bases"] as? [Any])?.isEmpty == true)

        let history = try store.run(["consent", "history", "--base", "0012001", "--json"]).objects
        #expect(history.map { $0["decision"] as? String } == ["accepted", "lapsed"])
        let events = try store.events()
        #expect(events.contains { $0["type"] as? String == "CursorReset" })
        let change = events.first { $0["type"] as? String == "BaseKeyChanged" }?["open"] as? [String: Any]
        #expect(change?["reason"] as? String == "succeeded" && change?["newController"] as? Bool == true)

        let waiting = try store.object("status")["waiting"] as? [String] ?? []
        #expect(waiting.contains { $0.contains("has a new legal owner: pupil-core has lapsed") })

        // The old owner's sharing has ended; the other school goes on.
        try store.succeed("task", "run", "nightly")
        let ended = try store.manifests().filter { $0["source"] as? String == "0012001" }
        let changes = Set((ended.last?["pupils"] as? [[String: Any]] ?? []).compactMap { $0["change"] as? String })
        #expect(changes == ["sharingEnded"])

        // The new head accepts: everything goes, as if nothing had been sent before.
        try store.succeed("consent", "accept", "pupil-core", "--base", "0012001")
        try store.succeed("task", "run", "nightly")
        #expect(try store.compareCopies().output == "equal\n")
        try store.succeed("projections", "verify")
    }

    @Test("Ruling 3: the new head accepts at once, and what the old owner sent does not count as sent")
    func nothingCarriesOver() throws {
        let store = try store()
        try store.importLinks([Self.header, "100001,140001,Larkfield Academy,Successor,01-09-2025"])
        try store.succeed("consent", "accept", "pupil-core", "--base", "0012001")
        try store.succeed("task", "run", "nightly")
        let files = try store.manifests().filter { $0["source"] as? String == "0012001" }
        let pupils = try #require(files.last?["pupils"] as? [[String: Any]])
        #expect(pupils.count == (files.first?["pupils"] as? [Any])?.count)
        #expect(pupils.allSatisfy { ($0["groups"] as? [String])?.contains("basicDetails") == true })
        #expect(files.last?["fromPosition"] as? Int == 0)
        #expect(try store.compareCopies().output == "equal\n")
    }

    @Test("another DfE number: the recipient is told the old one, and keeps the school's pupils under the new one")
    func renumbered() throws {
        let store = try store()
        let list = try store.list([
            "URN,LA (code),EstablishmentNumber,EstablishmentName", "100001,001,2009,Larkfield",
            "100002,002,2001,Hill",
        ])
        let report = try store.object("import", "--format", "gias-establishments", "--full", list)
        #expect((report["bases"] as? [[String: Any]])?.map { $0["base"] as? String } == ["0012001"])
        try store.importDay(2)
        try store.succeed("task", "run", "nightly")
        let last = try #require(try store.manifests().last { $0["source"] as? String == "0012009" })
        #expect(last["formerSources"] as? [String] == ["0012001"])
        #expect(try store.compareCopies().output == "equal\n")
        #expect(try store.object("consent", "accept", "pupil-core", "--base", "0012001")["changed"] as? Bool == false)
        let shown = try store.run(["base", "show", "0012009"]).output
        #expect(shown.contains("its DfE number was 0012001 and is 0012009"))
    }

    @Test("what a person has to decide is said, and nothing is changed")
    func undecided() throws {
        let store = try store()
        let before = try store.events().count
        let report = try store.importLinks([
            Self.header, "100001,140001,Larkfield and Hill,Successor - merged,01-09-2025",
            "100002,140001,Larkfield and Hill,Successor - merged,01-09-2025",
        ])
        let followers = (report["bases"] as? [[String: Any]] ?? []).map { $0["followedBy"] as? [String: Any] }
        let effects = followers.map { $0?["effect"] }
        #expect(effects.map { $0 as? String } == ["undecided", "undecided"])
        #expect(try store.events().dropFirst(before).allSatisfy { $0["type"] as? String != "BaseKeyChanged" })
        #expect(try store.run(["base", "show", "0012001"]).errors.contains("merger"))
        // A person decides: the list knows the successor, so the owner is a new one.
        try store.succeed("base", "config", "0012001", "--urn", "140001")
        let history = try store.run(["consent", "history", "--base", "0012001", "--json"]).objects
        #expect(history.last?["decision"] as? String == "lapsed")
    }

    @Test("a new legal owner under the same numbers is said by hand")
    func ownerAlone() throws {
        let store = try store()
        try store.succeed("base", "config", "0022001", "--new-controller")
        let history = try store.run(["consent", "history", "--base", "0022001", "--json"]).objects
        #expect(history.map { $0["decision"] as? String } == ["accepted", "lapsed"])
        try store.succeed("consent", "accept", "pupil-core", "--base", "0022001")
        try store.succeed("task", "run", "nightly")
        let last = try #require(try store.manifests().last { $0["source"] as? String == "0022001" })
        #expect((last["pupils"] as? [[String: Any]])?.allSatisfy { ($0["groups"] as? [Any])?.isEmpty == false } == true)
        #expect(try store.run(["base", "show", "0022001"]).output.contains("it has a new legal owner"))
    }

    @Test("a number that was wrong is corrected, and acceptances stay; --new-controller lets them lapse")
    func corrected() throws {
        let store = try store()
        try store.succeed("base", "config", "0012001", "--urn", "100009")
        var history = try store.run(["consent", "history", "--base", "0012001", "--json"]).objects
        #expect(history.map { $0["decision"] as? String } == ["accepted"])
        try store.succeed("base", "config", "0012001", "--urn", "140009", "--new-controller")
        history = try store.run(["consent", "history", "--base", "0012001", "--json"]).objects
        #expect(history.map { $0["decision"] as? String } == ["accepted", "lapsed"])
        let both = ["base", "config", "0012001", "--urn", "1", "--new-controller", "--correction"]
        #expect(try store.run(both).code == 64)
        let shown = try store.object("base", "show", "0012001")
        let changes = (shown["keyChanges"] as? [[String: Any]] ?? []).map { $0["change"] as? [String: Any] }
        #expect(changes.map { $0?["reason"] as? String } == ["corrected", "succeeded"])
    }
}

extension TestStore {
    /// The manifests that were delivered, in the order of their positions.
    func manifests() throws -> [[String: Any]] {
        try delivered().filter { $0.hasSuffix(".manifest.json") }.map { name in
            let data = try Data(contentsOf: URL(fileURLWithPath: outbox + "/" + name))
            guard let manifest = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
                throw Program.Unexpected("no manifest: \(name)")
            }
            return manifest
        }.sorted { ($0["toPosition"] as? Int ?? 0) < ($1["toPosition"] as? Int ?? 0) }
    }
}
