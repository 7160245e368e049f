import Identifiers

/// An account as the log tells it.
public struct Account: Sendable, Hashable {
    /// Whose it is.
    public enum Kind: UInt8, Sendable, Hashable {
        /// Somebody's.
        case person = 0
        /// The software at a school.
        case agent = 1
        /// A receiver of files.
        case recipient = 2

        /// The role that such an account has, and no other; nil for a person.
        public var role: Role? {
            switch self {
            case .person: nil
            case .agent: .agent
            case .recipient: .recipient
            }
        }
    }

    /// A secret that is shown once and kept as its hash.
    public struct Token: Sendable, Hashable {
        /// SHA-256 of the token, 32 bytes.
        public var hash: [UInt8]
        /// Until when it holds; nil for no end.
        public var expires: Timestamp?

        /// Makes a token.
        public init(hash: [UInt8], expires: Timestamp?) {
            self.hash = hash
            self.expires = expires
        }
    }

    /// Its identity, which is the actor's in leaves.
    public var id: ActorID
    /// Whose it is.
    public var kind: Kind
    /// Its name; empty when its key has been destroyed.
    public var name: String
    /// Nobody can use it.
    public var isDisabled = false
    /// What its holder may be, and where.
    public var grants: [RoleGrant] = []
    /// The password's hash, encoded; empty for none.
    public var passwordHash = ""
    /// The secret of one-time codes; empty for none.
    public var codeSecret: [UInt8] = []
    /// The step of the code that was used last.
    public var lastCodeStep: UInt64 = 0
    /// With which a password is set, once.
    public var invitation: Token?
    /// With which a machine shows who it is.
    public var token: Token?
    /// How many events its stream has.
    public var streamVersion: UInt64 = 0

    /// Makes an account.
    public init(id: ActorID, kind: Kind, name: String) {
        self.id = id
        self.kind = kind
        self.name = name
    }

    /// Whether a one-time code is asked for.
    public var needsSecondStep: Bool { grants.contains { $0.role.needsSecondStep } }

    /// Its stream.
    public var stream: StreamID { AccountStreams.account(id) }
}
