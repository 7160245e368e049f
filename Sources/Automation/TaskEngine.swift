import Dispatch
import EventLog
import Identifiers
import Projections
import School
import Sealing
import Synchronization
import Transfer

/// Runs tasks by themselves: what is due now, run it, when is the next.
///
/// A command calls it once, a server again and again; both may, since what is due stands in the log. One run a base at a
/// time, so one a base and task; as many bases at once as there are workers.
public final class TaskEngine: Sendable {
    private let log: EventLog
    private let state: State
    private let actor: ActorID
    private let now: @Sendable () -> Timestamp
    private let runner: @Sendable () -> TransferRunner
    private let workers: Int
    private let turn: any RunTurn

    /// Makes an engine.
    ///
    /// - Parameters:
    ///   - log: the store's log.
    ///   - state: its state.
    ///   - actor: who causes the runs.
    ///   - workers: how many schools are at work at once.
    ///   - turn: in which the caller is; the workers share it, and are outside of it while they deliver.
    ///   - now: the clock, for what is recorded.
    ///   - runner: makes a runner for a worker.
    public init(
        log: EventLog,
        state: State,
        actor: ActorID,
        workers: Int = 2,
        turn: any RunTurn = OwnTurn(),
        now: @escaping @Sendable () -> Timestamp,
        runner: @escaping @Sendable () -> TransferRunner
    ) {
        self.log = log
        self.state = state
        self.actor = actor
        self.workers = max(1, workers)
        self.turn = turn
        self.now = now
        self.runner = runner
    }

    /// What waits.
    public struct Agenda: Sendable {
        /// Tasks whose time has come and that are not queued yet.
        public var due: [DuePlan.Due]
        /// Runs that may begin now.
        public var ready: [WaitingRun]
        /// Runs that wait for another attempt.
        public var later: [WaitingRun]
        /// Until when nothing begins; nil when it may.
        public var blackoutEnd: Timestamp?
        /// When there is something to do next; nil for never.
        public var next: Timestamp?
    }

    /// How a run that was due went.
    public struct Ended: Sendable {
        /// The run that waited.
        public var waiting: WaitingRun
        /// How it ended; nil when it could not be run at all.
        public var outcome: RunOutcome?
        /// What kept it from being run; nil when nothing did.
        public var fault: String?
    }

    /// What is due, what waits and when the next time comes; nothing is appended.
    public func agenda(at time: Timestamp) throws -> Agenda {
        try state.catchUp()
        let (tasks, waiting, windows) = try state.read { snapshot in
            (try scheduled(snapshot), try snapshot.waitingRuns(), try snapshot.blackouts())
        }
        let due = DuePlan.due(tasks, at: time)
        let ready = waiting.filter { $0.notBefore <= time }
        let later = waiting.filter { $0.notBefore > time }
        let end = DuePlan.blackoutEnd(windows, at: time)
        var next = DuePlan.next(tasks, after: time)
        for wait in later { next = min(next ?? wait.notBefore, wait.notBefore) }
        if !due.isEmpty || !ready.isEmpty { next = end ?? time }
        return Agenda(due: due, ready: ready, later: later, blackoutEnd: end, next: next)
    }

    /// Queues what is due, and runs what waits unless nothing may begin now.
    ///
    /// Durable on return: every outcome stands in the log. Killed on the way, what has not ended waits still.
    ///
    /// - Parameters:
    ///   - time: what is due is due then.
    ///   - isCancelled: asked before each run; what has not begun stays in the queue.
    ///   - ended: hears of each run, from any thread.
    /// - Returns: how the runs ended, in the order in which they waited.
    @available(*, noasync, message: "runs hold their threads")
    @discardableResult
    public func runDue(
        at time: Timestamp,
        isCancelled: @escaping @Sendable () -> Bool = { false },
        ended: @escaping @Sendable (Ended) -> Void = { _ in }
    ) throws -> [Ended] {
        try queue(agenda(at: time).due)
        let agenda = try agenda(at: time)
        guard agenda.blackoutEnd == nil else { return [] }
        return run(agenda.ready, isCancelled: isCancelled, ended: ended)
    }

    private func queue(_ due: [DuePlan.Due]) throws {
        guard !due.isEmpty else { return }
        let time = now()
        var randomness = SystemRandomness()
        let batch = Batch(
            command: .timeOrdered(at: time, using: &randomness),
            actor: actor,
            recordedAt: time,
            events: try due.map { try $0.event(owner: log.owner) },
            conditions: []
        )
        _ = try batch.surely(log.append)
        try state.catchUp()
    }

    private func run(
        _ ready: [WaitingRun],
        isCancelled: @escaping @Sendable () -> Bool,
        ended: @escaping @Sendable (Ended) -> Void
    ) -> [Ended] {
        var order: [BaseID] = []
        var byBase: [BaseID: [WaitingRun]] = [:]
        for run in ready {
            if byBase[run.base] == nil { order.append(run.base) }
            byBase[run.base, default: []].append(run)
        }
        let bases = order.map { byBase[$0] ?? [] }
        let next = Atomic(0)
        let results = Mutex<[Ended]>([])
        guard !bases.isEmpty else { return [] }
        let working = min(workers, bases.count)
        // The caller works, too: as one of them.
        turn.join(working - 1)
        defer { turn.enter() }
        DispatchQueue.concurrentPerform(iterations: working) { [turn] _ in
            defer { turn.leave() }
            let runner = runner()
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < bases.count else { return }
                for waiting in bases[index] where !isCancelled() {
                    let result = run(waiting, by: runner)
                    results.withLock { $0.append(result) }
                    ended(result)
                }
            }
        }
        let places = Dictionary(uniqueKeysWithValues: ready.enumerated().map { ($1, $0) })
        return results.withLock { $0 }.sorted { (places[$0.waiting] ?? 0) < (places[$1.waiting] ?? 0) }
    }

    private func run(_ waiting: WaitingRun, by runner: TransferRunner) -> Ended {
        do {
            return Ended(waiting: waiting, outcome: try runner.run(task: waiting.task, base: waiting.base), fault: nil)
        } catch {
            // What cannot be run at all must not be tried again every minute: it ends as a failed run.
            let outcome = try? runner.fail(task: waiting.task, base: waiting.base, because: error)
            return Ended(waiting: waiting, outcome: outcome, fault: "\(error)")
        }
    }

    private func scheduled(_ snapshot: borrowing Snapshot) throws -> [ScheduledTask] {
        var found: [ScheduledTask] = []
        for task in try snapshot.tasks() {
            guard var ruled = task.ruled, ruled.terms.schedule != nil else { continue }
            var set = try log.event(at: task.changedAt)?.recordedAt ?? Timestamp(microseconds: 0)
            // Disabled pending consent: where no head has ever decided, due times pass with no run and no file (S0-17).
            let decided = try ruled.bases.map { ($0, try snapshot.acceptance(of: ruled.report, at: $0)) }
                .filter { $0.1.state != .available }
            guard let first = decided.map(\.1.position).min() else { continue }
            ruled.bases = decided.map(\.0)
            if let accepted = try log.event(at: first)?.recordedAt { set = max(set, accepted) }
            found.append(ScheduledTask(ruled, since: max(set, try snapshot.lastSlot(of: task.id) ?? set)))
        }
        return found
    }
}
