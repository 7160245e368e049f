import Foundation

/// What an undisturbed run leaves, and whether a disturbed one can be brought to the same.
struct Judge: Sendable {
    private let data: [String]
    private let statements: Set<String>
    private let people: Int
    private let completions: Int

    /// Looks at a sandbox in which the command ran undisturbed.
    init(undisturbed sandbox: Sandbox) async throws {
        let log = try await ReplayedLog(sandbox, opened: true)
        data = log.data
        completions = log.completions
        let deliveries = try await Deliveries(sandbox)
        statements = deliveries.statements
        people = deliveries.people
        guard !data.isEmpty else { throw HarnessError("undisturbed, the log holds no data: nothing would be tested") }
    }

    /// What is wrong in a sandbox after a disturbance; nothing when all is well.
    ///
    /// First the store as it was left, then the same command again, then the end state.
    ///
    /// - Parameters:
    ///   - sandbox: as the disturbance left it.
    ///   - acknowledged: the last position acknowledged or shown.
    ///   - claimedDone: true when the disturbed command exited with 0.
    ///   - repeating: true to look once more, and for the finished command to be repeated.
    func faults(
        in sandbox: Sandbox,
        acknowledged: UInt64,
        claimedDone: Bool,
        repeating: Bool
    ) async throws -> [String] {
        do {
            if sandbox.scenario.hasBackup {
                // Nothing half-written counts, and what was finished before stays sound.
                let checked = try await sandbox.runAlone(["backup", "verify", sandbox.places.backup.path])
                guard checked.succeeded else { return ["backup verify: \(checked.summary)"] }
            }
            if sandbox.scenario.makesStore {
                return try await faultsOfMaking(sandbox, acknowledged: acknowledged, claimedDone: claimedDone)
            }
            var faults = try await verify(sandbox)
            let log = try await ReplayedLog(sandbox, opened: false)
            faults += log.faults(acknowledged: acknowledged)
            if !sandbox.scenario.appendsMore, log.completions >= completions,
                log.events.count(where: \.isData) < data.count
            {
                faults.append("an import is complete in the log, and some of it is missing")
            }
            let delivered = try await Deliveries(sandbox)
            faults += delivered.faults
            if delivered.count > log.events.count(where: { $0.type == "TransferStarted" }) {
                faults.append("a file was delivered whose run is not in the log")
            }
            guard faults.isEmpty else { return faults }

            let finishing = try await sandbox.runCommand()
            guard finishing.succeeded else { return ["the same command again: \(finishing.summary)"] }
            faults = try await endState(sandbox, repeating: repeating)
            if claimedDone {
                let done = try await ReplayedLog(sandbox, opened: false).events.count { $0.isData }
                let before = log.events.count { $0.isData }
                if done != before { faults.append("it said done with \(done - before) events to go") }
                if try await Deliveries(sandbox).count != delivered.count {
                    faults.append("it said done and had not delivered")
                }
            }
            return faults
        } catch let failure as ReplayFailure {
            return [failure.description]
        }
    }

    /// Compares with the undisturbed run; on wish, the command once more, which must find nothing to do.
    private func endState(_ sandbox: Sandbox, repeating: Bool) async throws -> [String] {
        // Asked first: the opening is an event, too, and comes after what it opens.
        let acknowledged = try sandbox.acknowledged()
        let log = try await ReplayedLog(sandbox, opened: true)
        var faults = log.faults(acknowledged: acknowledged)
        faults += Self.differences(log.data, data).map { "the log: \($0)" }
        let delivered = try await Deliveries(sandbox)
        faults += delivered.faults
        faults += Self.differences(delivered.statements.sorted(), statements.sorted()).map { "the recipient: \($0)" }
        // Sent twice under two names, a pupil would be two for ever.
        if delivered.people != people {
            faults.append("the recipient knows \(delivered.people) pupils instead of \(people)")
        }

        faults += Self.leftovers(sandbox.places)
        guard repeating else { return faults }

        faults += try await verify(sandbox)
        let again = try await sandbox.runCommand()
        if !again.succeeded { faults.append("a repeat of the finished command: \(again.summary)") }
        let after = try await ReplayedLog(sandbox, opened: false).events
        if after.count(where: \.isData) != log.data.count { faults.append("a repeat appended data again") }
        if try await Deliveries(sandbox).count != delivered.count { faults.append("a repeat delivered again") }
        return faults
    }

    /// The same for a store that was being made: there may be none, and a repeat makes it or finds it made.
    private func faultsOfMaking(
        _ sandbox: Sandbox,
        acknowledged: UInt64,
        claimedDone: Bool
    ) async throws -> [String] {
        let again = try await sandbox.runCommand()
        let isMade = again.end == .exited(1) && again.errors.contains("is a store already")
        guard again.succeeded || isMade else { return ["the same command again: \(again.summary)"] }
        var faults = try await verify(sandbox)
        if claimedDone && !isMade { faults.append("it said done and was not") }
        let log = try await ReplayedLog(sandbox, opened: true)
        faults += log.faults(acknowledged: acknowledged)
        faults += Self.differences(log.data, data).map { "the log: \($0)" }
        let places = sandbox.places
        let known = [places.store, places.keys, places.recipient, places.backup].map(\.lastPathComponent)
        let left = try FileManager.default.contentsOfDirectory(atPath: places.disturbed.path).filter {
            !known.contains($0)
        }
        if !left.isEmpty { faults.append("it left \(left.joined(separator: ", "))") }
        return faults
    }

    private func verify(_ sandbox: Sandbox) async throws -> [String] {
        if sandbox.scenario.hasBackup, let fault = try await restorable(sandbox) { return [fault] }
        let outcome = try await sandbox.run(["projections", "verify"])
        return outcome.succeeded ? [] : ["projections verify: \(outcome.summary)"]
    }

    /// What keeps a store from being made of the backup with the key that is there now; nil when nothing does.
    ///
    /// With copies of the keys: it stands for a store whose disk is lost, and the disk is needed afterwards.
    private func restorable(_ sandbox: Sandbox) async throws -> String? {
        let aside = sandbox.places.home.appending(path: "aside")
        let keys = sandbox.places.home.appending(path: "aside.keys")
        for left in [aside, keys] { try? FileManager.default.removeItem(at: left) }
        try FileManager.default.copyItem(at: sandbox.places.keys, to: keys)
        let outcome = try await sandbox.runAlone([
            "restore", sandbox.places.backup.path, aside.path, "--key-dir", keys.path, "--older-keys",
        ])
        return outcome.succeeded ? nil : "the backup cannot be restored from: \(outcome.summary)"
    }

    /// What was in the making when the command was disturbed, and is still there.
    private static func leftovers(_ places: Places) -> [String] {
        func names(_ folder: URL) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        }
        let inStore = ["tmp", "outbox"].flatMap { names(places.store.appending(path: $0)) }
        let passing = names(places.recipient).filter { $0.hasSuffix(".part") }
        return (inStore + passing).map { "it left \($0)" }
    }

    /// How two sorted lists differ, in numbers: what is in them is personal data, though made up.
    private static func differences(_ found: [String], _ expected: [String]) -> [String] {
        let difference = found.difference(from: expected)
        guard !difference.isEmpty else { return [] }
        return ["\(difference.removals.count) missing, \(difference.insertions.count) too many"]
    }
}
