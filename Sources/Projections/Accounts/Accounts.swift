import EventLog
import Events
import Foundation
import Identifiers
import LMDB
import School
import SwiftProtobuf

/// Accounts, their roles and secrets' hashes, their sessions, and what was guessed at.
///
/// ```
/// accounts           account 16 → see `AccountRow`
/// accounts.sessions  account 16, session 16 → token's hash 32, began 8, used 8, ends 8 (microseconds)
/// accounts.by-token  token's hash 32 → account 16, session 16
/// accounts.guesses   see `GuessRule.key` → failures 4, last 8 (microseconds)
/// ```
/// Sessions go when they end, when a role or password changes, and when the account is disabled.
public struct Accounts: Projection {
    /// Its name.
    public let name = "accounts"
    /// Its version.
    public let version: UInt32 = 1
    /// Events of accounts and sessions.
    public let types: [EventType] = [
        .accountAdded, .roleGranted, .roleRevoked, .accountDisabled, .credentialSet, .sessionBegan, .sessionContinued,
        .sessionEnded, .loginFailed,
    ]
    /// Its tables.
    public let tables = [Self.accounts, Self.sessions, Self.guesses]

    static let accounts = TableDefinition("accounts")
    static let sessions = TableDefinition("accounts.sessions", indexes: [byToken])
    static let byToken = IndexDefinition("accounts.by-token", rowBytesMin: 56) { key, row, index in
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[..<32]))
        index.appendValue(key)
    }
    static let guesses = TableDefinition("accounts.guesses")

    /// Makes the projection.
    public init() {}

    /// Enters what happened to an account.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .accountAdded(let message): try add(event, message, &rows)
        case .loginFailed: try countFailure(event, &rows)
        case .sessionBegan(let message): try begin(event, message, &rows)
        case .sessionContinued(let message): try goOn(event, message, &rows)
        case .sessionEnded(let message):
            let session: SessionID = try identifier(message.session)
            try change(event, &rows) { account, rows in
                rows.delete(account.id.bytes + session.bytes, in: Self.sessions)
            }
        case .roleGranted(let message):
            let grant = try RoleGrant(message.role, message.base)
            try change(event, &rows) { account, rows in
                if let grant, !account.grants.contains(grant) { account.grants.append(grant) }
                try endSessions(of: account, &rows)
            }
        case .roleRevoked(let message):
            let grant = try RoleGrant(message.role, message.base)
            try change(event, &rows) { account, rows in
                account.grants.removeAll { $0 == grant }
                try endSessions(of: account, &rows)
            }
        case .accountDisabled:
            try change(event, &rows) { account, rows in
                (account.isDisabled, account.token, account.invitation) = (true, nil, nil)
                try endSessions(of: account, &rows)
            }
        case .credentialSet(let message):
            let secrets = try event.credential
            try change(event, &rows) { account, rows in
                account.take(secrets, message)
                try endSessions(of: account, &rows)
            }
        default: break
        }
    }

    private func add(_ event: DecodedEvent, _ message: Syncd_Events_AccountAdded, _ rows: inout Rows) throws {
        let part = event.recorded.parts.first { $0.dataClass.rawValue == DataGroup.accountDetails.rawValue }
        let details = try part?.plaintext.map { try Syncd_Events_AccountDetails(serializedBytes: $0) }
        let account = Account(
            id: try identifier(message.account),
            kind: Account.Kind(rawValue: UInt8(clamping: message.kind.rawValue)) ?? .recipient,
            name: details?.name ?? ""
        )
        rows.put(AccountRow.bytes(account, addedAt: event.position), for: account.id.bytes, in: Self.accounts)
    }

    /// Changes the account whose stream the event stands in.
    ///
    /// A stream's name follows from the account, and not the reverse, so accounts are gone through: there are as many as
    /// people who may use the store.
    private func change(
        _ event: DecodedEvent,
        _ rows: inout Rows,
        _ body: (inout Account, inout Rows) throws -> Void
    ) throws {
        for row in try rows.rows(prefix: [], in: Self.accounts) {
            var (account, addedAt) = try AccountRow.read(row.key, row.value)
            guard account.stream == event.recorded.stream else { continue }
            try body(&account, &rows)
            account.streamVersion = event.recorded.streamVersion
            rows.put(AccountRow.bytes(account, addedAt: addedAt), for: row.key, in: Self.accounts)
            return
        }
    }

    private func begin(_ event: DecodedEvent, _ message: Syncd_Events_SessionBegan, _ rows: inout Rows) throws {
        let session: SessionID = try identifier(message.session)
        let hash = try event.credential?.tokenHash ?? Data()
        let failures = try rows.rows(prefix: [], in: Self.guesses)
        try change(event, &rows) { account, rows in
            account.lastCodeStep = max(account.lastCodeStep, message.codeStep)
            for failure in failures where GuessRule.names(account.name, failure.key) {
                rows.delete(failure.key, in: Self.guesses)
            }
            guard hash.count == 32 else { return }
            let row = SessionRow(
                tokenHash: [UInt8](hash),
                began: event.recorded.recordedAt,
                used: event.recorded.recordedAt,
                ends: Timestamp(microseconds: message.ends)
            )
            rows.put(row.bytes, for: account.id.bytes + session.bytes, in: Self.sessions)
        }
    }

    private func goOn(_ event: DecodedEvent, _ message: Syncd_Events_SessionContinued, _ rows: inout Rows) throws {
        let session: SessionID = try identifier(message.session)
        try change(event, &rows) { account, rows in
            let key = account.id.bytes + session.bytes
            guard let bytes = try rows.value(for: key, in: Self.sessions) else { return }
            var row = try SessionRow(bytes)
            row.used = max(row.used, event.recorded.recordedAt)
            rows.put(row.bytes, for: key, in: Self.sessions)
        }
    }

    private func endSessions(of account: Account, _ rows: inout Rows) throws {
        for row in try rows.rows(prefix: account.id.bytes, in: Self.sessions) {
            rows.delete(row.key, in: Self.sessions)
        }
    }

    private func countFailure(_ event: DecodedEvent, _ rows: inout Rows) throws {
        let part = event.recorded.parts.first { $0.dataClass.rawValue == DataGroup.audit.rawValue }
        guard let bytes = part?.plaintext else { return }
        let attempt = try Syncd_Events_LoginAttempt(serializedBytes: bytes)
        for rule in GuessRule.allCases {
            let key = rule.key(attempt.name, from: attempt.origin)
            let before = try rows.value(for: key, in: Self.guesses).map(Guesses.init)
            let guesses = Guesses(
                failures: (before?.failures ?? 0) &+ 1,
                last: max(before?.last ?? event.recorded.recordedAt, event.recorded.recordedAt)
            )
            rows.put(guesses.bytes, for: key, in: Self.guesses)
        }
    }
}

