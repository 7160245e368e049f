import EventLog
import Identifiers
import Projections
import School
import Sealing

/// Logging in. A password is looked at first, so only who knows it hears of a code; every refusal is the same sentence.
extension AccessGate {
    /// A session that has begun.
    public struct Begun: Sendable {
        /// The token, which is shown once.
        public var token: Token
        /// Who is logged in.
        public var account: Account
        /// When it ends at the latest.
        public var ends: Timestamp
    }

    /// What a first login gave.
    public struct Enrolled: Sendable {
        /// Whose account it is.
        public var account: Account
        /// The secret of one-time codes in Base32; nil when the roles need none.
        public var codeSecret: String?

        /// The address that authenticator apps take; nil when the roles need none.
        public var address: String? {
            codeSecret.map { "otpauth://totp/syncd?secret=\($0)&issuer=syncd&algorithm=SHA1&digits=6&period=30" }
        }
    }

    /// A password that was right, on its way to the second step.
    public struct PasswordShown: Sendable {
        /// Whose it is.
        public let account: ActorID
        /// Whether a one-time code is asked for beside it.
        public let needsCode: Bool
        /// What the password was held against: another one that is set meanwhile makes this void.
        let passwordHash: String
        let name: String
    }

    /// Looks at a password.
    ///
    /// Durable on return: a wrong password has been counted.
    ///
    /// - Throws: `AccessError` with code `loginRefused` or `tooManyAttempts`.
    public func showPassword(_ name: String, _ password: String, from origin: String) throws -> PasswordShown {
        let account = try verified(name, password, from: origin)
        return PasswordShown(
            account: account.id,
            needsCode: account.needsSecondStep,
            passwordHash: account.passwordHash,
            name: name
        )
    }

    /// Whether a password is right and a code is asked for beside it.
    ///
    /// Durable on return: a wrong password has been counted.
    ///
    /// - Throws: `AccessError` with code `loginRefused` or `tooManyAttempts`.
    public func needsCode(_ name: String, password: String, from origin: String) throws -> Bool {
        try showPassword(name, password, from: origin).needsCode
    }

    /// Begins a session; durable on return.
    ///
    /// - Parameters:
    ///   - code: the one-time code; nil when none was given.
    ///   - origin: the system account or address that it comes from.
    /// - Throws: `AccessError` with code `loginRefused` or `tooManyAttempts`.
    public func login(_ name: String, password: String, code: String?, from origin: String) throws -> Begun {
        try login(showPassword(name, password, from: origin), code: code, from: origin)
    }

    /// Begins a session after a password was shown; durable on return.
    ///
    /// - Parameters:
    ///   - code: the one-time code; nil when none was given.
    ///   - origin: the system account or address that it comes from.
    /// - Throws: `AccessError` with code `loginRefused` or `tooManyAttempts`.
    public func login(_ shown: PasswordShown, code: String?, from origin: String) throws -> Begun {
        let name = shown.name
        try requirePatience(name, from: origin)
        // It may have been disabled since, or have got another password or role.
        guard let account = try state.read({ try $0.account(shown.account) }), !account.isDisabled,
            account.name == name, account.passwordHash == shown.passwordHash
        else { throw try failure(name, from: origin) }
        try requireReadable(account)
        var step: UInt64 = 0
        if account.needsSecondStep {
            let found = code.flatMap { code in
                OneTimeCode.accepted(code, account.codeSecret, now: currentStep, after: account.lastCodeStep)
            }
            guard !account.codeSecret.isEmpty, let found else { throw try failure(name, from: origin) }
            step = found
        }
        let token = Token(drawnFrom: randomness)
        var drawn = randomness
        let ends = try now().advanced(bySeconds: SessionRule.absolute)
        let decision = SessionEvents.began(
            .random(using: &drawn),
            of: account,
            tokenHash: token.hash,
            ends: ends,
            codeStep: step,
            owner: log.owner
        )
        do {
            try append(decision.events, if: decision.conditions, by: account.id)
        } catch let error as EventLogError where error.code == .versionConflict {
            // Somebody used this account at the same instant: with this code, perhaps.
            throw try failure(name, from: origin)
        }
        return Begun(token: token, account: account, ends: ends)
    }

    /// Sets a password with an invitation, and gives the secret of one-time codes where the roles need one.
    ///
    /// Durable on return. The invitation is void then. No session begins: the next login shows that the code works.
    ///
    /// - Throws: `AccessError` with code `loginRefused` or `tooManyAttempts`, `SchoolError` with code `passwordWeak`.
    public func enrol(
        _ name: String,
        invitation: String,
        newPassword: String,
        from origin: String
    ) throws -> Enrolled {
        try requirePatience(name, from: origin)
        let hash = Token(invitation)?.hash ?? []
        let account = try state.read { try $0.accounts() }.first { !$0.isDisabled && $0.name == name && !name.isEmpty }
        let now = try now()
        guard let account, let expected = account.invitation, expected.holds(at: now),
            SecretBytes.areEqual(expected.hash, hash)
        else { throw try failure(name, from: origin) }
        try requireReadable(account)
        try PasswordRule.check(newPassword, of: name)
        let secret = account.needsSecondStep ? randomness.bytes(OneTimeCode.secretBytes) : nil
        let decision = AccountRules.setPassword(
            hash: try PasswordHash(of: Array(newPassword.utf8), salt: randomness).encoded,
            codeSecret: secret,
            of: account,
            owner: log.owner
        )
        try append(decision.events, if: decision.conditions, by: account.id)
        return Enrolled(account: account, codeSecret: secret.map(SecretBytes.base32))
    }

    /// The account of a name whose password is right.
    private func verified(_ name: String, _ password: String, from origin: String) throws -> Account {
        try requirePatience(name, from: origin)
        let account = try state.read { try $0.accounts() }
            .first { !$0.isDisabled && $0.kind == .person && $0.name == name && !$0.passwordHash.isEmpty }
        let expected = account.map { PasswordHash(encoded: $0.passwordHash) } ?? .ofNobody
        let isRight = expected.matches(Array(password.utf8))
        guard let account, isRight else { throw try failure(name, from: origin) }
        try requireReadable(account)
        return account
    }

    private var currentStep: UInt64 { OneTimeCode.step(atSeconds: clock().microseconds / 1_000_000) }

    private func requirePatience(_ name: String, from origin: String) throws {
        let now = try now()
        let waits = try state.read { snapshot in
            try GuessRule.allCases.map { rule in
                let known = try snapshot.guesses(rule.key(name, from: origin))
                return known.map { rule.wait(after: $0.failures, last: $0.last, at: now) } ?? 0
            }
        }
        guard let wait = waits.max(), wait > 0 else { return }
        throw AccessError(.tooManyAttempts, "too many attempts: wait \(wait) seconds, then try again")
    }

    /// Counts a failure, and gives the refusal to throw.
    private func failure(_ name: String, from origin: String) throws -> AccessError {
        // Nobody is known here: the store itself tells it.
        try append([SessionEvents.failed(name: name, from: origin, owner: log.owner)], by: ActorID(log.owner))
        return AccessError(
            .loginRefused,
            "the name, the password, the code or the invitation is wrong, or no longer holds: try again, or ask an "
                + "operator for a new invitation"
        )
    }
}
