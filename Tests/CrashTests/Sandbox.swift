import Foundation

/// Where things lie in a sandbox.
struct Places: Sendable {
    /// The sandbox's own folder.
    let home: URL
    /// The exports of the made-up school; never written.
    let exports: Exports

    /// Everything that is disturbed, cut and put back.
    let disturbed: URL
    /// The store.
    var store: URL { disturbed.appending(path: "store") }
    /// Its key-encryption keys.
    var keys: URL { disturbed.appending(path: "keys") }
    /// The recipient's folder.
    var recipient: URL { disturbed.appending(path: "recipient") }
    /// A folder for backups.
    var backup: URL { disturbed.appending(path: "backup") }
    /// `disturbed` as it was after the setup.
    var snapshot: URL { home.appending(path: "snapshot") }
    /// Positions that were acknowledged or shown, a line each.
    var acknowledgements: URL { home.appending(path: "acknowledgements") }
    /// The shim's counts.
    var counts: URL { home.appending(path: "counts") }
    /// The shim's record.
    var record: URL { home.appending(path: "record") }
}

/// A store, its keys and a recipient's folder, put back before each disturbance.
///
/// The paths stay the same each time: a store may keep the recipient's. Some variables are for tests alone:
/// - `SYNCD_TEST_ACKS` names a file. With one `write` each, the program adds a line with the last position of every
///   append that it has answered, before the answer is used, and of everything that its company has been shown.
/// - `SYNCD_TEST_COMPANY` names what else is to be at work in the process: `reader`, `subscriber`, `rebuild`.
/// - `SYNCD_TEST_BATCH_EVENTS` makes an import's batches small.
/// - `SYNCD_TEST_BOOT` stands for the kernel's life: after a power cut it is another.
/// - `SYNCD_TEST_STATE_EVENTS` makes the transactions of state small.
/// - `SYNCD_TEST_SEGMENT_BYTES` makes segments of the write-ahead log small.
/// - `SYNCD_TEST_UNSAFE` names a protection that the program gives up.
struct Sandbox: Sendable {
    let scenario: Scenario
    let places: Places
    /// What stands for the kernel's life.
    private var boot = "before"
    private let syncd: String
    private let unprotected: Protection?

    /// Runs the scenario's setup in a new folder.
    ///
    /// - Parameter disturbed: the folder that is disturbed; in memory, beside all else, unless it is named.
    init(_ scenario: Scenario, without unprotected: Protection?, disturbing disturbed: URL? = nil) async throws {
        self.scenario = scenario
        self.unprotected = unprotected
        syncd = try Products.executable("syncd")
        let home = try Products.temporaryFolder()
        places = Places(
            home: home,
            exports: try Products.exports.get(),
            disturbed: disturbed ?? home.appending(path: "disturbed")
        )
        for folder in [places.disturbed, places.recipient, places.backup] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        for arguments in scenario.setup(places) {
            let outcome = try await run(arguments, protected: true)
            guard outcome.succeeded else {
                throw HarnessError("setup: syncd \(arguments.joined(separator: " ")): \(outcome.summary)")
            }
        }
        if scenario.losesStore { try FileManager.default.removeItem(at: places.store) }
        try await copy(places.disturbed, to: places.snapshot)
        if scenario.isCutShort { try await cutShort() }
    }

    /// Kills the command once before what it appended has gone from the write-ahead log into the log's file.
    private func cutShort() async throws {
        let counting = try await runCommand(try shim(["FAULT_MODE": "count"]))
        // The last two commits come with the closing: the events themselves, and the mark that all is in order.
        let commit = try OperationCounts(places.counts).byClass["commit"].map { $0 - 1 } ?? 0
        guard counting.succeeded, commit > 0 else { throw HarnessError("to be cut short: \(counting.summary)") }
        try await restore()
        let killing = ["FAULT_MODE": "kill", "FAULT_CLASS": "commit", "FAULT_NTH": "\(commit)"]
        let killed = try await runCommand(try shim(killing))
        guard killed.end == .signalled(9) else { throw HarnessError("not cut short: \(killed.summary)") }
        try FileManager.default.removeItem(at: places.snapshot)
        try await copy(places.disturbed, to: places.snapshot)
    }

