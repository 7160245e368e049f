import Access
import EventLog
import Identifiers
import Projections
import School
import Sealing
import SyncdTesting
import Testing

/// Logging in, and what attackers try.
@Suite struct LoginTests {
    let scene: AccessScene

    init() throws {
        scene = try AccessScene()
        try scene.enrolled("rosa", .operator)
        try scene.enrolled("ada", .head, at: scene.hill)
        try scene.enrolled("office", .schoolAdmin, at: scene.hill)
    }

    @Test("S0-19: who is right about name, password and code is logged in, and the session says who")
    func login() throws {
        let principal = try scene.gate.principal(scene.login("ada"))
        #expect(principal.name == "ada")
        #expect(principal.grants == [RoleGrant(.head, at: scene.hill)])
    }

    @Test("a head, proxy, data protection officer, auditor or operator needs a code; others do not")
    func secondStep() throws {
        #expect(
            scene.refusal { _ = try scene.gate.login("ada", password: AccessScene.password, code: nil, from: "desk") }
                == .loginRefused
        )
        _ = try scene.gate.login("office", password: AccessScene.password, code: nil, from: "desk")
        let strong = Role.allCases.filter(\.needsSecondStep)
        #expect(Set(strong) == [.head, .headProxy, .dpo, .auditor, .operator])
    }

    @Test("attack: a wrong password, a wrong code and a name that nobody has are refused in the same words")
    func sameWords() throws {
        var sentences: Set<String> = []
        for (name, password, code) in [
            ("ada", "wrong wrong wrong", "000000"), ("nobody", AccessScene.password, "000000"),
            ("ada", AccessScene.password, "abcdef"), ("", "", ""),
        ] {
            do {
                _ = try scene.gate.login(name, password: password, code: code, from: "desk")
                Issue.record("logged in")
            } catch let error as AccessError {
                #expect(error.code == .loginRefused)
                sentences.insert(error.message)
            }
        }
        #expect(sentences.count == 1)
    }

    @Test("attack: a code is used once, and an old one not at all")
    func reusedCode() throws {
        scene.clock.advance(seconds: 90)
        let code = try scene.code("ada")
        _ = try scene.gate.login("ada", password: AccessScene.password, code: code, from: "desk")
        #expect(
            scene.refusal { _ = try scene.gate.login("ada", password: AccessScene.password, code: code, from: "desk") }
                == .loginRefused
        )
        // One that was seen and never used, when its time has passed.
        scene.clock.advance(seconds: 90)
        let old = try scene.code("ada")
        scene.clock.advance(seconds: 120)
        #expect(
            scene.refusal { _ = try scene.gate.login("ada", password: AccessScene.password, code: old, from: "desk") }
                == .loginRefused
        )
        _ = try scene.gate.login("ada", password: AccessScene.password, code: scene.code("ada"), from: "desk")
    }

    @Test("attack: a clock that is set back makes no used code, and none from before it, hold again")
    func codeAndClockBack() throws {
        scene.clock.advance(seconds: 90)
        let before = try scene.code("ada")
        scene.clock.advance(seconds: 60)
        let used = try scene.code("ada")
        _ = try scene.gate.login("ada", password: AccessScene.password, code: used, from: "desk")
        scene.clock.advance(seconds: -60)
        for code in [before, used] {
            let refusal = scene.refusal {
                _ = try scene.gate.login("ada", password: AccessScene.password, code: code, from: "desk")
            }
            #expect(refusal == .loginRefused)
        }
    }

    @Test("attack: an invitation that has expired is not brought back by a clock that is set back")
    func invitationAndClockBack() throws {
        let late = try scene.add("cem", .nominatedContact, at: scene.hill)
        scene.clock.advance(seconds: 8 * 24 * 3600)
        _ = try scene.login("ada")
        scene.clock.advance(seconds: -8 * 24 * 3600)
        let refusal = scene.refusal {
            _ = try scene.gate.enrol("cem", invitation: late.text, newPassword: AccessScene.password, from: "desk")
        }
        #expect(refusal == .loginRefused)
    }

    @Test("attack: 1,000 guesses at one account: five are looked at, and its owner gets in from elsewhere")
    func guessesAtOne() throws {
        var answers: [AccessError.Code: Int] = [:]
        for number in 0..<1000 {
            let refusal = scene.refusal {
                _ = try scene.gate.login("ada", password: "guess number \(number)", code: nil, from: "attacker")
            }
            answers[try #require(refusal), default: 0] += 1
        }
        #expect(answers == [.loginRefused: 5, .tooManyAttempts: 995])
        #expect(try scene.count(.loginFailed) == 5)
        // Without waiting: the owner is not locked out.
        let code = try scene.code("ada")
        _ = try scene.gate.login("ada", password: AccessScene.password, code: code, from: "desk")
    }

    @Test(
        "attack: 1,000 guesses at one account from 1,000 places: thirty are free, and its owner waits ten seconds at most"
    )
    func guessesFromMany() throws {
        var looked = 0
        for number in 0..<1000 {
            let refusal = scene.refusal {
                _ = try scene.gate.login("ada", password: "guess \(number)", code: nil, from: "attacker \(number)")
            }
            if refusal == .loginRefused { looked += 1 }
        }
        #expect(looked == 30)
        scene.clock.advance(seconds: 10)
        _ = try scene.gate.login("ada", password: AccessScene.password, code: scene.code("ada"), from: "desk")
    }

    @Test("attack: 1,000 guesses at accounts that exist tell nothing that guesses at made-up names do not")
    func guessesAtExisting() throws {
        let names = (0..<20).map { "pupil officer \($0)" }
        for name in names { try scene.enrolled(name, .schoolAdmin, at: scene.hill) }
        func answers(_ name: (Int) -> String, from origin: String) -> [String] {
            (0..<1000).map { number in
                do {
                    _ = try scene.gate.login(name(number), password: "wrong wrong", code: nil, from: origin)
                    return "in"
                } catch { return (error as? AccessError)?.message ?? "other" }
            }
        }
        let real = answers({ names[$0 % 20] }, from: "one")
        let madeUp = answers({ "made up \($0 % 20)" }, from: "two")
        #expect(real == madeUp)
        #expect(!real.contains("in") && Set(real).count > 1)
    }

    @Test("attack: 1,000 guesses at many accounts from one place: twenty are looked at, and others are not slowed")
    func guessesAtMany() throws {
        var looked = 0
        for number in 0..<1000 {
            let refusal = scene.refusal {
                _ = try scene.gate.login("user \(number)", password: "password", code: nil, from: "attacker")
            }
            if refusal == .loginRefused { looked += 1 }
        }
        #expect(looked == 20)
        _ = try scene.login("ada")
    }

    @Test("attack: waiting is not ended by a clock that is set back")
    func clockBack() throws {
        for _ in 0..<10 {
            _ = scene.refusal { _ = try scene.gate.login("ada", password: "wrong wrong", code: nil, from: "attacker") }
        }
        scene.clock.advance(seconds: -7200)
        #expect(
            scene.refusal { _ = try scene.gate.login("ada", password: "wrong wrong", code: nil, from: "attacker") }
                == .tooManyAttempts
        )
    }

    @Test("an invitation sets a password once, and not after a week")
    func invitation() throws {
        let invitation = try scene.add("ben", .headProxy, at: scene.hill)
        let enrolled = try scene.gate.enrol(
            "ben",
            invitation: invitation.text,
            newPassword: AccessScene.password,
            from: "desk"
        )
        #expect(enrolled.codeSecret?.count == 32)
        #expect(
            scene.refusal {
                _ = try scene.gate.enrol(
                    "ben",
                    invitation: invitation.text,
                    newPassword: "another good password",
                    from: "desk"
                )
            } == .loginRefused
        )
        let late = try scene.add("cem", .headProxy, at: scene.hill)
        scene.clock.advance(seconds: 8 * 24 * 3600)
        #expect(
            scene.refusal {
                _ = try scene.gate.enrol("cem", invitation: late.text, newPassword: AccessScene.password, from: "desk")
            } == .loginRefused
        )
    }

    @Test("attack: somebody's invitation does not open another's account")
    func foreignInvitation() throws {
        let invitation = try scene.add("ben", .nominatedContact, at: scene.hill)
        #expect(
            scene.refusal {
                _ = try scene.gate.enrol(
                    "ada",
                    invitation: invitation.text,
                    newPassword: AccessScene.password,
                    from: "desk"
                )
            } == .loginRefused
        )
    }

    @Test("secrets stand in no open part: neither passwords nor names nor tokens")
    func openParts() throws {
        let token = try scene.login("ada")
        let secrets = [AccessScene.password, "ada", token].map { Array($0.utf8) }
        try scene.log.read(LogQuery()) { event in
            for secret in secrets {
                #expect(!event.open.contains(secret), "type \(event.type.rawValue)")
            }
            return true
        }
    }
}
