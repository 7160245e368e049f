import ArgumentParser
import Automation
import EventLog
import Identifiers
import Projections
import School
import Transfer

/// Runs what is due.
struct RunDueCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-due",
        abstract: "Run the tasks whose time has come, and deliveries that are to be tried again.",
        discussion: """
            Times are those of Europe/London. What was missed while nothing ran is made up for once. A delivery that \
            failed is tried again after 1, 5, 15 and 60 minutes; what a rule holds back is not. --preview shows what is \
            due, what waits and when the next time comes, and runs nothing.

            Ends with exit code 1 when a run was held or failed.

            Example: syncd run-due --store school
            Example: syncd run-due --preview --store school
            Example: syncd run-due --at "01/03/2027 02:00" --store school
            """
    )

    @Option(help: ArgumentHelp("As if it were this time: dd/MM/yyyy HH:mm.", valueName: "time"))
    var at: String?

    @Option(help: ArgumentHelp("How many schools are at work at once.", valueName: "n"))
    var workers = 2

    @Flag(help: "Show what is due and what waits; run nothing.")
    var preview = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if !(1...16).contains(workers) { throw ValidationError("--workers is from 1 to 16.") }
        if let at, Self.time(at) == nil { throw ValidationError("\(at) is no time like 01/03/2027 02:00.") }
    }

    func run(in session: Session) throws {
        let time = at.flatMap(Self.time) ?? session.now
        let engine = try session.taskEngine(workers: workers)
        if preview { return try tell(try engine.agenda(at: time), session) }
        try session.makeFirstAuditKey()
        let before = try engine.agenda(at: time)
        let names = try session.taskNames()
        let keys = try session.baseKeys()
        let console = session.console
        let ended = try engine.runDue(
            at: time,
            ended: { one in
                let (task, base) = (names[one.waiting.task] ?? "-", keys[one.waiting.base] ?? "-")
                console.progress("Task \(task): \(base)")
            }
        )
        console.endProgress()
        try session.state.catchUp()
        try report(ended, names, keys, session)
        if ended.isEmpty { try tellIdle(before, session) }
        let isFaulty = ended.contains { $0.isFaulty }
        if isFaulty { throw ExitCode(1) }
    }

    /// The first instant of the minute that is named.
    private static func time(_ text: String) -> Timestamp? {
        guard text.contains(":"), let last = LondonTime.instant(text) else { return nil }
        return Timestamp(microseconds: last.microseconds / 60_000_000 * 60_000_000)
    }

    private func report(
        _ ended: [TaskEngine.Ended],
        _ names: [TaskID: String],
        _ keys: [BaseID: String],
        _ session: Session
    ) throws {
        var table = TextTable("Task", "Base", "Due", "State", "#Pupils", "#Groups", "File")
        for run in ended {
            if let id = run.outcome?.run, let row = try session.state.read({ try $0.taskRun(id) }) {
                try session.console.say(row.json(task: names[run.waiting.task], base: keys[run.waiting.base]))
            }
            let file = run.outcome?.files.first.flatMap { $0.split(separator: "/").last }.map(String.init)
            table.add(
                names[run.waiting.task] ?? "-",
                keys[run.waiting.base] ?? "-",
                LondonTime.text(run.waiting.slot),
                run.outcome?.state.name ?? RunState.failed.name,
                Counts.grouped(run.outcome?.counts.sentPupils ?? 0),
                Counts.grouped(run.outcome?.counts.sentGroups ?? 0),
                file ?? "-"
            )
        }
        if !ended.isEmpty { try session.console.say(table.text) }
        for run in ended {
            guard let outcome = run.outcome else {
                session.console.remark("\(names[run.waiting.task] ?? "-") could not be run: \(run.fault ?? "-").")
                continue
            }
            guard outcome.state == .held || outcome.state == .failed else { continue }
            session.console.remark(
                "\(names[run.waiting.task] ?? "-") at \(keys[run.waiting.base] ?? "-"): \(outcome.reason)."
            )
        }
    }

    /// Tasks whose times pass until heads have accepted (S0-17).
    private func tellDisabled(_ session: Session) throws {
        let keys = try session.baseKeys()
        for task in try session.tasks() where task.ruled?.terms.schedule != nil {
            let pending = try task.bases.filter {
                ScheduleState(task.ruled?.terms, try session.acceptance(of: task.report, at: $0))
                    == .disabledPendingConsent
            }
            guard !pending.isEmpty else { continue }
            session.console.remark(
                "Task \(task.name) is disabled until the head has accepted \(task.report): "
                    + pending.compactMap { keys[$0] }.sorted().joined(separator: ", ") + "."
            )
        }
    }

    private func tellIdle(_ agenda: TaskEngine.Agenda, _ session: Session) throws {
        if let end = agenda.blackoutEnd {
            return try session.console.say("Nothing begins by itself until \(LondonTime.text(end)).")
        }
        try tellDisabled(session)
        let next = agenda.next.map { "next is \(LondonTime.text($0))" } ?? "and no task has a time to come"
        try session.console.say("Nothing is due; \(next).")
    }

    private func tell(_ agenda: TaskEngine.Agenda, _ session: Session) throws {
        let names = try session.taskNames()
        let keys = try session.baseKeys()
        try session.console.say([
            "due": .array(
                agenda.due.map { due in
                    [
                        "task": .string(due.task.name), "slot": .string(LondonTime.iso(due.slot)),
                        "bases": .array(due.task.bases.map { JSON(keys[$0]) }), "missed": JSON(due.missed),
                    ]
                }
            ),
            "waiting": .array(
                (agenda.ready + agenda.later).map { run in
                    [
                        "task": JSON(names[run.task]), "base": JSON(keys[run.base]),
                        "notBefore": .string(LondonTime.iso(run.notBefore)), "failures": JSON(run.failures),
                    ]
                }
            ),
            "blackoutEnd": agenda.blackoutEnd.map { .string(LondonTime.iso($0)) } ?? .null,
            "next": agenda.next.map { .string(LondonTime.iso($0)) } ?? .null,
        ])
        var table = TextTable("Task", "Base", "Due", "Tries")
        for due in agenda.due {
            for base in due.task.bases { table.add(due.task.name, keys[base] ?? "-", LondonTime.text(due.slot), "0") }
        }
        for run in agenda.ready + agenda.later {
            table.add(
                names[run.task] ?? "-",
                keys[run.base] ?? "-",
                LondonTime.text(run.notBefore),
                String(run.failures)
            )
        }
        if agenda.due.isEmpty, agenda.ready.isEmpty, agenda.later.isEmpty {
            return try tellIdle(agenda, session)
        }
        try session.console.say(table.text)
        if let end = agenda.blackoutEnd {
            try session.console.say("Nothing begins by itself until \(LondonTime.text(end)).")
        }
    }
}

extension TaskEngine.Ended {
    /// True when the run was held or failed, or could not be run.
    var isFaulty: Bool {
        guard let outcome else { return true }
        return outcome.state == .held || outcome.state == .failed
    }
}

extension Session {
    /// What runs tasks by themselves.
    func taskEngine(workers: Int) throws -> TaskEngine {
        let (log, states, actor, clock, turn) = (log, transferStates, try actor().id, clock, turn)
        let (outbox, unsafe, prover) = (
            Outbox(folder: place.layout.outbox), testSettings.transfers, transferProver()
        )
        return TaskEngine(log: log, state: state, actor: actor, workers: workers, turn: turn, now: clock) {
            TransferRunner(
                log: log,
                states: states,
                outbox: outbox,
                actor: actor,
                now: clock,
                unsafe: unsafe,
                prover: prover,
                turn: turn
            )
        }
    }

    /// The names of all tasks that ever were.
    func taskNames() throws -> [TaskID: String] {
        Dictionary(uniqueKeysWithValues: try state.read { try $0.allTasks() }.map { ($0.id, $0.name) })
    }
}
