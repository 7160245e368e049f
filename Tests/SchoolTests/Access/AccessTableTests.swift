import Identifiers
import School
import Testing

/// The table of roles, cell by cell.
@Suite struct AccessTableTests {
    private let hill = BaseID(high: 1, low: 1)
    private let vale = BaseID(high: 1, low: 2)

    @Test(
        "every role against every command: allowed where the row names it, at the place where it is held, and nowhere else"
    )
    func everyCell() throws {
        var allowed = 0
        for command in AccessTable.commands {
            let row = try #require(AccessTable.row(command))
            for role in Role.allCases {
                let atHill = AccessTable.ask(command, [RoleGrant(role, at: hill)])
                let overall = AccessTable.ask(command, [RoleGrant(role)])
                switch row.reach {
                case .anybody, .own:
                    #expect(atHill == .allowed(nil) && overall == .allowed(nil))
                case .bases where row.roles.contains(role):
                    #expect(atHill == .allowed([hill]), "\(role) \(command)")
                    #expect(overall == .allowed(nil), "\(role) \(command)")
                    allowed += 1
                case .store where row.roles.contains(role):
                    #expect(atHill.isRefused, "\(role) at one school reaches the store with \(command)")
                    #expect(overall == .allowed(nil), "\(role) \(command)")
                    allowed += 1
                case .bases, .store:
                    #expect(atHill.isRefused && overall.isRefused, "\(role) \(command)")
                }
            }
            #expect(AccessTable.ask(command, []).isRefused == ![.anybody, .own].contains(row.reach))
        }
        #expect(allowed > 100)
    }

    @Test("S0-02, S0-09: accepting and withdrawing is for the head and the proxy of that very school")
    func acceptance() {
        for command in ["consent accept", "consent withdraw"] {
            for role in Role.allCases where role != .head && role != .headProxy {
                #expect(AccessTable.ask(command, [RoleGrant(role, at: hill)]).isRefused)
                #expect(AccessTable.ask(command, [RoleGrant(role)]).isRefused)
            }
            let grants = [RoleGrant(.head, at: hill), RoleGrant(.nominatedContact, at: vale)]
            #expect(AccessTable.ask(command, grants) == .allowed([hill]))
        }
    }

    @Test("S0-04: the agent can give no command that accepts anything")
    func agent() {
        for command in AccessTable.commands where command.hasPrefix("consent") {
            #expect(AccessTable.ask(command, [RoleGrant(.agent)]).isRefused, "\(command)")
        }
    }

    @Test("S0-08: a nominated contact sees the settings of the own school, and no other's")
    func nominatedContact() {
        #expect(AccessTable.ask("consent settings", [RoleGrant(.nominatedContact, at: hill)]) == .allowed([hill]))
    }

    @Test(
        "S0-12: the agent is installed and transfers are scheduled by IT support or the proxy, without the head's login"
    )
    func installation() {
        for role in [Role.itSupport, .headProxy] {
            #expect(AccessTable.ask("task create", [RoleGrant(role, at: hill)]) == .allowed([hill]))
        }
        #expect(AccessTable.ask("task create", [RoleGrant(.nominatedContact, at: hill)]).isRefused)
    }

    @Test("rulings 12: auditors and operators open no record")
    func closedRecords() {
        for command in ["pupil find", "pupil show", "history", "changes --open", "replay --open"] {
            for role in [Role.auditor, .operator, .itSupport, .agent, .recipient] {
                #expect(AccessTable.ask(command, [RoleGrant(role)]).isRefused, "\(role) \(command)")
            }
        }
    }

    @Test("rulings 12: a grant opens what names people to auditors, where their role reaches, and to nobody else")
    func grants() {
        let grant = ReadingGrant(
            id: GrantID(high: 1, low: 1),
            account: ActorID(high: 2, low: 2),
            base: hill,
            subjects: [SubjectID(high: 3, low: 3)],
            ends: Timestamp(microseconds: 1000)
        )
        for command in AccessTable.commands {
            for role in Role.allCases {
                let without = AccessTable.ask(command, [RoleGrant(role)])
                let with = AccessTable.ask(command, [RoleGrant(role)], reading: [grant])
                if role == .auditor, AccessTable.openedByGrants.contains(command) {
                    #expect(without.isRefused && with == .underGrants([grant]), "\(command)")
                } else {
                    #expect(with == without, "\(role) \(command)")
                }
            }
        }
        #expect(AccessTable.ask("history", [RoleGrant(.auditor, at: hill)], reading: [grant]) == .underGrants([grant]))
        #expect(AccessTable.ask("history", [RoleGrant(.auditor, at: vale)], reading: [grant]).isRefused)
        // Who may anyway needs none.
        let both = [RoleGrant(.auditor), RoleGrant(.head, at: vale)]
        #expect(AccessTable.ask("history", both, reading: [grant]) == .allowed([vale]))
        #expect(grant.holds(at: Timestamp(microseconds: 1000)) && !grant.holds(at: Timestamp(microseconds: 1001)))
    }

    @Test("a command that the table does not know is nobody's, whatever the roles")
    func unknown() {
        #expect(AccessTable.ask("new command", Role.allCases.map { RoleGrant($0) }).isRefused)
    }

    @Test("a refusal names the roles that may")
    func sentence() {
        guard case .refused(let sentence) = AccessTable.ask("consent accept", [RoleGrant(.itSupport, at: hill)]) else {
            Issue.record("allowed")
            return
        }
        #expect(sentence.contains("head or head proxy"))
    }
}

extension AccessTable.Answer {
    var isRefused: Bool { if case .refused = self { true } else { false } }
}
