import Foundation
import Testing

/// While a recipient's server takes its time, others go on working on the store.
@Suite struct SlowDeliveryTests {
    private func scene() throws -> (store: TestStore, recipient: SlowRecipient) {
        let store = try TestStore(served: false)
        try store.importDay(1)
        try store.prepareTask(consent: true)
        let recipient = try SlowRecipient(into: store.outbox)
        let record = [
            "--impact-assessment", "https://example.org/dpia.html", "--privacy-statement", "privacy.pdf", "--support",
            "https://example.org/support.html", "--nominated", "Grace Hopper",
        ]
        for options in [recipient.options, record] {
            let edited = try store.run(["recipient", "edit", "Council"] + options)
            guard edited.code == 0 else { throw Program.Unexpected(edited.errors) }
        }
        return (store, recipient)
    }

    /// A command at work beside others.
    private func begin(_ store: TestStore, _ arguments: String...) throws -> (process: Process, output: Pipe) {
        let (process, output) = (Process(), Pipe())
        process.executableURL = Program.folder.appendingPathComponent("syncd")
        process.arguments = arguments + ["--json", "--store", store.path]
        process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
        (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
        try process.run()
        return (process, output)
    }

    private func states(_ begun: (process: Process, output: Pipe)) throws -> [String] {
        let text = String(decoding: begun.output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        begun.process.waitUntilExit()
        return try text.split(separator: "\n").compactMap {
            (try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["state"] as? String
        }
    }

    private func importDay2(_ store: TestStore) throws -> Program.Outcome {
        try store.run([
            "import", "--format", "syncd-csv", "--full", try SampleSchools.shared.get().folder(2), "--wait", "5",
        ])
    }

    @Test(
        "issue 8: a slow delivery keeps nobody from importing; what would end it or erase waits; and each change goes once",
        .timeLimit(.minutes(4))
    )
    func slow() throws {
        let (store, recipient) = try scene()
        let server = try TestServer(of: store.path, environment: ["SYNCD_TEST_CHORES": "none"])
        let run = try begin(store, "task", "run", "nightly")
        try recipient.waitForArrivals(1)
        let imported = try importDay2(store)
        #expect(imported.code == 0, "\(imported.errors)")
        for command in [
            ["consent", "withdraw", "pupil-core", "--base", "0012001"], ["task", "run", "nightly"],
            ["task", "delete", "nightly"], ["leavers", "run"],
        ] {
            let refused = try store.run(command + ["--wait", "0", "--json"])
            #expect(refused.code == 1 && refused.output.contains("busy"), "\(command): \(refused.output)")
            #expect(refused.errors.contains("syncd run"), "\(refused.errors)")
        }
        let waiting = try store.object("status")["waiting"] as? [String] ?? []
        #expect(!waiting.contains { $0.contains("interrupted") }, "\(waiting)")
        try recipient.letGo()
        #expect(try states(run) == ["Successfully Exported", "Successfully Exported"])
        // The import came in between, so the first school's run told nothing of it, and its next one does; the second's told all.
        let types = try store.events().compactMap { $0["type"] as? String }
        let completed = try #require(types.firstIndex(of: "TransferCompleted"))
        #expect(types[..<completed].count(where: { $0 == "ImportCompleted" }) == 2)
        #expect(
            try states(begin(store, "task", "run", "nightly")) == ["Successfully Exported", "Nothing to Send"]
        )
        #expect(try store.run(["task", "run", "nightly", "--json"]).objects.allSatisfy { $0["file"] as? String == "" })
        try store.succeed("projections", "verify")
        try server.stop()
        let compared = try store.compareCopies()
        #expect(compared.output == "equal\n", "\(compared.output)\(compared.errors)")
    }

    @Test(
        "issue 8: what is due at several schools is delivered side by side, outside of the turn that others want",
        .timeLimit(.minutes(4))
    )
    func pool() throws {
        let (store, recipient) = try scene()
        try store.succeed("task", "edit", "nightly", "--days", "daily", "--at", "02:00")
        let server = try TestServer(of: store.path, environment: ["SYNCD_TEST_CHORES": "none"])
        let run = try begin(store, "run-due", "--at", "02/03/2037 02:00", "--workers", "2")
        try recipient.waitForArrivals(2)
        #expect(try importDay2(store).code == 0)
        let refused = try store.run(["task", "delete", "nightly", "--wait", "0", "--json"])
        #expect(refused.code == 1 && refused.output.contains("busy"))
        try recipient.letGo()
        #expect(try states(run) == ["Successfully Exported", "Successfully Exported"])
        #expect(
            try states(begin(store, "task", "run", "nightly")) == ["Successfully Exported", "Successfully Exported"]
        )
        try store.succeed("projections", "verify")
        try server.stop()
        let compared = try store.compareCopies()
        #expect(compared.output == "equal\n", "\(compared.output)\(compared.errors)")
    }

    @Test(
        "issue 8: while a file is delivered slowly tasks are defined, reports accepted and schools added at once; who waits is told for what",
        .timeLimit(.minutes(4))
    )
    func beside() throws {
        let (store, recipient) = try scene()
        let server = try TestServer(of: store.path, environment: ["SYNCD_TEST_CHORES": "none"])
        let run = try begin(store, "task", "run", "nightly")
        try recipient.waitForArrivals(1)
        for command in [
            ["base", "add", "0092001", "--laestab", "0092001"],
            ["base", "prerequisites", "0012001", "--set", "b2b-phase=2"],
            ["consent", "accept", "attendance", "--base", "0012001"],
            ["recipient", "add", "Other", "--party", "821", "--folder", store.scratch.path("")],
            ["task", "clone", "nightly", "copy", "--to", "Other"],
            [
                "task", "create", "marks", "--to", "Other", "--base", "0012001", "--type", "attendance", "--attendance",
                "all-current", "--report", "attendance",
            ],
            ["conflicts", "rule", "--base", "0012001", "address", "never"], ["matches", "find"],
            ["pupil", "protect", "P-001-00001", "--restricted-address", "yes", "--reason", "x"],
        ] {
            let done = try store.run(command + ["--wait", "0"])
            #expect(done.code == 0, "\(command): \(done.errors)")
        }
        let refused = try store.run(["task", "edit", "nightly", "--inactive", "--wait", "0"])
        #expect(refused.code == 1 && refused.errors.contains("`syncd run`, which is delivering a file"), "\(refused)")
        // At a terminal it is told at once.
        let words = [
            Program.folder.appendingPathComponent("syncd").path, "task", "delete", "nightly", "--wait", "1", "--store",
            store.path,
        ]
        let watched = try Program.run(
            URL(fileURLWithPath: "/usr/bin/script"),
            ["-qec", words.map { "'\($0)'" }.joined(separator: " "), "/dev/null"]
        )
        #expect(watched.code == 1)
        #expect(
            watched.output.contains("Waiting up to 1 second for `syncd run`, which is delivering a file."),
            "\(watched.output)"
        )
        try recipient.letGo()
        #expect(try states(run) == ["Successfully Exported", "Successfully Exported"])
        // What was defined and accepted meanwhile holds, and the cursor knows what was protected meanwhile.
        let marks = try states(begin(store, "task", "run", "marks"))
        #expect(["Successfully Exported", "Nothing to Send"].contains(marks.first), "\(marks)")
        #expect(try states(begin(store, "task", "run", "copy")).first == "Successfully Exported")
        let again = try store.run(["task", "run", "nightly", "--base", "0012001", "--json"]).object
        #expect(again["state"] as? String == "Successfully Exported" && (again["pupils"] as? Int ?? 0) >= 1, "\(again)")
        try store.succeed("projections", "verify")
        try server.stop()
    }