extension DecodedEvent {
    /// The secrets that the event carries; nil when it has none, or their key has been destroyed.
    fileprivate var credential: Syncd_Events_Credential? {
        get throws {
            let part = recorded.parts.first { $0.dataClass.rawValue == DataGroup.credentials.rawValue }
            return try part?.plaintext.map { try Syncd_Events_Credential(serializedBytes: $0) }
        }
    }
}

extension Account {
    /// Puts a secret in place of the one of its kind.
    fileprivate mutating func take(_ secrets: Syncd_Events_Credential?, _ message: Syncd_Events_CredentialSet) {
        let expires = message.expires == 0 ? nil : Timestamp(microseconds: message.expires)
        let hash = [UInt8](secrets?.tokenHash ?? Data())
        let token = hash.count == 32 ? Token(hash: hash, expires: expires) : nil
        switch message.kind {
        case .invitation: (invitation, passwordHash, codeSecret) = (token, "", [])
        case .password: (invitation, passwordHash) = (nil, secrets?.passwordHash ?? "")
        case .oneTimeCodes: codeSecret = [UInt8](secrets?.secret ?? Data())
        case .token: self.token = token
        case .UNRECOGNIZED: break
        }
    }
}

extension RoleGrant {
    /// A role of an event; nil for one of a newer version, which lets nobody do anything here.
    fileprivate init?(_ role: String, _ base: Data) throws {
        guard let role = Role(rawValue: role) else { return nil }
        self.init(role, at: base.isEmpty ? nil : try identifier(base))
    }
}
