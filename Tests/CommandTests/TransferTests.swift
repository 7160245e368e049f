import Foundation
import Testing

@Suite struct TransferTests {
    @Test("S0-03: nothing leaves before the head has accepted: the run is held, says so, and makes no file")
    func held() throws {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: false)
        let outcome = try store.run(["task", "run", "nightly"])
        #expect(outcome.code == 1)
        #expect(outcome.output.contains("Held"))
        #expect(outcome.errors.contains("syncd consent accept pupil-core --base 0012001"))
        #expect(try store.delivered() == [])
        let log = try store.run(["task", "log", "--json"]).objects
        #expect(log.map { $0["state"] as? String } == ["Held", "Held"])
    }

    @Test(
        "S1-04, S1-14: after each day the recipient's copy equals what the schools have accepted; a run without news sends nothing"
    )
    func days() throws {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        for day in 1...4 {
            if day > 1 { try store.importDay(day) }
            try store.succeed("task", "run", "nightly")
            let comparison = try store.compareCopies()
            #expect(comparison.output == "equal\n", "day \(day): \(comparison.output)")
            let before = try store.delivered()
            let again = try store.run(["task", "run", "nightly", "--json"]).objects
            #expect(again.map { $0["state"] as? String } == ["Nothing to Send", "Nothing to Send"])
            #expect(try store.delivered() == before)
        }
        try store.succeed("projections", "verify")
    }

    @Test("a preview tells how many and which fields, sends nothing and appends nothing")
    func preview() throws {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        let before = try store.events().count
        let previews = try store.run(["task", "run", "nightly", "--preview", "--json"]).objects
        #expect(previews.count == 2)
        let pupils = try SampleSchools.shared.get().pupils(at: "0012001")
        #expect((previews[0]["changes"] as? [String: Int])?["new"] == pupils)
        #expect((previews[0]["fields"] as? [String: [String]])?["basicDetails"]?.contains("surname") == true)
        #expect(try store.delivered() == [])
        #expect(try store.events().count == before)
    }

    @Test("consent withdrawn stops the next run")
    func withdrawn() throws {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        try store.succeed("consent", "withdraw", "pupil-core", "--base", "0012001")
        try store.importDay(2)
        let runs = try store.run(["task", "run", "nightly", "--json"]).objects
        let data = try String(contentsOfFile: store.outbox + "/" + (runs[0]["file"] as? String ?? ""), encoding: .utf8)
        #expect(!data.contains("<Surname>"))
        let after = try store.run(["task", "run", "nightly", "--json"])
        #expect(after.code == 1)
        #expect(try after.objects[0]["state"] as? String == "Held")
    }

    @Test("the file of a past run is made again, byte for byte")
    func rerun() throws {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        try store.importDay(2)
        try store.succeed("task", "run", "nightly")
        let runs = try store.run(["task", "log", "--json"]).objects
        let again = try store.scratch.folder("again")
        for run in runs {
            let number = try #require(run["run"] as? Int)
            let file = try #require(run["file"] as? String)
            try store.succeed("replay", "--run", String(number), "--into", again, "--reason", "test")
            let old = try Data(contentsOf: URL(fileURLWithPath: store.outbox + "/" + file))
            let new = try Data(contentsOf: URL(fileURLWithPath: again + "/" + file))
            #expect(old == new, "\(file)")
        }
    }
}
