import Synchronization

/// What a series of disturbances showed.
struct Findings: Sendable {
    /// Disturbances tried, power-cut states included.
    var tried = 0
    /// Of them, those that the run ended before, however often it was tried.
    var notReached = 0
    /// What was wrong, each with what brings it about again.
    var faults: [String] = []

    /// Whether nearly all of them happened: all but one in ten, or but one where few were tried.
    var reachedNearlyAll: Bool { notReached <= max(1, tried / 10) }

    /// The first few, for a test's message.
    var report: String {
        "seed \(CrashSet.seed), tried \(tried), not reached \(notReached), wrong \(faults.count)\n"
            + faults.prefix(5).joined(separator: "\n")
    }

    /// Both together.
    static func + (left: Self, right: Self) -> Self {
        Findings(
            tried: left.tried + right.tried,
            notReached: left.notReached + right.notReached,
            faults: left.faults + right.faults
        )
    }
}

/// The faults still to be tried, shared by the sandboxes.
final class FaultQueue: Sendable {
    private let faults: Mutex<ArraySlice<Fault>>

    init(_ faults: [Fault]) { self.faults = Mutex(faults[...]) }

    /// The next one; nil at the end.
    func next() -> Fault? { faults.withLock { $0.popFirst() } }

    /// Leaves out the rest.
    func stop() { faults.withLock { $0.removeAll() } }
}

/// Disturbs a scenario's command in many ways, one after the other, in two sandboxes at a time.
struct Sweep: Sendable {
    /// Sandboxes at work at once: the cores that the time limits are set for.
    static let lanes = 2
    /// Times that one disturbance is tried until it happens.
    static let tries = 3

    var scenario: Scenario
    /// A protection taken away, to show that the sweep would notice.
    var unprotected: Protection?

    /// Whether one finding is enough.
    private var stopsAtFirst: Bool { unprotected != nil }

    /// Tries each of the faults that the counts and seconds of an undisturbed run suggest.
    func run(_ faults: @Sendable (OperationCounts, Double) -> [Fault]) async throws -> Findings {
        let sandbox = try await Sandbox(scenario, without: unprotected)
        defer { sandbox.remove() }
        let (judge, counts, seconds) = try await Self.undisturbed(sandbox)
        let queue = FaultQueue(faults(counts, seconds))
        return try await withThrowingTaskGroup(of: Findings.self) { group in
            group.addTask { try await work(in: sandbox, judge, queue) }
            for _ in 1..<Self.lanes {
                group.addTask {
                    let another = try await Sandbox(scenario, without: unprotected)
                    defer { another.remove() }
                    return try await work(in: another, judge, queue)
                }
            }
            return try await group.reduce(Findings(), +)
        }
    }

    private func work(
        in sandbox: Sandbox,
        _ judge: Judge,
        _ queue: FaultQueue
    ) async throws -> Findings {
        var findings = Findings()
        while let fault = queue.next() {
            let isRepeated = findings.tried % CrashSet.repeatsEvery == 0
            try await sandbox.restore()
            var (wrong, happened) = try await attempt(fault, in: sandbox, judge, repeating: isRepeated)
            // Threads take turns differently each time: another try may come to the operation.
            for _ in 1..<Self.tries where !happened && wrong.isEmpty {
                try await sandbox.restore()
                (wrong, happened) = try await attempt(fault, in: sandbox, judge, repeating: isRepeated)
            }
            findings.tried += 1
            if !happened { findings.notReached += 1 }
            findings.faults += wrong.map { "\(scenario.name), \(fault): \($0)" }
            if stopsAtFirst, !wrong.isEmpty { queue.stop() }
        }
        return findings
    }

    private func attempt(
        _ fault: Fault,
        in sandbox: Sandbox,
        _ judge: Judge,
        repeating: Bool
    ) async throws -> ([String], Bool) {
        let outcome: ChildProcess.Outcome
        switch fault {
        case .killed(let seconds):
            outcome = try await sandbox.runCommand(killedAfter: seconds)
        case .injected(let settings):
            outcome = try await sandbox.runCommand(try sandbox.shim(settings))
        }
        let counts = try OperationCounts(sandbox.places.counts)
        let isKilled = outcome.end == .signalled(9)
        let happened = counts.hits > 0 || isKilled
        switch outcome.end {
        case .hung: return (["it hung at \(counts.firstHit)"], happened)
        case .signalled where !isKilled: return (["it crashed at \(counts.firstHit): \(outcome.summary)"], happened)
        case .exited(let code) where code != 0 && !Self.explains(outcome):
            return (["it failed with \(code) and did not say what to do: \(outcome.summary)"], happened)
        default: break
        }
        let acknowledged = try sandbox.acknowledged()
        let wrong = try await judge.faults(
            in: sandbox,
            acknowledged: acknowledged,
            claimedDone: outcome.succeeded,
            repeating: repeating
        )
        return (wrong.map { "at \(counts.firstHit): \($0)" }, happened)
    }

    /// Whether a failed command says why in words of its own.
    private static func explains(_ outcome: ChildProcess.Outcome) -> Bool {
        outcome.end == .exited(1) && !outcome.errors.isEmpty && !outcome.errors.contains("unforeseen")
    }

    /// Runs the command undisturbed, for what it does, how long it takes and what it leaves.
    static func undisturbed(_ sandbox: Sandbox) async throws -> (Judge, OperationCounts, seconds: Double) {
        try await sandbox.restore()
        let outcome = try await sandbox.runCommand(try sandbox.shim(["FAULT_MODE": "count"]))
        guard outcome.succeeded else { throw HarnessError("undisturbed: \(outcome.summary)") }
        let counts = try OperationCounts(sandbox.places.counts)
        let acknowledged = try sandbox.acknowledged()
        guard counts.total > 0 else { throw HarnessError("undisturbed, the shim saw no file operation") }
        guard acknowledged > 0 else { throw HarnessError("undisturbed, nothing was acknowledged to SYNCD_TEST_ACKS") }
        let judge = try await Judge(undisturbed: sandbox)
        let wrong = try await judge.faults(in: sandbox, acknowledged: acknowledged, claimedDone: true, repeating: true)
        guard wrong.isEmpty else { throw HarnessError("undisturbed: \(wrong.joined(separator: "; "))") }
        return (judge, counts, outcome.seconds)
    }
}
