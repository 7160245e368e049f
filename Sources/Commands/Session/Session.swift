import EventLog
import Identifiers
import LMDB
import Projections
import School
import Sealing

/// An open store: the log, the state caught up with it, and who acts.
///
/// The one place where a store is opened and closed. Clock and randomness are made here, at the rim, and passed on.
final class Session {
    /// Where everything lies.
    let place: StorePlace
    /// The log.
    let log: EventLog
    /// What the log has led to.
    let state: State
    /// Where results and remarks go.
    let console: Console
    /// What a test has asked of this process; nothing in a release build.
    let testSettings: TestSettings
    private let surroundings: Surroundings
    #if DEBUG
        private let company: TestCompany
    #endif
    private var actingAs: Actor?

    /// Opens the store that a command means.
    ///
    /// - Parameters:
    ///   - options: which store, which keys, how long to wait.
    ///   - purpose: what the command is, shown to those who wait.
    /// - Throws: what the log says of a folder that is no store, of missing keys, of another owner.
    init(_ options: GlobalOptions, purpose: String, console: Console, surroundings: Surroundings) throws {
        place = try StorePlace(options, surroundings)
        self.console = console
        self.surroundings = surroundings
        testSettings = try TestSettings(surroundings.environment)
        var settings = testSettings.log
        settings.acceptsClockStep = options.clockOk
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
        do {
            try goOnWithErasure()
        } catch {
            try? close()
            throw error
        }
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

    /// Tells the log of events that wait.
    var parkingNotes: ParkingNotes { ParkingNotes(log: log, surroundings: surroundings) }

    /// Who has read the log or state so long that it is to be told.
    func longReaders() throws -> [OpenReader] {
        try log.longReaders(olderThan: Self.longReading) + state.longReaders(olderThan: Self.longReading)
    }

    /// A command reads for a second or two, in seconds.
    private static let longReading = 60.0

    /// The present instant.
    var now: Timestamp { surroundings.now() }

    /// The clock, for work that lasts.
    var clock: @Sendable () -> Timestamp { { [surroundings] in surroundings.now() } }

    /// Who acts; an account that acts for the first time is named in the log first.
    func actor() throws -> Actor {
        if let actingAs { return actingAs }
        let actor = try Actor.acting(in: log, surroundings)
        actingAs = actor
        return actor
    }

    /// Appends events as the present actor; durable on return, and state has taken them in.
    @discardableResult
    func append(_ events: [NewEvent], conditions: [StreamCondition] = []) throws -> Appended {
        let actor = try actor()
        let batch = Batch(
            command: command(),
            actor: actor.id,
            recordedAt: now,
            events: events,
            conditions: conditions
        )
        let appended = try batch.surely(log.append)
        try state.catchUp()
        return appended
    }

    /// Appends what a rule decided, and tells it.
    ///
    /// - Parameter subject: what it is about, put before what is told.
    /// - Returns: nil when nothing was to be appended.
    @discardableResult
    func carryOut(_ decision: Decision, of subject: String? = nil) throws -> Appended? {
        let appended = decision.isUnchanged ? nil : try append(decision.events, conditions: decision.conditions)
        let sentence = [subject, decision.message].compactMap { $0 }.joined(separator: ": ")
        try console.say((sentence.first.map { $0.uppercased() + sentence.dropFirst() } ?? sentence) + ".")
        return appended
    }

    /// Writes down that records are about to be opened, by whom and why; durable on return (rulings 12).
    ///
    /// - Parameters:
    ///   - command: the command that opens.
    ///   - range: the first and last position of what is opened; nil for what all events so far have led to.
    ///   - subjects: whose, when it is that of these people alone.
    ///   - reason: in the reader's words; it is sealed.
    func recordReading(
        _ command: String,
        _ range: ClosedRange<Position>? = nil,
        of subjects: [SubjectID] = [],
        reason: String
    ) throws {
        let range = range ?? Position(1)...max(Position(1), log.durableEnd)
        let reading = Reading(command: command, range: range, subjects: subjects, reason: reason)
        try append([try reading.event(by: actor(), owner: log.owner)])
    }

    /// Draws an identifier.
    func draw<Kind>() -> Identifier<Kind> {
        var randomness = SystemRandomness()
        return .random(using: &randomness)
    }

    /// A new command id, ordered by time.
    func command() -> CommandID {
        var randomness = SystemRandomness()
        return .timeOrdered(at: now, using: &randomness)
    }

    /// Closes the store in order.
    func close() throws {
        #if DEBUG
            defer { try? log.close() }
            try company.leave()
        #endif
        try log.close()
    }
}
