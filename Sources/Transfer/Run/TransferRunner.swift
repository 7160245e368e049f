import Connectors
import EventLog
import Identifiers
import School
import Sealing
import Synchronization

/// Runs tasks: what was accepted leaves the school, everything that changed, each thing once, and a cursor moves only on
/// acknowledged success (invariants 1, 6, 7).
///
/// One runner a store; its runs go one after the other.
public final class TransferRunner: Sendable {
    /// A protection that a test takes away, to prove that its absence is seen.
    package enum Unsafe: String, Sendable, Hashable, CaseIterable {
        /// The cursor moves before the delivery.
        case completesBeforeDelivery = "cursor-before-delivery"
    }

    let log: EventLog
    let states: any TransferStates
    let outbox: Outbox
    let delivery: @Sendable (Recipient) -> any Delivery
    let journal: RunJournal
    let unsafe: Set<Unsafe>
    let prover: TransferProver?
    /// What a delivery goes on outside of.
    let others: any RunTurn
    /// Held by the run at work.
    let turn: Mutex<any RandomNumberGenerator & Sendable>

    /// Held while a run that names pupils begins: runs of other schools name theirs before or after.
    private static let naming = Mutex(())

    /// How often a run is planned anew when the log moved on between its plan and its beginning.
    private static let plans = 5

    /// Makes the runner of a store.
    ///
    /// - Parameters:
    ///   - log: the store's log.
    ///   - states: its state.
    ///   - outbox: the folder, in the store, where files wait for delivery.
    ///   - actor: who causes the runs.
    ///   - now: the clock.
    ///   - randomness: where ids are drawn from.
    ///   - prover: proves what manifests tell; none leaves proofs out.
    ///   - turn: in which the caller is; a delivery goes on outside of it.
    ///   - delivery: the way to a recipient; the one of its record by default.
    public convenience init(
        log: EventLog,
        states: any TransferStates,
        outbox: Outbox,
        actor: ActorID,
        now: @escaping @Sendable () -> Timestamp,
        randomness: some RandomNumberGenerator & Sendable = SystemRandomness(),
        prover: TransferProver? = nil,
        turn: any RunTurn = OwnTurn(),
        delivery: @escaping @Sendable (Recipient) -> any Delivery = { Deliveries.way(to: $0) }
    ) {
        self.init(
            log: log,
            states: states,
            outbox: outbox,
            actor: actor,
            now: now,
            randomness: randomness,
            unsafe: [],
            prover: prover,
            turn: turn,
            delivery: delivery
        )
    }

    /// Makes a runner that may lack protections, for tests.
    package init(
        log: EventLog,
        states: any TransferStates,
        outbox: Outbox,
        actor: ActorID,
        now: @escaping @Sendable () -> Timestamp,
        randomness: some RandomNumberGenerator & Sendable = SystemRandomness(),
        unsafe: Set<Unsafe>,
        prover: TransferProver? = nil,
        turn: any RunTurn = OwnTurn(),
        delivery: @escaping @Sendable (Recipient) -> any Delivery = { Deliveries.way(to: $0) }
    ) {
        self.log = log
        self.states = states
        self.outbox = outbox
        self.unsafe = unsafe
        self.prover = prover
        self.delivery = delivery
        journal = RunJournal(log: log, actor: actor, now: now)
        others = turn
        self.turn = Mutex(randomness)
    }

    /// Runs a task for one of its bases.
    ///
    /// A run that was killed before is ended first, and its changes go again.
    ///
    /// Durable on return: the outcome stands in the log. Held and failed runs are outcomes, not errors.
    ///
    /// - Throws: `unknown` for a task or base that is not there, and what keeps the outcome itself out of the log.
    @available(*, noasync, message: "a run holds its thread")
    public func run(task: TaskID, base: BaseID, options: RunOptions = RunOptions()) throws -> RunOutcome {
        try turn.withLock { generator in
            try endInterrupted(task, base, using: &generator)
            var outcome = try carryOut(task, base, options, using: &generator)
            // A restored store does not know which numbers were given after its backup: those that the recipient still has.
            for _ in 0..<Self.namesTaken where outcome.code == TransferError.Code.nameTaken.rawValue {
                guard try states.read(reaching: log.durableEnd, { try $0.restored() != nil }) else { break }
                outcome = try carryOut(task, base, options, using: &generator)
            }
            return outcome
        }
    }

    /// File names in a row that are tried after a restore.
    private static let namesTaken = 99

    /// Plans a run and carries it out, again when the log has moved on before it could begin.
    private func carryOut(
        _ task: TaskID,
        _ base: BaseID,
        _ options: RunOptions,
        using generator: inout any RandomNumberGenerator & Sendable
    ) throws -> RunOutcome {
        for _ in 0..<Self.plans {
            if let outcome = try attempt(task, base, options, using: &generator) { return outcome }
        }
        throw TransferError(.contended, "the store changed each time that the run was to begin: run it again")
    }

    /// Ends the runs from a base that were interrupted: files of theirs that still wait are destroyed, and it is said so
    /// in the log.
    ///
    /// Durable on return. When acceptance is withdrawn, nothing of before may be left lying about (rulings 8).
    @available(*, noasync, message: "it holds its thread")
    public func endInterrupted(at base: BaseID, of tasks: [TaskID]) throws {
        try turn.withLock { generator in
            for task in tasks { try endInterrupted(task, base, using: &generator) }
        }
    }

