import EventLog
import Foundation
import SampleData
import Testing
import Transfer

@testable import Commands

/// `syncd serve`, the real program, and commands that find it.
@Suite struct ServeTests {
    @Test("a command is carried out by the store's server, from the folder where its caller stands")
    func relativePaths() throws {
        let store = try TestStore(served: false)
        let server = try TestServer(of: store.path)
        let days = try SampleSchools.shared.get()
        // The caller's own folder: the server stands elsewhere.
        let shell = URL(fileURLWithPath: "/bin/sh")
        let program = Program.folder.appendingPathComponent("syncd").path
        let line = """
            cd '\(days.scratch.path("days"))' && '\(program)' import --format syncd-csv --full --register day-01 --store '\(store.path)' \
            && '\(program)' recipient add council --party 820 --folder . --store '\(store.path)'
            """
        let outcome = try Program.run(shell, ["-c", line])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("/proc/") && !outcome.output.contains("caller-"))
        #expect(try store.succeed("recipient", "show", "council").output.contains(days.scratch.path("days")))
        let files = try store.events("--type", "ImportCompleted")
        #expect(!files.isEmpty)
        #expect(!"\(files)".contains("caller-") && !"\(files)".contains("/proc/"))
        // Nothing of the command stays behind.
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.path + "/tmp").isEmpty)
        try server.stop()
        #expect(!FileManager.default.fileExists(atPath: store.path + "/socket"))
    }

    @Test("a missing file is told by the name that its caller gave it, and exit codes come back")
    func refusals() throws {
        let store = try TestStore(served: false)
        let server = try TestServer(of: store.path)
        let missing = store.scratch.path("nowhere")
        let outcome = try store.run(["import", "--format", "syncd-csv", "--full", missing])
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("nowhere") && !outcome.errors.contains("caller-"))
        #expect(try store.run(["import", "--format", "no-such", "--full", missing]).code == 64)
        #expect(try store.refusal("base", "show", "nobody") == "baseUnknown")
        try server.stop()
    }

    @Test("files are made where the caller asked for them")
    func outputs() throws {
        let store = try TestStore(served: false)
        let server = try TestServer(of: store.path)
        let list = store.scratch.path("issues.csv")
        try store.succeed("issues", "list", "--csv", list)
        #expect(FileManager.default.fileExists(atPath: list))
        #expect(FileManager.default.fileExists(atPath: store.scratch.path("issues.jsonl")))
        try server.stop()
    }

    @Test("a server that was killed leaves a store that the next command puts right, and a socket that stops nobody")
    func killedServer() throws {
        let store = try TestStore(served: false)
        let server = try TestServer(of: store.path)
        try store.succeed("base", "add", "8201001")
        server.kill()
        #expect(FileManager.default.fileExists(atPath: store.path + "/socket"))
        #expect(try store.object("base", "show", "8201001")["key"] as? String == "8201001")
        try server.start()
        try store.succeed("base", "add", "8201002")
        try server.stop()
        #expect(try store.events("--type", "BaseRegistered").count == 2)
    }

    /// Schools whose first import takes more than one batch, and so begins before it ends.
    private let largeSchools = Result {
        let scratch = try Scratch()
        guard let start = CivilDate("2025-09-01") else { throw Program.Unexpected("no start") }
        let plan = SampleData(schools: 2, days: 1, seed: 11, start: start, pupils: 420)
        _ = try plan.write(to: URL(fileURLWithPath: scratch.path("days")))
        return scratch
    }

    /// Waits until an import has begun in earnest.
    private func waitForImport(in store: TestStore, by caller: Process) throws {
        while try store.events("--type", "ImportStarted").isEmpty {
            guard caller.isRunning else {
                throw Program.Unexpected("the import ended with \(caller.terminationStatus) before it began")
            }
            usleep(1000)
        }
    }

    private func connection(to layout: StoreLayout) throws -> PacketSocket {
        guard let socket = try PacketSocket.connect(to: layout) else { throw Program.Unexpected("nobody listens") }
        return socket
    }

    @Test("connections that say nothing, say nonsense or come from another version harm nobody")
    func nonsense() throws {
        let store = try TestStore(served: false)
        let server = try TestServer(of: store.path)
        let layout = StoreLayout(root: store.path)
        let silent = try connection(to: layout)
        do {
            let talker = try connection(to: layout)
            try talker.send(Array("{\"program\":".utf8))
            let answer = talker.receive(upTo: 4096)?.bytes
            #expect(answer == nil)
        }
        let other = CommandRequest(program: "0.0.0", arguments: ["status"], environment: [:], directory: "/", paths: [])
        do {
            let bare = try connection(to: layout)
            try bare.send(Array(try JSONEncoder().encode(other)))
            let answer = bare.receive(upTo: 4096)?.bytes
            #expect(answer == nil)
        }
        let errors = Pipe()
        do {
            let end = errors.fileHandleForWriting.fileDescriptor
            let older = try connection(to: layout)
            try older.send(Array("{\"program\":\"0.0\"}".utf8), [end, end, end])
            let answer = older.receive(upTo: 4096)?.bytes ?? []
            #expect(try JSONDecoder().decode(CommandAnswer.self, from: Data(answer)).code == 1)
            #expect(
                String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self).contains("another version")
            )
        }
        let versioned = try connection(to: layout)
        let end = errors.fileHandleForWriting.fileDescriptor
        try versioned.send(Array(try JSONEncoder().encode(other)), [end, end, end])
        let answer = versioned.receive(upTo: 4096)?.bytes ?? []
        #expect(try JSONDecoder().decode(CommandAnswer.self, from: Data(answer)).code == 1)
        #expect(String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self).contains("another version"))
        try store.succeed("base", "add", "8201001")
        silent.shutDown()
        try server.stop()
    }

    @Test("a caller that is killed has its command done, and others go on")
    func killedCaller() throws {
        let store = try TestStore(served: false)
        let server = try TestServer(of: store.path)
        let days = try largeSchools.get()
        let caller = Process()
        caller.executableURL = Program.folder.appendingPathComponent("syncd")
        caller.arguments = [
            "import", "--format", "syncd-csv", "--full", "--register", days.path("days/day-01"), "--store", store.path,
        ]
        (caller.standardOutput, caller.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try caller.run()
        try waitForImport(in: store, by: caller)
        kill(caller.processIdentifier, SIGKILL)
        caller.waitUntilExit()
        // Waits for its turn, which comes when the import has ended.
        try store.succeed("base", "add", "8209999")
        #expect(try store.events("--type", "ImportCompleted").count >= 1)
        try server.stop()
        try store.succeed("projections", "verify")
    }

    @Test("commands that change the store take turns, and one that will not wait is told of whom")
    func turns() throws {
        let turn = WriteTurn()
        try turn.take("syncd import", waiting: 0) { _ in
            #expect(throws: CommandError(.busy, "")) { try turn.take("syncd base", waiting: 0) { _ in } }
            let error = #expect(throws: CommandError.self) { try turn.take("syncd base", waiting: 0) { _ in } }
            #expect(error?.message.contains("`syncd import`") == true)
        }
        // The turn is given back, also by work that fails.
        #expect(throws: CancellationError.self) { try turn.take("a", waiting: 0) { _ in throw CancellationError() } }
        #expect(try turn.take("b", waiting: 0) { _ in 1 } == 1)
        // Who is asked something lets others go first.
        try turn.take("syncd import", waiting: 0) { _ in
            let others = turn.stepAside("syncd import") {
                try? turn.take("syncd base", waiting: 0) { _ in turn.holder }
            }
            #expect(others == "syncd base")
            #expect(turn.holder == "syncd import")
        }
        #expect(turn.holder == nil)
    }

    @Test("while a delivery is outside of the turn, only who lets it be has the turn; workers give it up together")
    func deliveries() throws {
        let turn = WriteTurn()
        func isFree(besideDeliveries: Bool) -> Bool {
            (try? turn.take("syncd other", waiting: 0, besideDeliveries: besideDeliveries) { _ in true }) ?? false
        }
        try turn.take("syncd run", waiting: 0) { mine in
            mine.outside {
                #expect(turn.isDelivering && turn.holder == "syncd run")
                #expect(isFree(besideDeliveries: true) && !isFree(besideDeliveries: false))
            }
            #expect(!turn.isDelivering && !isFree(besideDeliveries: true))
            // A second worker is in the turn: a delivery of the first gives nothing up.
            mine.join(1)
            mine.outside { #expect(!isFree(besideDeliveries: true)) }
            mine.leave()
            mine.outside { #expect(isFree(besideDeliveries: true)) }
            // Nor does a delivery that fails keep the turn from its holder.
            #expect(throws: CancellationError.self) { try mine.outside { throw CancellationError() } }
            #expect(!isFree(besideDeliveries: true) && !turn.isDelivering)
        }
        #expect(turn.holder == nil && isFree(besideDeliveries: false))
    }

    @Test("an erasure leaves alone what other commands are working with")
    func erasureBesideOthers() throws {
        let store = try TestStore(served: false)
        try store.importDay(1)
        let base = SampleSchools.keys[0]
        try store.succeed("base", "config", base, "--register", "external")
        let rows = try String(contentsOfFile: SampleSchools.shared.get().folder(1) + "/pupils.csv", encoding: .utf8)
            .split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let header = try #require(rows.first)
        let key = try #require(header.firstIndex(of: "pupil_key"))
        let school = try #require(header.firstIndex(of: "base"))
        let row = try #require(rows.dropFirst().first { $0[school] == base })
        let server = try TestServer(of: store.path)
        let other = store.path + "/tmp/caller-other"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        let erased = try store.object(
            "subject",
            "erase",
            String(row[key]),
            "--base",
            base,
            "--reason",
            "x",
            "--now",
            "--confirm",
            "1"
        )
        #expect(erased["people"] as? Int == 1)
        #expect(FileManager.default.fileExists(atPath: other))
        try store.succeed("projections", "verify")
        try server.stop()
        // The next to open the store clears what nobody works with any more.
        try store.succeed("status")
        #expect(!FileManager.default.fileExists(atPath: other))
    }

    @Test(
        "a stop in the middle of an import lets it finish; with no grace it is cut off, and the same command finishes it"
    )
    func stopping() throws {
        let days = try largeSchools.get()
        for grace in ["60", "0"] {
            let store = try TestStore(served: false)
            let server = try TestServer(of: store.path, ["--grace", grace])
            let caller = Process()
            caller.executableURL = Program.folder.appendingPathComponent("syncd")
            let command = ["import", "--format", "syncd-csv", "--full", "--register", days.path("days/day-01")]
            caller.arguments = command + ["--store", store.path]
            (caller.standardOutput, caller.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
            try caller.run()
            try waitForImport(in: store, by: caller)
            if grace == "60" { try server.stop() } else { try? server.stop() }
            caller.waitUntilExit()
            if grace == "60" { #expect(caller.terminationStatus == 0) }
            #expect(try store.run(command).code == 0)
            try store.succeed("projections", "verify")
        }
    }

    @Test("a server writes down the heads of the trees by itself")
    func heads() throws {
        let store = try TestStore(served: false)
        try store.succeed("base", "add", "8201001")
        let server = try TestServer(of: store.path)
        var tries = 0
        while try store.events("--type", "HeadsRecorded").isEmpty {
            tries += 1
            try #require(tries < 1000)
            usleep(10_000)
        }
        try server.stop()
        // Not again on the same day.
        let again = try TestServer(of: store.path)
        usleep(1_500_000)
        try again.stop()
        #expect(try store.events("--type", "HeadsRecorded").count == 1)
    }

    @Test("a store in a deep folder has its socket all the same")
    func deepFolder() throws {
        let scratch = try Scratch()
        let deep = try scratch.folder(String(repeating: "a-long-name/", count: 12)) + "store"
        #expect(try Program.run(["init", "--store", deep]).code == 0)
        let server = try TestServer(of: deep)
        #expect(try Program.run(["base", "add", "1", "--store", deep]).code == 0)
        try server.stop()
    }

    @Test("a second server is refused, and another command's caller sees no difference in what is told")
    func secondServer() throws {
        let store = try TestStore(served: false)
        try store.succeed("base", "add", "8201001")
        let alone = try store.run(["base", "list"])
        let server = try TestServer(of: store.path)
        let served = try store.run(["base", "list"])
        #expect(served.output == alone.output && served.errors == alone.errors)
        let second = try store.run(["serve", "--wait", "0"])
        #expect(second.code == 1 && second.errors.contains("syncd serve"))
        try store.succeed("base", "list")
        try server.stop()
    }
}
