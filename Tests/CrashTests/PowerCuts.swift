import Foundation
import Glibc

/// Cuts the power at every point of a recorded run of a scenario's command, in many ways.
struct PowerCuts: Sendable {
    var scenario: Scenario
    /// A protection taken away, to show that the cuts would show it.
    var unprotected: Protection?
    /// One sync of each recorded run fails: these syncs in turn, evenly taken from all.
    var failedSyncs = 0

    /// Records the command and judges the states that cuts allow.
    ///
    /// - Parameter states: at least so many, over all sandboxes; fewer when one finding is enough.
    func run(states: Int) async throws -> Findings {
        try await withThrowingTaskGroup(of: Findings.self) { group in
            for lane in 0..<Sweep.lanes {
                group.addTask {
                    let sandbox = try await Sandbox(scenario, without: unprotected)
                    defer { sandbox.remove() }
                    let (judge, counts, _) = try await Sweep.undisturbed(sandbox)
                    var findings = Findings()
                    let failures = failures(counts, of: lane)
                    for failure in failures {
                        try await record(sandbox, failure)
                        let share = (states / Sweep.lanes + failures.count) / failures.count
                        let seed = CrashSet.seed &* 1000 + UInt64(lane)
                        findings = findings + (try await cut(sandbox, judge, failure, states: share, seed: seed))
                        if unprotected != nil, !findings.faults.isEmpty { break }
                    }
                    return findings
                }
            }
            var findings = Findings()
            for try await found in group {
                findings = findings + found
                if unprotected != nil, !found.faults.isEmpty { group.cancelAll() }
            }
            return findings
        }
    }

    /// The errors of a lane's recordings: none, or a failing sync each.
    private func failures(_ counts: OperationCounts, of lane: Int) -> [[String: String]] {
        guard failedSyncs > 0 else { return [[:]] }
        return Array(1...max(1, counts.byClass["sync"] ?? 0)).spread(atMost: failedSyncs)
            .enumerated().filter { $0.offset % Sweep.lanes == lane }
            .map { ["FAULT_MODE": "record,error", "FAULT_CLASS": "sync", "FAULT_NTH": "\($0.element)"] }
    }

    private func record(_ sandbox: Sandbox, _ failure: [String: String]) async throws {
        try await sandbox.restore()
        // The shim adds to a record that is there.
        if FileManager.default.fileExists(atPath: sandbox.places.record.path) {
            try FileManager.default.removeItem(at: sandbox.places.record)
        }
        let settings = ["FAULT_MODE": "record"].merging(failure) { _, failing in failing }
        let outcome = try await sandbox.runCommand(try sandbox.shim(settings))
        guard outcome.succeeded || (!failure.isEmpty && outcome.end == .exited(1)) else {
            throw HarnessError("recorded: \(outcome.summary)")
        }
    }

    /// Has `powercut` build state after state in the sandbox's place, and answers for each.
    private func cut(
        _ sandbox: Sandbox,
        _ judge: Judge,
        _ failure: [String: String],
        states: Int,
        seed: UInt64
    ) async throws -> Findings {
        let after = failure["FAULT_NTH"].map { " after sync \($0) failed" } ?? ""
        let places = sandbox.places
        let powercut = ChildProcess(
            program: try Products.faultTools.get().appending(path: "powercut").path,
            arguments: [
                "--base", places.snapshot.path, "--place", places.disturbed.path, "--check", "-",
                "--states", "\(states)", "--seed", "\(seed)", places.record.path,
            ]
        )
        let conversation = try Conversation(with: powercut, errorsTo: places.home.appending(path: "powercut.err"))
        var findings = Findings()
        for await question in conversation.questions {
            let words = question.split(separator: "\t", omittingEmptySubsequences: false)
            guard words.count == 3 else { throw HarnessError("powercut asked: \(question)") }
            try sandbox.forgetAcknowledgements()
            let wrong = try await judge.faults(
                in: sandbox.afterPowerCut,
                acknowledged: UInt64(words[2]) ?? 0,
                claimedDone: false,
                repeating: findings.tried % CrashSet.repeatsEvery == 0
            )
            findings.tried += 1
            findings.faults += wrong.map {
                "\(scenario.name), powercut --only \(words[0]) --seed \(seed)\(after): \($0)"
            }
            if unprotected != nil, !wrong.isEmpty { break }
            conversation.answer(wrong.isEmpty ? "ok" : "wrong")
        }
        let end = conversation.end()
        guard end == .exited(0) || !findings.faults.isEmpty || Task.isCancelled else {
            throw HarnessError("powercut: \(end)")
        }
        return findings
    }
}

/// Questions and answers, a line each, with a program.
final class Conversation: Sendable {
    /// What it asks, until it ends.
    let questions: AsyncStream<String>
    private let child: pid_t
    private let socket: Int32

    /// Starts the program.
    init(with program: ChildProcess, errorsTo errors: URL) throws {
        var ends: [Int32] = [0, 0]
        // Closed on exec from the start: programs are started in other threads at any time.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw HarnessError("no socket") }
        child = try program.spawn { actions in
            posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
            posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
            posix_spawn_file_actions_addopen(&actions, 2, errors.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        close(ends[1])
        socket = ends[0]
        let (questions, feed) = AsyncStream.makeStream(of: String.self)
        self.questions = questions
        let source = ends[0]
        Thread.detachNewThread {
            defer { feed.finish() }
            guard let stream = fdopen(source, "r") else { return }
            defer { fclose(stream) }
            var line: UnsafeMutablePointer<CChar>?
            var capacity = 0
            defer { free(line) }
            while getline(&line, &capacity, stream) > 0, let line {
                feed.yield(String(String(cString: line).dropLast()))
            }
        }
    }

    /// Answers the last question.
    func answer(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        // A program that has gone hears nothing; its end tells.
        _ = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Ends it, and says how it ended.
    func end() -> ChildProcess.End {
        shutdown(socket, Int32(SHUT_WR))
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return ChildProcess.end(of: status)
    }
}