    /// What a run would do now: nothing is appended and no file is made.
    @available(*, noasync, message: "a preview holds its thread")
    public func preview(task: TaskID, base: BaseID, options: RunOptions = RunOptions()) throws -> RunPreview {
        let plan = try plan(.zero, task, base, options, at: journal.now())
        var preview = RunPreview(
            task: plan.task,
            recipient: plan.recipient,
            school: plan.school,
            refusal: nil,
            export: nil,
            selection: plan.selection,
            bounds: plan.run.lower...plan.run.upper
        )
        switch plan.approval {
        case .granted(let export): preview.export = export
        case .refused(let reason): preview.refusal = reason
        }
        if plan.awaitsConfirmation { preview.refusal = RunEnd.restoredWords }
        return preview
    }

    /// Plans a run and carries it out; nil when the log moved on before it could begin.
    private func attempt(
        _ task: TaskID,
        _ base: BaseID,
        _ options: RunOptions,
        using generator: inout any RandomNumberGenerator & Sendable
    ) throws -> RunOutcome? {
        let time = journal.now()
        var plan = try plan(.random(using: &generator), task, base, options, at: time)
        let export: ApprovedExport
        switch plan.approval {
        case .refused(let reason):
            let end = RunEnd(.held, RunEnd.notAccepted, reason)
            return try journal.end(plan.run, end, cause: .origin, using: &generator)
        case .granted(let granted): export = granted
        }
        if plan.awaitsConfirmation {
            let end = RunEnd(.held, RunEnd.restored, RunEnd.restoredWords)
            return try journal.end(plan.run, end, cause: .origin, using: &generator)
        }
        if let reason = plan.recipient.refusal {
            let end = RunEnd(.held, RunEnd.recipientIncomplete, reason)
            return try journal.end(plan.run, end, cause: .origin, using: &generator)
        }
        let acceptance = StreamCondition(
            stream: TransferStreams.acceptance(of: export.report, at: base),
            version: export.streamVersion
        )
        if !plan.selection.hasNews {
            let end = RunEvents.completed(
                plan.run,
                plan.selection.counts,
                digest: nil,
                under: export,
                cause: export.acceptance
            )
            guard try journal.append([end], if: [acceptance], using: &generator) != nil else { return nil }
            return RunOutcome(plan.run, .nothingToSend, counts: plan.selection.counts)
        }
        plan.nameNewPupils(using: &generator)
        let file: TransferFileFacts
        do {
            file = try facts(of: plan, at: time)
        } catch let error as TransferError where error.code == .laestabMissing {
            let end = RunEnd(.failed, error.code.rawValue, error.description)
            return try journal.end(plan.run, end, cause: .origin, using: &generator)
        }
        let transfers = StreamCondition(stream: plan.run.stream, version: plan.streamVersion)
        let begun = try Self.naming.withLock { _ in
            try namesStand(plan)
                ? try journal.append(
                    RunEvents.started(plan.run, file, plan.sent, under: export),
                    if: [acceptance, transfers],
                    using: &generator
                ) : nil
        }
        guard let begun else { return nil }
        return try carryOut(plan, file, export, started: begun.first, using: &generator)
    }

    private func plan(
        _ id: RunID,
        _ task: TaskID,
        _ base: BaseID,
        _ options: RunOptions,
        at time: Timestamp
    ) throws -> RunPlan {
        try states.read(reaching: log.durableEnd) { state in
            var plan = try RunPlan(
                id,
                task: task,
                base: base,
                from: state,
                today: LondonClock.day(time),
                options: options,
                code: contentCoder
            )
            if case .granted(let export) = plan.approval {
                try KeyChange(
                    log: log,
                    state: state,
                    export: export,
                    recipient: plan.recipient.id,
                    code: contentCoder
                ).mark(&plan.selection)
                if plan.task.format.tellsWholePupils {
                    let bounds = (lower: plan.run.lower, upper: plan.run.upper)
                    try GoneRows(log: log, state: state, base: base, export: export, bounds: bounds)
                        .mark(&plan.selection)
                }
            }
            return plan
        }
    }

    /// Codes contents under the pupils' data keys.
    var contentCoder: ContentCoder {
        { [log] bytes, pupil, group in
            try log.keyedHash(of: bytes, subject: pupil, dataClass: DataClass(rawValue: group.rawValue))
        }
    }

    private func namesStand(_ plan: RunPlan) throws -> Bool {
        guard !plan.newlyNamed.isEmpty else { return true }
        return try states.read(reaching: log.durableEnd) { try plan.namesStand(in: $0) }
    }

    private func facts(of plan: RunPlan, at time: Timestamp) throws -> TransferFileFacts {
        let parties = try TransferParties(from: plan.school, to: plan.recipient.party)
        let name = try TransferFileName(plan.task.format, plan.number, parties)
        return TransferFileFacts(
            number: plan.number,
            name: name.description,
            renderer: TransferRendering.version(of: plan.task.format),
            isSnapshot: plan.type == .snapshot && plan.task.terms.cohort == .everyYear,
            renderedAt: time
        )
    }
}
