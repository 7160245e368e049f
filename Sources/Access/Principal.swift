import Identifiers
import School

/// Who is logged in, and with which rights.
public struct Principal: Sendable, Hashable {
    /// The account, which is the actor in leaves.
    public var account: ActorID
    /// Its name.
    public var name: String
    /// Whose it is.
    public var kind: Account.Kind
    /// What the holder may be, and where.
    public var grants: [RoleGrant]
    /// The session; nil for a machine, which shows its token each time.
    public var session: SessionID?

    init(_ account: Account, session: SessionID?) {
        self.account = account.id
        name = account.name
        kind = account.kind
        grants = account.grants
        self.session = session
    }
}