    @Test(
        "issue 8: SIGTERM in the middle of a delivery lets it end and tells it; with no grace it is cut off, and everything goes again",
        .timeLimit(.minutes(4)),
        arguments: ["60", "0"]
    )
    func stopping(grace: String) throws {
        let (store, recipient) = try scene()
        let server = try TestServer(of: store.path, ["--grace", grace], environment: ["SYNCD_TEST_CHORES": "none"])
        let run = try begin(store, "task", "run", "nightly", "--base", "0012001")
        try recipient.waitForArrivals(1)
        if grace == "0" {
            try? server.stop()
            #expect(try states(run) == [])
        } else {
            server.signal()
        }
        try recipient.letGo()
        if grace != "0" {
            #expect(try states(run) == ["Successfully Exported"])
            try server.stop()
        }
        #expect(try store.run(["task", "run", "nightly", "--json"]).code == 0)
        let first = try store.objects("task", "log", "nightly", "--base", "0012001").first
        #expect(first?["state"] as? String == (grace == "0" ? "Failed" : "Successfully Exported"), "\(first ?? [:])")
        #expect(
            first?["exceptions"] as? String != "" && first?["code"] as? String == (grace == "0" ? "interrupted" : "")
        )
        try store.succeed("projections", "verify")
        let compared = try store.compareCopies()
        #expect(compared.output == "equal\n", "\(compared.output)\(compared.errors)")
    }
}
