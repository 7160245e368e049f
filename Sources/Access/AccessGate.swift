import EventLog
import Identifiers
import Projections
import School
import Sealing

/// Who may come in: logging in, sessions, tokens of machines.
///
/// Asked with a token or with a name and a secret, and with where they come from; it knows nothing of the process, its
/// files or its terminal, so that the command line and a server ask it alike.
public struct AccessGate: Sendable {
    let log: EventLog
    let state: State
    let clock: @Sendable () -> Timestamp
    let randomness = SystemRandomness()

    /// Makes the gate of an open store.
    public init(log: EventLog, state: State, now: @escaping @Sendable () -> Timestamp) {
        self.log = log
        self.state = state
        clock = now
    }

    /// Whether somebody has to be logged in: as soon as an account has ever been added, and for ever from then on.
    ///
    /// The log itself says so. Neither disabled accounts, nor lost state, nor an event that state could not take in
    /// opens it again (decision 0120).
    public var isClosed: Bool {
        get throws { try log.version(of: AccountStreams.roster(of: log.owner)) > 0 }
    }

    /// The present instant, which never goes behind the log's last event: a clock that is set back ends no wait and
    /// brings no session back.
    func now() throws -> Timestamp {
        guard let last = try log.event(at: log.durableEnd) else { return clock() }
        return max(clock(), last.recordedAt)
    }

    /// Who a token belongs to.
    ///
    /// Durable on return: that the session is in use is told in the log now and then, that it has expired at once.
    ///
    /// - Parameter token: of a session or a machine, as text; nil when none was shown.
    /// - Throws: `AccessError` with code `notLoggedIn` or `accountsUnreadable`.
    public func principal(_ token: String?) throws -> Principal {
        guard let token = token.flatMap({ Token($0) }) else { throw Self.notLoggedIn }
        let hash = token.hash
        let (session, accounts) = try state.read { (try $0.session(tokenHash: hash), try $0.accounts()) }
        let now = try now()
        if let machine = accounts.first(where: { $0.token.map { SecretBytes.areEqual($0.hash, hash) } ?? false }) {
            guard !machine.isDisabled, machine.token?.holds(at: now) == true else { throw Self.notLoggedIn }
            try requireReadable(machine)
            return try principal(machine, session: nil, at: now)
        }
        guard let session, SecretBytes.areEqual(session.tokenHash, hash),
            let account = accounts.first(where: { $0.id == session.account }), !account.isDisabled
        else { throw Self.notLoggedIn }
        try requireReadable(account)
        guard SessionRule.holds(used: session.used, ends: session.ends, at: now) else {
            try append(
                [SessionEvents.ended(session.id, of: account.id, isExpired: true, owner: log.owner)],
                by: account.id
            )
            throw Self.notLoggedIn
        }
        if now >= session.used.advanced(bySeconds: SessionRule.told) {
            try append([SessionEvents.continued(session.id, of: account.id, owner: log.owner)], by: account.id)
        }
        return try principal(account, session: session.id, at: now)
    }

    /// Somebody with the rights of this instant, and where in the log they stand.
    private func principal(_ account: Account, session: SessionID?, at now: Timestamp) throws -> Principal {
        // The version is read first: what is decided in between is in state then, and fails the condition.
        let version = try log.version(of: AccountStreams.readingGrants(of: account.id))
        try state.catchUp()
        let (current, reading) = try state.read { (try $0.account(account.id), try $0.readingGrants(of: account.id)) }
        guard let current, !current.isDisabled else { throw Self.notLoggedIn }
        if let session { try requireSession(session, of: account.id) }
        return Principal(
            current,
            session: session,
            reading: reading.filter { $0.holds(at: now) },
            readingVersion: version
        )
    }

    /// Refuses a session that a change of rights has ended meanwhile.
    private func requireSession(_ session: SessionID, of account: ActorID) throws {
        guard try state.read({ try $0.holdsSession(session, of: account) }) else { throw Self.notLoggedIn }
    }

    /// Ends a session; durable on return.
    ///
    /// A machine's token is not a session: the operator disables it.
    public func logout(_ principal: Principal) throws {
        guard let session = principal.session else { return }
        let event = SessionEvents.ended(session, of: principal.account, isExpired: false, owner: log.owner)
        try append([event], by: principal.account)
    }

    /// Writes down that something was refused to somebody, and gives the refusal to throw; durable on return.
    ///
    /// - Parameter base: the school that it was about, when one was named.
    public func refuse(
        _ command: String,
        to principal: Principal,
        because reason: String,
        base: BaseID? = nil
    ) throws -> AccessError {
        let event = SessionEvents.refused(
            command,
            to: principal.account,
            name: principal.name,
            reason: reason,
            base: base,
            owner: log.owner
        )
        try append([event], by: principal.account)
        return AccessError(.accessRefused, reason)
    }

    /// An account with an event that state could not take in is not used: the event may have taken a right away.
    func requireReadable(_ account: Account) throws {
        let isParked = try state.read { try $0.parkedEvents() }.contains { $0.stream == account.stream }
        guard !isParked else {
            throw AccessError(
                .accountsUnreadable,
                "an event of this account could not be taken in, so nobody is let in with it: an operator runs "
                    + "`syncd projections parked list`"
            )
        }
    }

    @discardableResult
    func append(_ events: [NewEvent], if conditions: [StreamCondition] = [], by actor: ActorID) throws -> Appended {
        var randomness = randomness
        let time = clock()
        let batch = Batch(
            command: .timeOrdered(at: time, using: &randomness),
            actor: actor,
            recordedAt: time,
            events: events,
            conditions: conditions
        )
        let appended = try batch.surely(log.append)
        try state.catchUp()
        return appended
    }

    static let notLoggedIn = AccessError(
        .notLoggedIn,
        "you are not logged in, or the session has ended: log in with `syncd login NAME`"
    )
}

extension Account.Token {
    /// Whether it has not expired.
    func holds(at now: Timestamp) -> Bool { expires.map { now < $0 } ?? true }
}
