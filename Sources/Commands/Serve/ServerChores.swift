import Automation
import EventLog
import Identifiers
import LMDB
import Projections
import School

/// What a server does by itself: each chore in its turn, when it is due.
struct ServerChores {
    private let session: Session
    private let console: Console
    private var headsDue: Timestamp
    private var readersDue: Timestamp
    private var workDue: Timestamp

    /// Microseconds.
    private static let minute: Int64 = 60_000_000
    private static let hour: Int64 = 3_600_000_000
    private static let day = 24 * hour

    /// Knows the store, and what was done before it was opened.
    init(_ session: Session) {
        self.session = session
        console = session.console
        let now = session.now
        readersDue = Timestamp(microseconds: now.microseconds + Self.hour)
        workDue = now
        let last = (try? Self.lastHeads(session.log)) ?? nil
        headsDue = last.map { Timestamp(microseconds: $0.microseconds + Self.day) } ?? now
    }

    /// When the heads of the trees were written down last; nil for never.
    private static func lastHeads(_ log: EventLog) throws -> Timestamp? {
        var last: Timestamp?
        try log.read(LogQuery(type: EventType.headsRecorded.number, direction: .backward)) { event in
            last = event.recordedAt
            return false
        }
        return last
    }

    /// Does what is due; what fails is told, and tried again when it is due next.
    mutating func doWhatIsDue(in server: CommandServer) {
        let now = session.now
        if workDue <= now {
            workDue = Timestamp(microseconds: now.microseconds + Self.minute)
            attempt(server, "erasures that are due") { try erase(at: now) }
            attempt(server, "tasks that are due") { try runTasks(at: now) }
        }
        if headsDue <= now {
            headsDue = Timestamp(microseconds: now.microseconds + Self.day)
            attempt(server, "heads of the audit trees") {
                // A log that has nothing to tell has no heads either.
                guard session.log.durableEnd > Position(1) else { return }
                try session.recordHeads(try session.auditTrail())
            }
        }
        if readersDue <= now {
            readersDue = Timestamp(microseconds: now.microseconds + Self.hour)
            attempt(server, "look for long readers") {
                for reader in try session.store.longReaders() {
                    console.remark(
                        "A reader has been at work for \(Int(reader.seconds)) seconds: the store's files grow."
                    )
                }
            }
        }
    }

    /// Carries out orders to erase whose day has come.
    private func erase(at now: Timestamp) throws {
        let outcome = try ErasureRunner(session: session).carryOutDue(at: now)
        if outcome.people > 0 { console.remark(outcome.text) }
        outcome.remarks.forEach(console.remark)
    }

    /// Runs the tasks whose time has come, and tries deliveries again.
    private func runTasks(at now: Timestamp) throws {
        let ended = try session.taskEngine(workers: Self.workers).runDue(at: now)
        guard !ended.isEmpty else { return }
        try session.state.catchUp()
        let faulty = ended.count(where: \.isFaulty)
        console.remark(
            "\(Counts.of(ended.count, "task run")) at \(LondonTime.text(now))"
                + (faulty > 0 ? ", \(Counts.grouped(faulty)) held or failed: see `syncd status`." : ".")
        )
    }

    /// Schools at work at once.
    private static let workers = 2

    private func attempt(_ server: CommandServer, _ chore: String, _ work: () throws -> Void) {
        do {
            try server.alone("syncd serve: \(chore)", waiting: 600, work)
        } catch {
            console.remark("syncd: \(chore): \(Failure(error).message)")
        }
    }
}
