import Events
import SwiftProtobuf

/// Open parts of accounts and sessions.
extension OpenPart {
    static func describe(_ message: Syncd_Events_AccountAdded) -> JSON {
        let kind: JSON =
            switch message.kind {
            case .person: "person"
            case .agent: "agent"
            case .recipient: "recipient"
            case .UNRECOGNIZED(let number): JSON(number)
            }
        return ["account": id(message.account), "kind": kind]
    }

    static func describe(_ message: Syncd_Events_RoleGranted) -> JSON {
        ["role": .string(message.role), "base": id(message.base)]
    }

    static func describe(_ message: Syncd_Events_RoleRevoked) -> JSON {
        ["role": .string(message.role), "base": id(message.base)]
    }

    static func describe(_ message: Syncd_Events_CredentialSet) -> JSON {
        let kind: JSON =
            switch message.kind {
            case .invitation: "invitation"
            case .password: "password"
            case .oneTimeCodes: "oneTimeCodes"
            case .token: "token"
            case .UNRECOGNIZED(let number): JSON(number)
            }
        return ["kind": kind, "expires": JSON(message.expires)]
    }

    static func describe(_ message: Syncd_Events_SessionBegan) -> JSON {
        ["session": id(message.session), "ends": JSON(message.ends), "codeStep": JSON(message.codeStep)]
    }

    static func describe(_ message: Syncd_Events_SessionContinued) -> JSON { ["session": id(message.session)] }

    static func describe(_ message: Syncd_Events_SessionEnded) -> JSON {
        let reason: JSON =
            switch message.reason {
            case .loggedOut: "loggedOut"
            case .expired: "expired"
            case .UNRECOGNIZED(let number): JSON(number)
            }
        return ["session": id(message.session), "reason": reason]
    }

    static func describe(_ message: Syncd_Events_BaseMISSet) -> JSON { ["mis": .string(message.mis)] }

    static func describe(_ message: Syncd_Events_AgentInstalled) -> JSON {
        ["version": .string(message.version), "account": id(message.account)]
    }

    static func describe(_ message: Syncd_Events_AgentSeen) -> JSON { ["version": .string(message.version)] }

    static func describe(_ message: Syncd_Events_ReadingGranted) -> JSON {
        [
            "grant": id(message.grant), "account": id(message.account), "subjects": ids(message.subjects),
            "ends": JSON(message.ends),
        ]
    }

    static func describe(_ message: Syncd_Events_ReadingGrantWithdrawn) -> JSON {
        ["grant": id(message.grant), "account": id(message.account)]
    }

    static func describe(_ message: Syncd_Events_AccessRefused) -> JSON {
        ["command": .string(message.command), "base": id(message.base)]
    }
}
