import Automation
import EventLog
import Foundation
import Glibc
import Identifiers
import Portal
import Projections
import School
import Transfer

/// What a server on a store tells those who watch over it (invariant: nothing of anybody; counts alone).
struct StoreWatch: ServerWatch {
    let store: OpenStore
    let turn: WriteTurn
    let counts: PortalCounts
    let isStopping: @Sendable () -> Bool
    let clock: @Sendable () -> Timestamp
    let began: Timestamp

    /// Events that state may be behind before a page would tell old news: an import's batch.
    private static let lagMax: UInt64 = 100_000

    func hindrances() -> [String] {
        var sentences: [String] = []
        if isStopping() { sentences.append("The server is stopping.") }
        do {
            if try store.failures.isUnhealed(store.log) {
                sentences.append("The last write failed, and none has gone through since: see the log, and the disk.")
            }
            let lag = store.log.durableEnd.rawValue - min(try statePosition(), store.log.durableEnd.rawValue)
            if lag > Self.lagMax { sentences.append("State is \(lag) events behind the log.") }
        } catch {
            sentences.append("State cannot be read: run `syncd projections verify`.")
        }
        return sentences
    }

    func measures() throws -> [Measure] {
        let now = clock()
        let end = store.log.durableEnd.rawValue
        let position = try statePosition()
        let (sessions, parked) = try store.state.read { (try $0.sessionCount(at: now), try $0.parkedEvents().count) }
        return [
            Measure("syncd_log_position", "Last durable position of the log.", Double(end), kind: .counter),
            Measure(
                "syncd_log_applied_position",
                "Last position in the log's file; what follows stands in the write-ahead log.",
                Double(store.log.appliedEnd.rawValue),
                kind: .counter
            ),
            Measure("syncd_state_position", "Last position that state has taken in.", Double(position), kind: .counter),
            Measure("syncd_state_lag_events", "Events that state is behind the log.", Double(end - min(position, end))),
            Measure("syncd_parked_events", "Events that state could not take in.", Double(parked)),
            Measure("syncd_wal_bytes", "Bytes of the write-ahead log's files.", Double(walBytes())),
            Measure("syncd_turn_held", "1 while a command changes the store.", turn.holder == nil ? 0 : 1),
            Measure("syncd_commands_waiting", "Commands and forms that wait for their turn.", Double(turn.waiting)),
            Measure("syncd_sessions", "Sessions that hold.", Double(sessions)),
            Measure("syncd_not_ready", "Reasons for which the server is not ready.", Double(hindrances().count)),
            Measure(
                "syncd_http_responses_total",
                "Answers of the head's page by status.",
                counts.byStatus.sorted { $0.key < $1.key }.map { .init(Double($0.value), ("code", String($0.key))) },
                kind: .counter
            ),
            Measure(
                "process_start_time_seconds",
                "When the server began, in seconds since 1970.",
                Double(began.microseconds) / 1_000_000
            ),
            Measure("process_resident_memory_bytes", "Resident memory.", Double(Self.residentBytes())),
        ] + (try tasks(at: now))
    }

    private func tasks(at now: Timestamp) throws -> [Measure] {
        // Nothing is appended by looking, so nobody acts.
        let engine = TaskEngine(
            log: store.log,
            state: store.state,
            actor: ActorID(store.log.owner),
            now: clock,
            runner: { preconditionFailure("an agenda runs nothing") }
        )
        let agenda = try engine.agenda(at: now)
        var last: [TaskRun.State: Int] = [:]
        try store.state.read { snapshot in
            for task in try snapshot.tasks() {
                for base in task.bases {
                    if let run = try snapshot.lastRun(of: task.id, at: base) { last[run.state, default: 0] += 1 }
                }
            }
        }
        return [
            Measure("syncd_tasks_due", "Tasks whose time has come and that are not queued.", Double(agenda.due.count)),
            Measure(
                "syncd_runs_waiting",
                "Runs that wait: to begin, or for another attempt.",
                [
                    .init(Double(agenda.ready.count), ("for", "turn")),
                    .init(Double(agenda.later.count), ("for", "another_attempt")),
                ]
            ),
            Measure(
                "syncd_last_runs",
                "How the last run of each task at each school ended.",
                Self.states.map { .init(Double(last[$0.state] ?? 0), ("state", $0.name)) }
            ),
        ]
    }

    private static let states: [(state: TaskRun.State, name: String)] = [
        (.running, "running"), (.exported, "exported"), (.nothingToSend, "nothing_to_send"), (.held, "held"),
        (.failed, "failed"), (.cancelled, "cancelled"),
    ]

    private func statePosition() throws -> UInt64 {
        try store.state.read { try $0.checkpoint().position.rawValue }
    }

    private func walBytes() -> Int {
        let folder = store.place.layout.wal
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            var facts = stat()
            return stat(folder + "/" + name, &facts) == 0 ? sum + Int(facts.st_size) : sum
        }
    }

    /// Of the process, as the kernel tells it; 0 when it does not.
    private static func residentBytes() -> Int {
        let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (words?.dropFirst().first.flatMap { Int($0) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
