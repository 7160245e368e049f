import EventLog
import Identifiers
import School

/// Who is logged in, and with which rights.
public struct Principal: Sendable, Equatable {
    /// The account, which is the actor in leaves.
    public var account: ActorID
    /// Its name.
    public var name: String
    /// Whose it is.
    public var kind: Account.Kind
    /// What the holder may be, and where.
    public var grants: [RoleGrant]
    /// Whose records the holder was granted to open and may open now.
    public var reading: [ReadingGrant]
    /// The streams that say what the holder may, as they were read: an append on this condition is made with these rights,
    /// or not at all.
    public var conditions: [StreamCondition]
    /// The session; nil for a machine, which shows its token each time.
    public var session: SessionID?

    init(_ account: Account, session: SessionID?, reading: [ReadingGrant], readingVersion: UInt64) {
        self.account = account.id
        name = account.name
        kind = account.kind
        grants = account.grants
        self.reading = reading
        conditions = [
            StreamCondition(stream: account.stream, version: account.streamVersion),
            StreamCondition(stream: AccountStreams.readingGrants(of: account.id), version: readingVersion),
        ]
        self.session = session
    }
}
