import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// A session: random, and named by its own id; its token is another secret.
public typealias SessionID = Identifier<SessionKind>

/// What a session's id is of.
public enum SessionKind {}

/// The events of sessions and refusals.
public enum SessionEvents {
    /// Somebody logged in.
    ///
    /// - Parameter codeStep: the step of the code that was used; conditional on the account, so no code is used twice.
    public static func began(
        _ session: SessionID,
        of account: Account,
        tokenHash: [UInt8],
        ends: Timestamp,
        codeStep: UInt64,
        owner: BaseID
    ) -> Decision {
        let message = Syncd_Events_SessionBegan.with {
            $0.session = Data(session.bytes)
            $0.ends = ends.microseconds
            $0.codeStep = codeStep
        }
        let secrets = Syncd_Events_Credential.with { $0.tokenHash = Data(tokenHash) }
        let event = AccountRules.event(
            .sessionBegan,
            account,
            owner,
            EventBytes.of(message),
            [AccountRules.sealed(secrets, account.id)]
        )
        return Decision(
            events: [event],
            conditions: [AccountRules.condition(account)],
            message: "the account \(account.name) is logged in"
        )
    }

    /// A session is still in use.
    public static func continued(_ session: SessionID, of account: ActorID, owner: BaseID) -> NewEvent {
        NewEvent(
            type: EventType.sessionContinued.number,
            base: owner,
            stream: AccountStreams.account(account),
            open: EventBytes.of(Syncd_Events_SessionContinued.with { $0.session = Data(session.bytes) })
        )
    }

    /// A session ended.
    public static func ended(_ session: SessionID, of account: ActorID, isExpired: Bool, owner: BaseID) -> NewEvent {
        let message = Syncd_Events_SessionEnded.with {
            $0.session = Data(session.bytes)
            $0.reason = isExpired ? .expired : .loggedOut
        }
        return NewEvent(
            type: EventType.sessionEnded.number,
            base: owner,
            stream: AccountStreams.account(account),
            open: EventBytes.of(message)
        )
    }

    /// Somebody tried to log in.
    public static func failed(name: String, from origin: String, owner: BaseID) -> NewEvent {
        let attempt = Syncd_Events_LoginAttempt.with {
            $0.name = String(name.prefix(200))
            $0.origin = String(origin.prefix(200))
        }
        return NewEvent(
            type: EventType.loginFailed.number,
            base: owner,
            stream: AccountStreams.refusals(of: owner),
            parts: [
                NewPart(
                    subject: SubjectID(owner),
                    dataClass: DataClass(rawValue: DataGroup.audit.rawValue),
                    plaintext: EventBytes.of(attempt)
                )
            ]
        )
    }

    /// A command was refused.
    ///
    /// - Parameters:
    ///   - name: who asked; sealed under their own key.
    ///   - base: the school that it was about, when one was named.
    public static func refused(
        _ command: String,
        to actor: ActorID,
        name: String,
        reason: String,
        base: BaseID?,
        owner: BaseID
    ) -> NewEvent {
        let message = Syncd_Events_AccessRefused.with {
            $0.command = command
            $0.base = Data(base?.bytes ?? [])
        }
        let note = Syncd_Events_AuditNote.with {
            $0.actor = name
            $0.reason = reason
        }
        return NewEvent(
            type: EventType.accessRefused.number,
            base: owner,
            stream: AccountStreams.refusals(of: owner),
            open: EventBytes.of(message),
            parts: [
                NewPart(
                    subject: SubjectID(actor),
                    dataClass: DataClass(rawValue: DataGroup.audit.rawValue),
                    plaintext: EventBytes.of(note)
                )
            ]
        )
    }
}
