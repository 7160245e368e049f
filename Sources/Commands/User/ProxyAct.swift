import Access
import EventLog
import Identifiers
import Projections
import School
import Sealing

/// Appointing and removing the head's proxy, whichever way the head comes.
enum ProxyAct: Sendable {
    case appoint(String)
    case remove(String)

    /// Decides and appends; durable on return.
    ///
    /// - Returns: what was decided, and the invitation that is shown once where the second step is still to be set up.
    func carryOut(at base: Base, in session: Session) throws -> (decision: Decision, invitation: Token?) {
        let accounts = try session.state.read { try $0.accounts() }
        let owner = session.log.owner
        let token = Token(drawnFrom: SystemRandomness())
        let decision: Decision
        var needsInvitation = false
        switch self {
        case .appoint(let name):
            let account = accounts.first { $0.name == name }
            needsInvitation = account?.codeSecret.isEmpty ?? false
            decision = try AccountRules.appointProxy(
                account,
                at: base.id,
                invitation: .init(hash: token.hash, expires: session.now.advanced(bySeconds: SessionRule.invitation)),
                owner: owner
            )
        case .remove(let name):
            decision = try AccountRules.removeProxy(accounts.first { $0.name == name }, at: base.id, owner: owner)
        }
        if !decision.isUnchanged { try session.append(decision.events, conditions: decision.conditions) }
        return (decision, needsInvitation && !decision.isUnchanged ? token : nil)
    }
}
