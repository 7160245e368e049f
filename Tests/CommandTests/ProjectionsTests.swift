import Foundation
import Testing

/// Rebuilds, reviews and parked events as people and machines meet them.
@Suite struct ProjectionCommandTests {
    /// A school with a day's data.
    private func store() throws -> TestStore {
        let store = try TestStore()
        try store.importDay(1)
        return store
    }

    private func faulty(_ store: TestStore, _ position: Int, _ arguments: String...) throws -> Program.Outcome {
        try store.run(arguments, environment: ["SYNCD_TEST_INAPPLICABLE": "\(position)"])
    }

    /// The last event of a pupil's data.
    private func pupilEvent(_ store: TestStore) throws -> Int {
        try #require(try store.events("--type", "PupilGroupChanged").last?["position"] as? Int)
    }

    @Test("list tells name, version, position, lag, size and state")
    func list() throws {
        let store = try store()
        let list = try store.object("projections", "list")
        let lines = try #require(list["projections"] as? [[String: Any]])
        let entities = try #require(lines.first { $0["name"] as? String == "entities" })
        #expect(entities["condition"] as? String == "live" && entities["lag"] as? Int == 0)
        #expect((entities["bytes"] as? Int ?? 0) > 0 && entities["version"] is Int)
        #expect(entities["position"] as? Int == list["durableEnd"] as? Int)
        #expect(try store.succeed("projections", "list").output.contains("live"))
    }

    @Test("a rebuild that is the same takes the place of what is there, whole or in part")
    func rebuild() throws {
        let store = try store()
        let whole = try store.object("projections", "rebuild", "--all")
        #expect(whole["published"] as? Bool == true && whole["equal"] as? Bool == true)
        #expect(whole["generation"] as? Int == 2)
        let part = try store.object("projections", "rebuild", "entities", "tasks")
        #expect((part["projections"] as? [[String: Any]])?.map { $0["name"] as? String } == ["entities", "tasks"])
        #expect(part["generation"] as? Int == 3)
        #expect(try store.refusal("projections", "rebuild", "entitys") == "projectionUnknown")
        try store.succeed("projections", "verify")
    }

    @Test("a rebuild that differs is refused and says what differs; it is reviewed, by person too, and accepted")
    func differs() throws {
        let store = try store()
        let position = try pupilEvent(store)
        let refused = try faulty(store, position, "projections", "rebuild", "--all")
        #expect(refused.code == 1)
        #expect(refused.errors.contains("differs from what is in place, which stays"))
        #expect(try store.object("projections", "list")["generation"] as? Int == 1)

        let review = try faulty(store, position, "projections", "rebuild", "--review", "--json").object
        #expect(review["published"] as? Bool == false && review["people"] == nil)
        let reviews = review["projections"] as? [[String: Any]] ?? []
        #expect(reviews.contains { $0["name"] as? String == "entities" && $0["equal"] as? Bool == false })

        let bare = try store.run(["projections", "rebuild", "--review", "--open"])
        #expect(bare.code == 64)
        let open = ["projections", "rebuild", "--review", "--open", "--reason", "Test", "--json"]
        let opened = try store.run(open, environment: ["SYNCD_TEST_INAPPLICABLE": "\(position)"]).object
        #expect((opened["people"] as? [[String: Any]])?.isEmpty == false)
        #expect(try store.events("--type", "RecordsRead").count == 1)

        // The program without the fault finds nothing to complain of.
        let whole = try store.object("projections", "rebuild", "--all")
        #expect(whole["published"] as? Bool == true)
        try store.succeed("projections", "verify")
    }

    @Test("Invariant 9: an event that state cannot take in is parked, told, shown, retried, and sent by the next run")
    func parked() throws {
        let store = try store()
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        let next = (try store.events().last?["position"] as? Int ?? 0) + 3
        let days = try SampleSchools.shared.get().scratch.path("days/day-02")
        let arguments = ["import", "--format", "syncd-csv", "--full", days]
        let imported = try store.run(arguments, environment: ["SYNCD_TEST_INAPPLICABLE": "\(next)"])
        #expect(imported.code == 0, "\(imported.errors)")
        #expect(imported.errors.contains("State could not take in 1 event"))

        let parked = try store.objects("projections", "parked", "list")
        #expect(parked.map { $0["position"] as? Int } == [next])
        #expect(try store.succeed("projections", "parked", "show", "\(next)").output.contains("Behind it"))
        #expect(try store.refusal("projections", "parked", "show", "1") == "notParked")
        #expect(
            (try store.object("status")["waiting"] as? [String])?.first?.contains("could not take in 1 event") == true
        )
        try store.succeed("projections", "verify")

        let still = try faulty(store, next, "projections", "parked", "retry", "\(next)", "--json")
        #expect(still.code == 1 && still.output.contains("stillParked"))
        let retried = try store.object("projections", "parked", "retry", "--all")
        #expect((retried["applied"] as? Int ?? 0) >= 1)
        #expect(try store.succeed("projections", "parked", "list").output == "Nothing is parked.\n")
        try store.succeed("projections", "verify")
        try store.succeed("projections", "rebuild", "--all")
        try store.succeed("task", "run", "nightly")
        #expect(try store.compareCopies().output == "equal\n")
    }
}
