import Audit
import Automation
import EventLog
import Glibc
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

    /// Does what is due, second by second, on a thread of the server's, until the server stops.
    static func begin(
        in server: CommandServer,
        _ store: OpenStore,
        _ options: GlobalOptions,
        _ console: Console,
        _ surroundings: Surroundings
    ) throws {
        let last = try lastHeads(store.log)
        server.begin {
            let session = Session(on: store, options, console: console, surroundings: surroundings)
            var chores = ServerChores(session, lastHeads: last)
            while !server.isStopping {
                chores.doWhatIsDue(in: server)
                usleep(pause)
            }
        }
    }

    /// Microseconds between two looks at the clock.
    private static let pause: UInt32 = 500_000

    private init(_ session: Session, lastHeads: Timestamp?) {
        self.session = session
        console = session.console
        let now = session.now
        readersDue = Timestamp(microseconds: now.microseconds + Self.hour)
        workDue = now
        headsDue = lastHeads.map { Timestamp(microseconds: $0.microseconds + Self.day) } ?? now
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
    private mutating func doWhatIsDue(in server: CommandServer) {
        let now = session.now
        if workDue <= now, attempt(server, "erasures that are due", { try erase(at: now) }),
            attempt(server, "tasks that are due", { try runTasks(at: now, in: server) })
        {
            workDue = Timestamp(microseconds: now.microseconds + Self.minute)
        }
        if headsDue <= now, attempt(server, "heads of the audit trees", recordHeads) {
            headsDue = Timestamp(microseconds: now.microseconds + Self.day)
        }
        if readersDue <= now, attempt(server, "look for long readers", tellLongReaders) {
            readersDue = Timestamp(microseconds: now.microseconds + Self.hour)
        }
    }

    /// Writes down the heads of the trees; a log that has nothing to tell has none.
    private func recordHeads() throws {
        guard session.log.durableEnd > Position(1) else { return }
        let audit = try session.auditTrail()
        try session.recordHeads(audit)
        let book = try session.witnessBook()
        guard book.alarm == nil else { return }
        for witness in book.witnesses {
            do {
                let key = try WitnessKey(reading: witness.key)
                _ = try Publication(session: session, audit: audit, url: witness.url, key: key)
                    .publish(since: witness.size)
            } catch {
                // The next day asks again; a refusal is in the log, and `status` tells it.
                console.remark(Failure(error).message)
            }
        }
    }

    private func tellLongReaders() throws {
        for reader in try session.store.longReaders() {
            console.remark("A reader has been at work for \(Int(reader.seconds)) seconds: the store's files grow.")
        }
    }

    /// Carries out orders to erase whose day has come.
    private func erase(at now: Timestamp) throws {
        // Readers go on beside a server: what waits for a backup that was away is looked at here.
        try session.goOnWithErasure()
        let outcome = try ErasureRunner(session: session).carryOutDue(at: now)
        if outcome.people > 0 { console.remark(outcome.text) }
        outcome.remarks.forEach(console.remark)
    }

    /// Runs the tasks whose time has come, and tries deliveries again.
    private func runTasks(at now: Timestamp, in server: CommandServer) throws {
        let ended = try session.taskEngine(workers: Self.workers).runDue(at: now, isCancelled: { server.isStopping })
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

    /// Does a chore in its turn.
    ///
    /// - Returns: false when somebody else has the turn: it is due still.
    private func attempt(_ server: CommandServer, _ chore: String, _ work: () throws -> Void) -> Bool {
        do {
            try server.alone("syncd serve: \(chore)") { turn in
                session.turn = turn
                try work()
            }
        } catch let busy as CommandError where busy.code == .busy {
            return false
        } catch {
            console.warn("\(chore): \(Failure(error).message)")
        }
        return true
    }
}
