import Access
import EventLog
import Identifiers
import Projections
import School
import Sealing
import Transfer

/// A command at work on an open store: who acts, when, and where results go.
///
/// Clock and randomness are made here, at the rim, and passed on.
final class Session {
    /// The store.
    let store: OpenStore
    /// Where results and remarks go.
    let console: Console
    private let surroundings: Surroundings
    private var actingAs: Actor?
    /// Who is logged in; nil while the store has no accounts.
    var principal: Principal?
    /// The schools that the command may see and touch; nil for all.
    var reach: Set<BaseID>?
    /// The grants of an auditor, which name whose records may be opened; nil for who needs none.
    var openedBy: [ReadingGrant]?
    /// The command's words, as the table of roles has them.
    var command = ""
    /// What the options add to the command, as the table of roles has it.
    var additions: Set<String> = []
    private let sessionFile: (LogID) -> SessionFile
    /// The token of somebody who shows one by other means than a session file.
    private let tokenShown: (() -> String?)?

    /// Begins to work on a store that is open.
    ///
    /// - Parameters:
    ///   - changing: tells which command of another is changing the store at present.
    ///   - asking: does the asking; a server lets others change the store meanwhile.
    init(
        on store: OpenStore,
        _ options: GlobalOptions,
        console: Console,
        surroundings: Surroundings,
        changing: @escaping @Sendable () -> String? = { nil },
        asking: @escaping (() -> String?) -> String? = { $0() }
    ) {
        self.store = store
        self.console = console
        self.surroundings = surroundings
        self.changing = changing
        self.asking = asking
        sessionFile = { SessionFile(options, surroundings, log: $0) }
        tokenShown = nil
    }

    /// Begins to work for somebody who shows a token, from another place than a terminal.
    ///
    /// - Parameters:
    ///   - token: of a session; nil when none was shown.
    ///   - surroundings: whose account is the address that it comes from.
    ///   - changing: tells which command of another is changing the store at present.
    init(
        on store: OpenStore,
        token: String?,
        console: Console,
        surroundings: Surroundings,
        changing: @escaping @Sendable () -> String?
    ) {
        self.store = store
        self.console = console
        self.surroundings = surroundings
        self.changing = changing
        asking = { $0() }
        sessionFile = { _ in SessionFile.none }
        tokenShown = { token }
    }

    /// The command of another that is changing the store at present, as people write it.
    let changing: @Sendable () -> String?
    private let asking: (() -> String?) -> String?
    /// The turn in which the command changes the store.
    var turn: any RunTurn = OwnTurn()
    /// Tells when what follows others' work is to end; nil where nobody else can work on the store meanwhile.
    var isOver: (@Sendable () -> Bool)?

    /// Asks the person at the keyboard; nil when the input has ended.
    ///
    /// Others may change the store meanwhile, so what was read before is to be read again.
    ///
    /// - Throws: `AccessError` when the right to give the command was taken away meanwhile.
    func ask(_ question: String) throws -> String? {
        let answer = asking { [console] in console.ask(question) }
        if principal != nil { try admit(command) }
        return answer
    }

    /// Where everything lies.
    var place: StorePlace { store.place }
    /// The log.
    var log: EventLog { store.log }
    /// What the log has led to; while the past is shown, what it had led to by then.
    var state: State { past?.state ?? store.state }
    /// What is shown instead of the present.
    var past: PastState?
    /// What a test has asked of this process; nothing in a release build.
    var testSettings: TestSettings { store.testSettings }

    /// Tells the log of events that wait.
    var parkingNotes: ParkingNotes { ParkingNotes(log: log, surroundings: surroundings) }

    /// The folder from which relative paths go: the caller's.
    var directory: String { surroundings.directory }

    /// The present instant.
    var now: Timestamp { surroundings.now() }

    /// The clock, for work that lasts.
    var clock: @Sendable () -> Timestamp { { [surroundings] in surroundings.now() } }

    /// The token that was shown, from the session file unless by other means; nil when there is none.
    func token() throws -> String? {
        if let tokenShown { return tokenShown() }
        return try file.read()
    }

    /// The session file of this store.
    var file: SessionFile { sessionFile(log.logID) }

    /// The system account or the address that the command comes from.
    var origin: String { surroundings.account }

    /// Who acts: who is logged in, and before accounts exist the system's account, which is named in the log when it acts
    /// for the first time.
    func actor() throws -> Actor {
        if let principal { return Actor(id: principal.account, account: principal.name) }
        if let actingAs { return actingAs }
        let actor = try Actor.acting(in: log, surroundings)
        actingAs = actor
        return actor
    }

    /// Appends events as the present actor; durable on return, and state has taken them in.
    @discardableResult
    func append(_ events: [NewEvent], conditions: [StreamCondition] = []) throws -> Appended {
        let actor = try actor()
        while true {
            // On condition that nobody has taken a right away since it was asked for (S0-19).
            let rights = principal?.conditions ?? []
            let others = rights.filter { right in !conditions.contains { $0.stream == right.stream } }
            let batch = Batch(
                command: drawCommand(),
                actor: actor.id,
                recordedAt: now,
                events: events,
                conditions: conditions + others
            )
            do {
                let appended = try batch.surely(log.append)
                try store.state.catchUp()
                return appended
            } catch let error as EventLogError where error.code == .versionConflict {
                try store.state.catchUp()
                if principal != nil { try admitAgain() }
                // Something else was in the way: the decision is to be made again.
                guard principal?.conditions ?? [] != rights else { throw error }
            }
        }
    }

    /// Appends what a rule decided, and tells it.
    ///
    /// - Parameter subject: what it is about, put before what is told.
    /// - Returns: nil when nothing was to be appended.
    @discardableResult
    func carryOut(_ decision: Decision, of subject: String? = nil) throws -> Appended? {
        let appended = decision.isUnchanged ? nil : try append(decision.events, conditions: decision.conditions)
        try tell(decision, of: subject)
        return appended
    }

    /// Tells what a rule decided.
    func tell(_ decision: Decision, of subject: String? = nil) throws {
        let sentence = [subject, decision.message].compactMap { $0 }.joined(separator: ": ")
        try console.say((sentence.first.map { $0.uppercased() + sentence.dropFirst() } ?? sentence) + ".")
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
        var reading = Reading(command: command, range: range, subjects: subjects, reason: reason)
        if openedBy != nil {
            try admitAgain()
            reading.grants = try grants(toOpen: subjects)
        }
        try append([try reading.event(by: actor(), owner: log.owner)])
    }

    /// Draws an identifier.
    func draw<Kind>() -> Identifier<Kind> {
        var randomness = SystemRandomness()
        return .random(using: &randomness)
    }

    /// A new command id, ordered by time.
    func drawCommand() -> CommandID {
        var randomness = SystemRandomness()
        return .timeOrdered(at: now, using: &randomness)
    }
}
