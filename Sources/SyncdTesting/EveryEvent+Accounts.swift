import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// Two accounts: one with a session, one that was disabled.
extension EveryEvent {
    func accounts() throws {
        let roster = AccountStreams.roster(of: owner)
        for number in UInt64(1)...2 {
            let id = ActorID(high: 50, low: number)
            let stream = AccountStreams.account(id)
            var added = try builder.event(
                .accountAdded,
                owner,
                roster,
                Syncd_Events_AccountAdded.with { $0.account = Data(id.bytes) }
            )
            let details = Syncd_Events_AccountDetails.with { $0.name = "user \(number)" }
            added.parts = [try part(.accountDetails, SubjectID(id), details)]
            try log.append(added)
            let role = Role.operator.rawValue
            try append(.roleGranted, owner, stream, Syncd_Events_RoleGranted.with { $0.role = role })
            var set = try builder.event(
                .credentialSet,
                owner,
                stream,
                Syncd_Events_CredentialSet.with { $0.kind = .password }
            )
            set.parts = [
                try part(.credentials, SubjectID(id), Syncd_Events_Credential.with { $0.passwordHash = "$argon2id$" })
            ]
            try log.append(set)
            try sessions(of: id, stream)
            guard number == 2 else { continue }
            try append(.roleRevoked, owner, stream, Syncd_Events_RoleRevoked.with { $0.role = role })
            try append(.accountDisabled, owner, stream, Syncd_Events_AccountDisabled())
        }
        var failed = try builder.event(
            .loginFailed,
            owner,
            AccountStreams.refusals(of: owner),
            Syncd_Events_LoginFailed()
        )
        let attempt = Syncd_Events_LoginAttempt.with {
            $0.name = "user 2"
            $0.origin = "desk"
        }
        failed.parts = [try part(.audit, SubjectID(owner), attempt)]
        try log.append(failed)
        let refused = Syncd_Events_AccessRefused.with { $0.command = "consent accept" }
        try append(.accessRefused, owner, AccountStreams.refusals(of: owner), refused)
    }

    private func sessions(of id: ActorID, _ stream: StreamID) throws {
        for number in UInt64(1)...2 {
            let session = Data(SessionID(high: 51, low: number).bytes)
            let began = Syncd_Events_SessionBegan.with {
                $0.session = session
                $0.ends = 4_000_000_000_000_000
                $0.codeStep = number
            }
            var event = try builder.event(.sessionBegan, owner, stream, began)
            let hash = Data([UInt8](repeating: UInt8(number), count: 24) + id.bytes.suffix(8))
            event.parts = [
                try part(.credentials, SubjectID(id), Syncd_Events_Credential.with { $0.tokenHash = hash })
            ]
            try log.append(event)
            try append(.sessionContinued, owner, stream, Syncd_Events_SessionContinued.with { $0.session = session })
        }
        let ended = Syncd_Events_SessionEnded.with { $0.session = Data(SessionID(high: 51, low: 2).bytes) }
        try append(.sessionEnded, owner, stream, ended)
    }

    /// What schools run.
    func agents(at base: BaseID) throws {
        try append(.baseMISSet, base, StreamID(base), Syncd_Events_BaseMISSet.with { $0.mis = "sims" })
        let stream = AgentRules.stream(of: base)
        try append(.agentInstalled, base, stream, Syncd_Events_AgentInstalled.with { $0.version = "1.0" })
        try append(.agentSeen, base, stream, Syncd_Events_AgentSeen.with { $0.version = "1.1" })
    }

    /// What a parent said.
    func consents(of pupil: SubjectID, at base: BaseID) throws {
        let stream = PupilConsentRules.stream(of: pupil)
        var event = try builder.event(.pupilConsentRecorded, base, stream, Syncd_Events_PupilConsentRecorded())
        event.parts = [
            try part(.pupilConsent, pupil, Syncd_Events_PupilConsentStatement.with { $0.purpose = "photo" })
        ]
        try log.append(event)
    }

    private func part(_ group: DataGroup, _ subject: SubjectID, _ message: some Message) throws -> NewPart {
        NewPart(
            subject: subject,
            dataClass: DataClass(rawValue: group.rawValue),
            plaintext: try message.serializedBytes()
        )
    }
}
