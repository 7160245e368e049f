import EventLog
import Identifiers
import School

/// The rows of accounts.
///
/// ```
/// account   added at 8, kind 1, disabled 1, stream's version 8, last code's step 8, name, password's hash (texts), secret of
///           codes (text's form), grants 4, then a grant: role (text), base 16 (zeros for none); invitation, token:
///           hash 32, expires 8; zeros for none
/// ```
enum AccountRow {
    static func bytes(_ account: Account, addedAt: Position) -> [UInt8] {
        var writer = RowWriter()
        writer.append(addedAt)
        writer.append(account.kind.rawValue)
        writer.append(UInt8(account.isDisabled ? 1 : 0))
        writer.append(account.streamVersion)
        writer.append(account.lastCodeStep)
        writer.append(account.name)
        writer.append(account.passwordHash)
        writer.append(UInt32(account.codeSecret.count))
        writer.append(raw: account.codeSecret)
        writer.append(UInt32(account.grants.count))
        for grant in account.grants {
            writer.append(grant.role.rawValue)
            writer.append(grant.base ?? .zero)
        }
        for token in [account.invitation, account.token] {
            writer.append(raw: token?.hash ?? [UInt8](repeating: 0, count: 32))
            writer.append(token?.expires?.microseconds ?? 0)
        }
        return writer.bytes
    }

    static func read(_ key: [UInt8], _ row: [UInt8]) throws -> (account: Account, addedAt: Position) {
        var identity = RowReader(key, of: "accounts")
        var reader = RowReader(row, of: "accounts")
        let addedAt = try reader.position()
        let kind = Account.Kind(rawValue: try reader.next()) ?? .recipient
        let isDisabled = try reader.next(UInt8.self) != 0
        let (version, step): (UInt64, UInt64) = (try reader.next(), try reader.next())
        var account = Account(id: try identity.identifier(), kind: kind, name: try reader.text())
        (account.isDisabled, account.streamVersion, account.lastCodeStep) = (isDisabled, version, step)
        account.passwordHash = try reader.text()
        account.codeSecret = try reader.raw(Int(try reader.next(UInt32.self)))
        for _ in 0..<(try reader.next(UInt32.self)) {
            let role = Role(rawValue: try reader.text())
            let base: BaseID = try reader.identifier()
            if let role { account.grants.append(RoleGrant(role, at: base == .zero ? nil : base)) }
        }
        account.invitation = try token(&reader)
        account.token = try token(&reader)
        return (account, addedAt)
    }

    private static func token(_ reader: inout RowReader) throws -> Account.Token? {
        let hash = try reader.raw(32)
        let expires: Int64 = try reader.next()
        guard hash.contains(where: { $0 != 0 }) else { return nil }
        return Account.Token(hash: hash, expires: expires == 0 ? nil : Timestamp(microseconds: expires))
    }
}

/// The row of a session.
struct SessionRow {
    var tokenHash: [UInt8]
    var began: Timestamp
    var used: Timestamp
    var ends: Timestamp

    init(tokenHash: [UInt8], began: Timestamp, used: Timestamp, ends: Timestamp) {
        (self.tokenHash, self.began, self.used, self.ends) = (tokenHash, began, used, ends)
    }

    init(_ row: [UInt8]) throws {
        var reader = RowReader(row, of: "accounts.sessions")
        tokenHash = try reader.raw(32)
        began = Timestamp(microseconds: try reader.next())
        used = Timestamp(microseconds: try reader.next())
        ends = Timestamp(microseconds: try reader.next())
    }

    var bytes: [UInt8] {
        var writer = RowWriter()
        writer.append(raw: tokenHash)
        for time in [began, used, ends] { writer.append(time.microseconds) }
        return writer.bytes
    }
}

/// How often something was guessed at, and when last.
public struct Guesses: Sendable, Equatable {
    /// Failures since the last success.
    public var failures: UInt32
    /// The last one.
    public var last: Timestamp

    init(failures: UInt32, last: Timestamp) { (self.failures, self.last) = (failures, last) }

    init(_ row: [UInt8]) throws {
        var reader = RowReader(row, of: "accounts.guesses")
        failures = try reader.next()
        last = Timestamp(microseconds: try reader.next())
    }

    var bytes: [UInt8] {
        var writer = RowWriter()
        writer.append(failures)
        writer.append(last.microseconds)
        return writer.bytes
    }
}