    /// The same place after the power was cut.
    var afterPowerCut: Sandbox {
        var sandbox = self
        sandbox.boot = "after"
        return sandbox
    }

    /// Removes everything.
    func remove() {
        // A sandbox left behind costs memory and nothing else.
        try? FileManager.default.removeItem(at: places.home)
    }

    /// Puts everything back to where the setup left it.
    func restore() async throws {
        try FileManager.default.removeItem(at: places.disturbed)
        try await copy(places.snapshot, to: places.disturbed)
        try forgetAcknowledgements()
    }

    /// Begins a new list of acknowledgements.
    func forgetAcknowledgements() throws {
        for file in [places.acknowledgements, places.counts]
        where FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.removeItem(at: file)
        }
    }

    /// Runs the scenario's command.
    func runCommand(_ environment: [String: String] = [:], killedAfter: Double? = nil) async throws
        -> ChildProcess.Outcome
    {
        var environment = environment
        if let events = scenario.batchEvents { environment["SYNCD_TEST_BATCH_EVENTS"] = "\(events)" }
        if let events = scenario.stateEvents { environment["SYNCD_TEST_STATE_EVENTS"] = "\(events)" }
        if scenario.hasCompany { environment["SYNCD_TEST_COMPANY"] = "reader,subscriber,rebuild" }
        return try await run(scenario.command(places), environment, killedAfter: killedAfter)
    }

    /// Runs `syncd`.
    ///
    /// - Parameter protected: true to leave every protection in place.
    func run(
        _ arguments: [String],
        _ environment: [String: String] = [:],
        killedAfter: Double? = nil,
        protected: Bool = false
    ) async throws -> ChildProcess.Outcome {
        var environment = environment
        environment["SYNCD_STORE"] = places.store.path
        environment["SYNCD_KEY_DIR"] = places.keys.path
        // Small enough that a command needs more than one.
        environment["SYNCD_TEST_SEGMENT_BYTES"] = "16384"
        environment["SYNCD_TEST_BOOT"] = boot
        environment["SYNCD_TEST_ACKS"] = places.acknowledgements.path
        if let unprotected, !protected { environment["SYNCD_TEST_UNSAFE"] = unprotected.rawValue }
        return try await ChildProcess(program: syncd, arguments: arguments, environment: environment)
            .run(keepingOutputIn: places.home, killedAfter: killedAfter)
    }

    /// Runs `syncd` without the store: what is done when there is none.
    func runAlone(_ arguments: [String]) async throws -> ChildProcess.Outcome {
        try await ChildProcess(program: syncd, arguments: arguments, environment: [:])
            .run(keepingOutputIn: places.home, killedAfter: nil)
    }

    /// The environment that loads the shim for the disturbed folder.
    func shim(_ settings: [String: String]) throws -> [String: String] {
        let library = try Products.faultTools.get().appending(path: "faultshim.so").path
        return settings.merging(
            [
                "LD_PRELOAD": library, "FAULT_ROOT": places.disturbed.path, "FAULT_COUNT": places.counts.path,
                "FAULT_LOG": places.record.path, "FAULT_ACK": places.acknowledgements.path,
            ],
            uniquingKeysWith: { setting, _ in setting }
        )
    }

    /// The last position that was acknowledged or shown; 0 for none.
    ///
    /// A line that was cut short was not.
    func acknowledged() throws -> UInt64 {
        guard FileManager.default.fileExists(atPath: places.acknowledgements.path) else { return 0 }
        let text = try String(contentsOf: places.acknowledgements, encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .compactMap { UInt64($0) }.max() ?? 0
    }

    private func copy(_ from: URL, to: URL) async throws {
        let copying = ChildProcess(program: "/bin/cp", arguments: ["-a", "--sparse=always", from.path, to.path])
        let outcome = try await copying.run(keepingOutputIn: places.home)
        guard outcome.succeeded else { throw HarnessError("cp: \(outcome.summary)") }
    }
}
