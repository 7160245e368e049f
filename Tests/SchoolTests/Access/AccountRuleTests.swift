import Identifiers
import School
import Testing

/// Accounts, passwords and guesses as rules.
@Suite struct AccountRuleTests {
    private let owner = BaseID(high: 9, low: 9)
    private let hill = BaseID(high: 1, low: 1)
    private let token = Account.Token(hash: [UInt8](repeating: 1, count: 32), expires: nil)

    private func account(_ kind: Account.Kind = .person) -> Account {
        Account(id: ActorID(high: 5, low: 1), kind: kind, name: "rosa")
    }

    private func added(_ role: Role, at base: BaseID?, kind: Account.Kind = .person, roster: UInt64 = 1) throws -> Int {
        try AccountRules.add(account(kind), RoleGrant(role, at: base), token, beside: [], roster: roster, owner: owner)
            .events.count
    }

    @Test("the first account is an operator's, so that nobody locks everybody out")
    func first() throws {
        #expect(throws: SchoolError(.firstIsOperator, "")) { try added(.head, at: hill, roster: 0) }
        #expect(throws: SchoolError(.firstIsOperator, "")) { try added(.agent, at: nil, kind: .agent, roster: 0) }
        #expect(try added(.operator, at: nil, roster: 0) == 3)
    }

    @Test("a role is held where it can be: heads at a school, operators for the store", arguments: Role.allCases)
    func places(role: Role) throws {
        let kind: Account.Kind = role == .agent ? .agent : role == .recipient ? .recipient : .person
        for base in [hill, nil] {
            let fits = role.holding == .either || (role.holding == .base) == (base != nil)
            if fits {
                #expect(try added(role, at: base, kind: kind) == 3)
            } else {
                #expect(throws: SchoolError(.rolePlaceInvalid, "")) { try added(role, at: base, kind: kind) }
            }
        }
    }

    @Test("no machine is a head, and no person is an agent")
    func machines() {
        #expect(throws: SchoolError(.roleUnfit, "")) { try added(.head, at: hill, kind: .agent) }
        #expect(throws: SchoolError(.roleUnfit, "")) { try added(.agent, at: hill, kind: .person) }
        #expect(throws: SchoolError(.roleUnfit, "")) { try added(.recipient, at: nil, kind: .agent) }
    }

    @Test("the last operator stays one")
    func lastOperator() throws {
        var rosa = account()
        rosa.grants = [RoleGrant(.operator)]
        #expect(throws: SchoolError(.lastOperator, "")) { try AccountRules.disable(rosa, operators: 1, owner: owner) }
        #expect(throws: SchoolError(.lastOperator, "")) {
            try AccountRules.revoke(RoleGrant(.operator), from: rosa, operators: 1, owner: owner)
        }
        #expect(try AccountRules.disable(rosa, operators: 2, owner: owner).events.count == 1)
    }

    @Test(
        "a password is long, and none of those that are tried first",
        arguments: [
            "short", "password1234", "Password2024!", "P4ssw0rd1234", "aaaaaaaaaaaa", "abababababab", "123456789012",
            "abcdefghijklm", "rosa-rosa-2024", "qwertyuiop12", "LetMeInPlease!", "tab\tin the word",
        ]
    )
    func weak(password: String) {
        #expect(throws: SchoolError(.passwordWeak, "")) { try PasswordRule.check(password, of: "rosa") }
    }

    @Test("words that have nothing to do with one another are a password, in any script")
    func strong() throws {
        for password in [
            "lantern gravel oboe", "tide-Copper-7-walrus", "гречка чайник облако", "kettle kettle drum moss",
        ] {
            try PasswordRule.check(password, of: "rosa")
        }
    }

    @Test("guesses: the first are free, then each doubles the wait up to its end, and a clock set back ends none")
    func guesses() {
        let last = Timestamp(microseconds: 1_000_000_000_000)
        func wait(_ failures: UInt32, _ seconds: Int64) -> Int64 {
            GuessRule.nameAndOrigin.wait(after: failures, last: last, at: last.advanced(bySeconds: seconds))
        }
        #expect(wait(4, 0) == 0)
        #expect(wait(5, 0) == 1)
        #expect(wait(8, 0) == 8)
        #expect(wait(8, 7) == 1)
        #expect(wait(8, 8) == 0)
        #expect(wait(1_000_000, 0) == 60)
        #expect(wait(1_000_000, -3600) == 60)
        #expect(GuessRule.name.wait(after: .max, last: last, at: last) == 10)
    }

    @Test("what is counted of one name or origin is not counted of another that begins like it")
    func keys() {
        for rule in GuessRule.allCases {
            #expect(rule.key("a", from: "bc") != rule.key("ab", from: "c"))
        }
        #expect(GuessRule.names("a", GuessRule.name.key("a", from: "x")))
        #expect(!GuessRule.names("a", GuessRule.name.key("ab", from: "x")))
        #expect(!GuessRule.names("a", GuessRule.origin.key("a", from: "a")))
    }
}
