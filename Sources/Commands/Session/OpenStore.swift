import Audit
import EventLog
import LMDB
import Projections
import Synchronization

/// A store that this process owns: the log, and the state caught up with it.
///
/// The one place where a store is opened and closed. A command opens one for itself; `serve` holds one for all.
final class OpenStore: Sendable {
    /// Where everything lies.
    let place: StorePlace
    /// The log.
    let log: EventLog
    /// What the log has led to.
    let state: State
    /// What a test has asked of this process; nothing in a release build.
    let testSettings: TestSettings
    /// The trees, opened when somebody asks for them: once in a process.
    private let trail = Mutex<AuditTrail?>(nil)
    #if DEBUG
        private let company: TestCompany
    #endif

    /// Opens a store, and brings its state up to the log's end.
    ///
    /// - Parameters:
    ///   - options: which store, which keys, how long to wait.
    ///   - purpose: what the owner is doing, shown to those who wait.
    /// - Throws: what the log says of a folder that is no store, of missing keys, of another owner.
    init(_ options: GlobalOptions, purpose: String, console: Console, surroundings: Surroundings) throws {
        place = try StorePlace(options, surroundings)
        testSettings = try TestSettings(surroundings.environment)
        var settings = testSettings.log
        settings.acceptsClockStep = options.clockOk
        settings.keepsSupersededKeys = true
        log = try EventLog(
            opening: place.layout,
            keySource: place.keySource(),
            settings: settings,
            purpose: purpose,
            waitMilliseconds: options.wait * 1000,
            onFailure: { console.remark("syncd: \(Failure($0).message)") }
        )
        if log.recovery.foundTornFrame || log.recovery.eventsApplied > 0 {
            console.remark(
                "The store was not closed in order last time; it was put right, and nothing acknowledged was lost."
            )
        }
        if log.mendedKeyPages > 0 {
            console.remark(
                "The key file had \(Counts.of(log.mendedKeyPages, "page")) with one damaged copy, which was mended from the "
                    + "other: check the disk."
            )
        }
        do {
            state = try Self.open(place, log, testSettings, console, surroundings)
            try state.catchUp()
        } catch {
            try? log.close()
            throw error
        }
        console.endProgress()
        #if DEBUG
            company = TestCompany(testSettings.company, log: log, state: state)
        #endif
    }

    /// Opens state, which is made again when it is not of this log and this program.
    private static func open(
        _ place: StorePlace,
        _ log: EventLog,
        _ tests: TestSettings,
        _ console: Console,
        _ surroundings: Surroundings
    ) throws -> State {
        let notes = ParkingNotes(log: log, surroundings: surroundings)
        let progress = WorkProgress()
        return try State(
            at: place.layout.state,
            of: log,
            limits: tests.state,
            notice: { notice in
                switch notice {
                case .rebuilding(let reason):
                    console.remark("State is made again from the log: \(reason).")
                case .outdated(let outdated):
                    console.remark(
                        "This syncd makes other rows of \(outdated.map(\.name).joined(separator: ", ")): what needs them is "
                            + "refused until `syncd projections rebuild --review` and `--accept`."
                    )
                case .resumed(let position):
                    console.remark(
                        "A rebuild that was cut off goes on from event \(Counts.grouped(position.rawValue))."
                    )
                case .rebuilt(let position, let end):
                    console.progress(
                        "State: " + progress.text(position.rawValue, of: end.rawValue, "event", at: surroundings.now())
                    )
                case .published:
                    console.endProgress()
                }
            },
            recorder: { parked in
                try notes.park(parked)
                console.remark(
                    "State could not take in \(Counts.of(parked.count, "event")): parked, with what follows in the same "
                        + "stream. See `syncd projections parked list`."
                )
            }
        )
    }

    /// The log's trees, which may be behind it.
    func auditTrail() throws -> AuditTrail {
        try trail.withLock { trail in
            if let trail { return trail }
            let opened = try AuditTrail(of: log)
            trail = opened
            return opened
        }
    }

    /// Who has read the log or state so long that it is to be told.
    func longReaders() throws -> [OpenReader] {
        try log.longReaders(olderThan: Self.longReading) + state.longReaders(olderThan: Self.longReading)
    }

    /// A command reads for a second or two, in seconds.
    private static let longReading = 60.0

    /// Closes the store in order.
    func close() throws {
        #if DEBUG
            defer { try? log.close() }
            try company.leave()
        #endif
        try log.close()
    }
}
