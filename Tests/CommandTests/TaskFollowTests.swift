import Foundation
import Testing

/// The live view of the task log: what happens is told while it happens.
@Suite struct TaskFollowTests {
    /// `task log --follow` at work.
    private final class Follower {
        let process = Process()
        private let output = Pipe()
        private var text = ""

        init(_ store: String, _ options: String...) throws {
            process.executableURL = Program.folder.appendingPathComponent("syncd")
            process.arguments = ["task", "log", "--follow", "--json", "--store", store] + options
            process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
            process.standardOutput = output
            let errors = Pipe()
            process.standardError = errors
            try process.run()
            // It has begun when it says from where on.
            var said = ""
            while !said.contains("Following") {
                let more = errors.fileHandleForReading.availableData
                guard !more.isEmpty else { throw Program.Unexpected("it did not follow: \(said)") }
                said += String(decoding: more, as: UTF8.self)
            }
        }

        /// The runs told until one of them is in a state.
        func runs(until state: String, count: Int) throws -> [[String: Any]] {
            while true {
                let runs = try text.split(separator: "\n").compactMap {
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
                }
                if runs.count(where: { $0["state"] as? String == state }) >= count { return runs }
                let more = output.fileHandleForReading.availableData
                guard !more.isEmpty else { throw Program.Unexpected("it ended: \(text)") }
                text += String(decoding: more, as: UTF8.self)
            }
        }
    }

    private func served() throws -> (store: TestStore, server: TestServer) {
        let store = try TestStore(served: false)
        try store.importDay(1)
        try store.prepareTask(consent: true)
        return (store, try TestServer(of: store.path, environment: ["SYNCD_TEST_CHORES": "none"]))
    }

    @Test(
        "issue 8: followed, the task log tells each run as it begins and as it ends, and ends with the server",
        .timeLimit(.minutes(2))
    )
    func follow() throws {
        let (store, server) = try served()
        let follower = try Follower(store.path)
        let exported = try Follower(store.path, "--status", "Successfully Exported", "--base", "0022001")
        try store.succeed("task", "run", "nightly")
        let runs = try follower.runs(until: "Successfully Exported", count: 2)
        let states = runs.map { "\($0["base"] ?? "") \($0["state"] ?? "")" }
        #expect(
            states == [
                "0012001 Running", "0012001 Successfully Exported", "0022001 Running", "0022001 Successfully Exported",
            ]
        )
        #expect(runs.allSatisfy { $0["task"] as? String == "nightly" })
        try store.importDay(2)
        try store.succeed("task", "run", "nightly")
        let chosen = try exported.runs(until: "Successfully Exported", count: 2)
        #expect(
            chosen.allSatisfy {
                $0["base"] as? String == "0022001" && $0["state"] as? String == "Successfully Exported"
            }
        )
        try server.stop()
        for one in [follower, exported] {
            one.process.waitUntilExit()
            #expect(one.process.terminationStatus == 0)
        }
    }

    @Test("issue 8: who follows and goes away leaves nothing at work in the server", .timeLimit(.minutes(2)))
    func leave() throws {
        let (store, server) = try served()
        let follower = try Follower(store.path)
        kill(follower.process.processIdentifier, SIGKILL)
        follower.process.waitUntilExit()
        try store.succeed("task", "run", "nightly")
        // It would wait for the follower's command if that were still at work.
        try server.stop()
    }

    @Test("issue 8: without a server nothing could happen meanwhile, and it is said so")
    func alone() throws {
        let store = try TestStore(served: false)
        #expect(try store.refusal("task", "log", "--follow") == "serverMissing")
    }
}
