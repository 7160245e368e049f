import EventLog
import Identifiers
import LMDB
import School

/// A session as state has it.
public struct AccountSession: Sendable, Equatable {
    /// Its identity.
    public var id: SessionID
    /// Whose it is.
    public var account: ActorID
    /// SHA-256 of its token.
    public var tokenHash: [UInt8]
    /// When it began.
    public var began: Timestamp
    /// When it was told last that it is in use.
    public var used: Timestamp
    /// When it ends at the latest.
    public var ends: Timestamp
}

extension Snapshot {
    /// Every account, in the order in which they were added.
    public func accounts() throws -> [Account] {
        var found: [(account: Account, addedAt: Position)] = []
        try scan(Accounts.accounts.name, prefix: [UInt8]()) { key, row in
            found.append(try AccountRow.read([UInt8](key), [UInt8](row)))
            return true
        }
        return found.sorted { $0.addedAt < $1.addedAt }.map(\.account)
    }

    /// An account; nil when it was never added.
    public func account(_ id: ActorID) throws -> Account? {
        try value(for: id.bytes, in: Accounts.accounts.name).map { try AccountRow.read(id.bytes, $0).account }
    }

    /// The session of a token, by the token's hash; nil when there is none.
    public func session(tokenHash: [UInt8]) throws -> AccountSession? {
        guard tokenHash.count == 32, let key = try value(for: tokenHash, in: Accounts.byToken.name),
            let row = try value(for: key, in: Accounts.sessions.name)
        else { return nil }
        var reader = RowReader(key, of: Accounts.byToken.name)
        let (account, session): (ActorID, SessionID) = (try reader.identifier(), try reader.identifier())
        let found = try SessionRow(row)
        return AccountSession(
            id: session,
            account: account,
            tokenHash: found.tokenHash,
            began: found.began,
            used: found.used,
            ends: found.ends
        )
    }

    /// Whether a session has not been ended.
    public func holdsSession(_ session: SessionID, of account: ActorID) throws -> Bool {
        try value(for: account.bytes + session.bytes, in: Accounts.sessions.name) != nil
    }

    /// How many sessions hold at an instant.
    public func sessionCount(at now: Timestamp) throws -> Int {
        var count = 0
        try scan(Accounts.sessions.name, prefix: [UInt8]()) { _, row in
            let session = try SessionRow([UInt8](row))
            if SessionRule.holds(used: session.used, ends: session.ends, at: now) { count += 1 }
            return true
        }
        return count
    }

    /// What was guessed at under a key; nil for nothing since the last success.
    public func guesses(_ key: [UInt8]) throws -> Guesses? {
        try value(for: key, in: Accounts.guesses.name).map(Guesses.init)
    }
}
