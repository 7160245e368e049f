import EventLog
import Events
import Identifiers
import Projections
import School
import Sealing

/// Undoes an import: appends events that change back what the run changed and nobody has changed since.
///
/// Nothing is deleted. Every batch holds only if the streams that it writes to are as they were when it was decided, so
/// that no change of anybody is written over; what has been changed back is not changed back twice, so that an undo
/// which was killed is finished by the same call.
public struct UndoRunner {
    let log: EventLog
    private let state: State
    private let actor: ActorID
    private let now: @Sendable () -> Timestamp
    let batchEventsMax: Int
    private let append: (Batch) throws -> Appended
    private let progress: (Int) -> Void

    /// Makes a runner.
    ///
    /// - Parameters:
    ///   - log: the log to read and to append to.
    ///   - state: what the log has led to.
    ///   - actor: who undoes.
    ///   - now: the clock.
    ///   - batchEventsMax: how many things of the run are changed back in one batch.
    ///   - append: appends a batch; the log's own unless a test stands between.
    ///   - progress: told after each batch how many events were appended.
    public init(
        log: EventLog,
        state: State,
        actor: ActorID,
        now: @escaping @Sendable () -> Timestamp,
        batchEventsMax: Int = 2_000,
        append: ((Batch) throws -> Appended)? = nil,
        progress: @escaping (Int) -> Void = { _ in }
    ) {
        self.log = log
        self.state = state
        self.actor = actor
        self.now = now
        self.batchEventsMax = batchEventsMax
        self.append = append ?? { try log.append($0) }
        self.progress = progress
    }

    /// Undoes a run, or shows what undoing it would do.
    ///
    /// Durable on return; state is not brought up to date. Called again it changes back what could not be changed back
    /// before, and appends nothing when there is nothing.
    ///
    /// - Throws: `undoDisturbed` when others kept changing the same things; what has been changed back stays so.
    public func undo(_ run: ImportRun, isDryRun: Bool = false) throws -> UndoReport {
        try state.catchUp()
        let undo = Self.undoID(of: run.id)
        let (runs, undone) = try state.read { snapshot in
            (try snapshot.importRuns(of: run.source), try snapshot.undoneImports(of: run.source))
        }
        let begun = undone.first { $0.run == run.id }
        var report = UndoReport(run: run.id, undo: undo)
        report.isDryRun = isDryRun
        report.resumed = begun.map { !$0.isComplete } ?? false
        var pairs = Dictionary(uniqueKeysWithValues: undone.map { ($0.undo, $0.run) })
        pairs[undo] = run.id
        let reader = PastReader(log)
        let isLatest = !runs.contains { other in
            other.startedAt > run.startedAt && !undone.contains { $0.run == other.id }
        }
        let planner = UndoPlanner(
            source: run.source,
            run: run.id,
            undone: pairs,
            composer: EventComposer(source: run.source, run: undo),
            reader: reader,
            needs: UndoNeeds(run: run.id, source: run.source, undone: pairs, reader: reader, isLatest: isLatest)
        )
        var ending = Ending(run: run, undo: undo, begun: begun, resumedAt: log.durableEnd)
        var cursor = try firstPosition(of: run)
        let last = run.isComplete ? run.completedAt : log.durableEnd
        repeat {
            let touches = try touches(of: run.id, from: &cursor, through: last)
            var rest = touches[...]
            repeat {
                let isLast = cursor > last
                let covered = try changeBack(rest, isLast: isLast, planner, &ending, &report)
                rest = rest.dropFirst(covered)
            } while !rest.isEmpty
        } while cursor <= last
        return report
    }

    /// The run of an undo: the same run, the same undo.
    static func undoID(of run: RunID) -> RunID { RunID(RunCommand.id(run: run, step: "undo")) }

    /// What is appended around the changes.
    private struct Ending {
        let run: ImportRun
        let undo: RunID
        /// What state has of an earlier undo of the run.
        let begun: UndoneImport?
        let resumedAt: Position
        var batches = 0
        var hasBegun = false

        /// An end must be told: something was changed back, an undo was cut short, or the run itself was.
        func isDue(_ appended: Int) -> Bool {
            appended > 0 || begun?.isComplete == false || (!run.isComplete && begun == nil)
        }

        mutating func command() -> CommandID {
            batches += 1
            return RunCommand.id(run: run.id, step: "undo \(batches) after \(resumedAt)")
        }
    }

    /// Plans and appends one batch; once more from the present state when something has changed in between.
    ///
    /// - Returns: how many of the touches were dealt with.
    private func changeBack(
        _ touches: ArraySlice<UndoTouch>,
        isLast: Bool,
        _ planner: UndoPlanner,
        _ ending: inout Ending,
        _ report: inout UndoReport
    ) throws -> Int {
        for _ in 1...5 {
            if !report.isDryRun { try state.catchUp() }
            let plan = try state.read { try planner.plan(touches, in: $0) }
            var after = report
            after.add(plan)
            guard !report.isDryRun else {
                report = after
                return plan.covered
            }
            let ends = isLast && plan.covered == touches.count
            var events = plan.events
            if ends {
                if ending.isDue(after.appended) { events.append(try end(ending, after)) }
            } else if !events.isEmpty, !ending.hasBegun {
                try begin(&ending)
                continue
            }
            guard !events.isEmpty else {
                report = after
                return plan.covered
            }
            let streams = plan.streams.union([StreamID(planner.source)])
            let conditions = try streams.map { StreamCondition(stream: $0, version: try log.version(of: $0)) }
            // The versions are those of the state that the plan was made from, or it is made again.
            guard log.durableEnd == plan.position else { continue }
            let batch = Batch(
                command: ending.command(),
                actor: actor,
                recordedAt: now(),
                events: events,
                conditions: conditions
            )
            do {
                after.position = try batch.surely(append).last
            } catch let error as EventLogError where error.code == .versionConflict || error.code == .keysChanged {
                continue
            }
            report = after
            progress(report.appended)
            return plan.covered
        }
        throw ImportError(
            .undoDisturbed,
            "others kept changing what the run had changed: run the same command again; what has been undone stays so"
        )
    }

    private func begin(_ ending: inout Ending) throws {
        ending.hasBegun = true
        guard ending.begun == nil else { return }
        var open = Syncd_Events_ImportUndoStarted()
        open.source = ending.run.source.data
        open.run = ending.undo.data
        open.undone = ending.run.id.data
        let event = NewEvent(
            type: EventType.importUndoStarted.number,
            base: log.owner,
            stream: StreamID(ending.run.source),
            open: try open.bytes()
        )
        let command = ending.command()
        _ = try Batch(command: command, actor: actor, recordedAt: now(), events: [event]).surely(append)
    }

    private func end(_ ending: Ending, _ report: UndoReport) throws -> NewEvent {
        var open = Syncd_Events_ImportUndone()
        open.source = ending.run.source.data
        open.run = ending.undo.data
        open.undone = ending.run.id.data
        open.appended = UInt64(report.appended)
        open.counts = report.entities.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, counts in
            var message = Syncd_Events_UndoneCounts()
            message.kind = UInt32(kind.rawValue)
            message.ended = UInt64(counts.ended)
            message.restored = UInt64(counts.restored)
            message.left = UInt64(counts.left)
            return message
        }
        return NewEvent(
            type: EventType.importUndone.number,
            base: log.owner,
            stream: StreamID(ending.run.source),
            open: try open.bytes()
        )
    }
}
