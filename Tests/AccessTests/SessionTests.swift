import Access
import EventLog
import Identifiers
import Projections
import School
import Sealing
import SyncdTesting
import Testing

/// Sessions and machines' tokens, and what attackers try with them.
@Suite struct SessionTests {
    let scene: AccessScene

    init() throws {
        scene = try AccessScene()
        try scene.enrolled("rosa", .operator)
        try scene.enrolled("ada", .head, at: scene.hill)
    }

    private func isDead(_ token: String) -> Bool {
        scene.refusal { _ = try scene.gate.principal(token) } == .notLoggedIn
    }

    @Test("the gate is closed from the first account on, and stays so when all are disabled")
    func closed() throws {
        let fresh = try AccessScene()
        #expect(try !fresh.gate.isClosed)
        try fresh.add("rosa", .operator)
        #expect(try fresh.gate.isClosed)
        try fresh.append(try AccountRules.disable(fresh.account("rosa"), operators: 2, owner: fresh.log.owner))
        #expect(try fresh.gate.isClosed)
        #expect(fresh.refusal { _ = try fresh.gate.principal(nil) } == .notLoggedIn)
    }

    @Test("attack: a made-up, shortened or empty token is nobody's")
    func madeUp() throws {
        let token = try scene.login("ada")
        for wrong in [nil, "", String(token.dropLast()), String(repeating: "0", count: 64), token + "0"] {
            #expect(scene.refusal { _ = try scene.gate.principal(wrong) } == .notLoggedIn)
        }
    }

    @Test("attack: a token that was stolen before logging out, or from before the next login, is dead")
    func replayed() throws {
        let token = try scene.login("ada")
        try scene.gate.logout(scene.gate.principal(token))
        #expect(isDead(token))
        #expect(try scene.login("ada") != token)
        #expect(isDead(token))
    }

    @Test("a session ends after half an hour without use, and after ten hours at most")
    func limits() throws {
        let idle = try scene.login("ada")
        scene.clock.advance(seconds: 31 * 60)
        #expect(isDead(idle))
        let busy = try scene.login("ada")
        for _ in 0..<29 {
            scene.clock.advance(seconds: 20 * 60)
            _ = try scene.gate.principal(busy)
        }
        scene.clock.advance(seconds: 21 * 60)
        #expect(isDead(busy))
    }

    @Test("attack: a clock set back brings no expired session back")
    func clockBack() throws {
        let token = try scene.login("ada")
        scene.clock.advance(seconds: 3600)
        #expect(isDead(token))
        scene.clock.advance(seconds: -3600)
        #expect(isDead(token))
    }

    @Test("attack: a role that was granted is not used in the same breath: the sessions of before have ended")
    func roleChange() throws {
        let token = try scene.login("ada")
        let grant = RoleGrant(.head, at: scene.vale)
        try scene.append(AccountRules.grant(grant, to: scene.account("ada"), owner: scene.log.owner))
        #expect(isDead(token))
        #expect(try scene.gate.principal(scene.login("ada")).grants.contains(grant))
        let second = try scene.login("ada")
        try scene.append(
            AccountRules.revoke(grant, from: scene.account("ada"), operators: 1, owner: scene.log.owner)
        )
        #expect(isDead(second))
    }

    @Test("a session is dead after disabling, and after a new invitation")
    func disabled() throws {
        let token = try scene.login("ada")
        let invitation = Account.Token(hash: Token(drawnFrom: SystemRandomness()).hash, expires: nil)
        try scene.append(AccountRules.renew(invitation, of: scene.account("ada"), owner: scene.log.owner))
        #expect(isDead(token))
        let rosa = try scene.login("rosa")
        try scene.append(AccountRules.disable(scene.account("rosa"), operators: 2, owner: scene.log.owner))
        #expect(isDead(rosa))
        #expect(scene.refusal { _ = try scene.login("rosa") } == .loginRefused)
    }

    @Test("a machine's token holds until it expires, is changed or the machine is disabled")
    func machines() throws {
        let token = try scene.add("agent at hill", .agent, at: scene.hill)
        #expect(try scene.gate.principal(token.text).kind == .agent)
        let next = Token(drawnFrom: SystemRandomness())
        let kept = Account.Token(hash: next.hash, expires: scene.clock.now.advanced(bySeconds: 60))
        try scene.append(AccountRules.renew(kept, of: scene.account("agent at hill"), owner: scene.log.owner))
        #expect(isDead(token.text))
        #expect(try scene.gate.principal(next.text).name == "agent at hill")
        scene.clock.advance(seconds: 61)
        #expect(isDead(next.text))
    }

    @Test("a refusal is an event that says who and what, and changes nothing else")
    func refusal() throws {
        let principal = try scene.gate.principal(scene.login("ada"))
        let before = scene.log.durableEnd
        let error = try scene.gate.refuse("user add", to: principal, because: "no", base: scene.hill)
        #expect(error.code == .accessRefused)
        #expect(scene.log.durableEnd.rawValue == before.rawValue + 1)
        #expect(try scene.count(.accessRefused) == 1)
    }

    @Test("an account of which an event could not be taken in lets nobody in")
    func parked() throws {
        // What state cannot take in is decided by the engine: `ParkingTests`; here, that a stranger's event harms nobody.
        let token = try scene.login("ada")
        try scene.append(
            Decision(
                events: [
                    NewEvent(
                        type: EventType.roleGranted.number,
                        base: scene.log.owner,
                        stream: AccountStreams.account(try scene.account("ada").id),
                        open: [0xff, 0xff]
                    )
                ],
                message: ""
            )
        )
        #expect(scene.refusal { _ = try scene.gate.principal(token) } == .accountsUnreadable)
    }
}
