import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// The events of accounts.
extension AccountRules {
    /// An account's own stream must be as the decision found it.
    static func condition(_ account: Account) -> StreamCondition {
        StreamCondition(stream: account.stream, version: account.streamVersion)
    }

    static func event(
        _ type: EventType,
        _ account: Account,
        _ owner: BaseID,
        _ open: [UInt8],
        _ parts: [NewPart] = []
    ) -> NewEvent {
        NewEvent(type: type.number, base: owner, stream: account.stream, open: open, parts: parts)
    }

    static func granted(_ grant: RoleGrant, _ account: Account, _ owner: BaseID) -> NewEvent {
        let message = Syncd_Events_RoleGranted.with {
            $0.role = grant.role.rawValue
            $0.base = Data(grant.base?.bytes ?? [])
        }
        return event(.roleGranted, account, owner, EventBytes.of(message))
    }

    static func credential(
        _ kind: Syncd_Events_CredentialSet.Kind,
        _ token: Account.Token?,
        _ account: Account,
        _ owner: BaseID,
        _ secrets: Syncd_Events_Credential = Syncd_Events_Credential()
    ) -> NewEvent {
        var secrets = secrets
        if let token { secrets.tokenHash = Data(token.hash) }
        let message = Syncd_Events_CredentialSet.with {
            $0.kind = kind
            $0.expires = token?.expires?.microseconds ?? 0
        }
        return event(.credentialSet, account, owner, EventBytes.of(message), [sealed(secrets, account.id)])
    }

    /// Secrets, sealed under the account's own key.
    static func sealed(_ secrets: Syncd_Events_Credential, _ account: ActorID) -> NewPart {
        NewPart(
            subject: SubjectID(account),
            dataClass: DataClass(rawValue: DataGroup.credentials.rawValue),
            plaintext: EventBytes.of(secrets)
        )
    }
}

extension Account.Kind {
    /// The kind as events tell it.
    var message: Syncd_Events_AccountAdded.Kind {
        switch self {
        case .person: .person
        case .agent: .agent
        case .recipient: .recipient
        }
    }
}

extension SchoolError.Code {
    /// A role that is for people, at a machine, or the reverse.
    public static let roleUnfit = Self(rawValue: "roleUnfit")
    /// The first account is an operator's.
    public static let firstIsOperator = Self(rawValue: "firstIsOperator")
    /// Nobody would be left who can add accounts.
    public static let lastOperator = Self(rawValue: "lastOperator")
    /// The account cannot be used.
    public static let accountDisabled = Self(rawValue: "accountDisabled")
}
