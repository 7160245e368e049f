import EventLog
import Events
import Identifiers
import LMDB
import School

/// Whose records auditors may open, and until when (rulings 12).
///
/// ```
/// reading-grants  account 16, grant 16 → position 8, ends 8 (microseconds), withdrawn 1, base 16, subjects 16 each
/// ```
/// Grants end for good when the account is disabled or loses a role of an auditor.
public struct ReadingGrants: Projection {
    /// Its name.
    public let name = "reading-grants"
    /// Its version.
    public let version: UInt32 = 1
    /// Grants, and what ends them.
    public let types: [EventType] = [.readingGranted, .readingGrantWithdrawn, .roleRevoked, .accountDisabled]
    /// Its tables.
    public let tables = [Self.grants]

    static let grants = TableDefinition("reading-grants")
    static let withdrawn = 16

    /// Makes the projection.
    public init() {}

    /// Enters a grant, or its end.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .readingGranted(let message):
            var row = RowWriter()
            row.append(event.position)
            row.append(message.ends)
            row.append(UInt8(0))
            row.append(event.base)
            for subject in try identifiers(message.subjects) as [SubjectID] { row.append(subject) }
            let (account, grant): (ActorID, GrantID) = (try identifier(message.account), try identifier(message.grant))
            rows.put(row.bytes, for: account.bytes + grant.bytes, in: Self.grants)
        case .readingGrantWithdrawn(let message):
            let (account, grant): (ActorID, GrantID) = (try identifier(message.account), try identifier(message.grant))
            try end(account.bytes + grant.bytes, &rows)
        case .roleRevoked(let message):
            if message.role == Role.auditor.rawValue { try endAll(in: event.recorded.stream, &rows) }
        case .accountDisabled: try endAll(in: event.recorded.stream, &rows)
        default: break
        }
    }

    /// A stream's name follows from the account, and not the reverse; grants are few.
    private func endAll(in stream: StreamID, _ rows: inout Rows) throws {
        for row in try rows.rows(prefix: [], in: Self.grants) {
            guard let account = ActorID(bytes: row.key.prefix(16)), AccountStreams.account(account) == stream else {
                continue
            }
            try end(row.key, &rows)
        }
    }

    private func end(_ key: [UInt8], _ rows: inout Rows) throws {
        guard var row = try rows.value(for: key, in: Self.grants) else { return }
        row[Self.withdrawn] = 1
        rows.put(row, for: key, in: Self.grants)
    }
}

extension Snapshot {
    /// Every grant, whether it still holds or not, in the order in which they were given.
    ///
    /// - Parameter account: only those of this account.
    public func readingGrants(of account: ActorID? = nil) throws -> [ReadingGrant] {
        var found: [(at: Position, grant: ReadingGrant)] = []
        try scan(ReadingGrants.grants.name, prefix: account?.bytes ?? []) { key, row in
            var identity = RowReader([UInt8](key), of: ReadingGrants.grants.name)
            let (account, id): (ActorID, GrantID) = (try identity.identifier(), try identity.identifier())
            var reader = RowReader([UInt8](row), of: ReadingGrants.grants.name)
            let (at, ends) = (try reader.position(), Timestamp(microseconds: try reader.next()))
            let isWithdrawn = try reader.next(UInt8.self) != 0
            var grant = ReadingGrant(
                id: id,
                account: account,
                base: try reader.identifier(),
                subjects: [],
                ends: ends,
                isWithdrawn: isWithdrawn
            )
            while !reader.rest.isEmpty { grant.subjects.insert(try reader.identifier()) }
            found.append((at, grant))
            return true
        }
        return found.sorted { $0.at < $1.at }.map(\.grant)
    }
}
