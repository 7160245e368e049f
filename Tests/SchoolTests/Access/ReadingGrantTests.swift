import EventLog
import Identifiers
import School
import Testing

/// Rulings 12: who may be granted to read.
@Suite struct ReadingGrantTests {
    private let hill = BaseID(high: 1, low: 1)
    private let now = Timestamp(microseconds: 1_000_000)
    private let note = NewPart(subject: SubjectID(high: 9, low: 9), dataClass: DataClass(rawValue: 101), plaintext: [1])

    private func account(_ role: Role, at base: BaseID? = nil) -> Account {
        var account = Account(id: ActorID(high: 2, low: 2), kind: .person, name: "ines")
        account.grants = [RoleGrant(role, at: base)]
        account.streamVersion = 4
        return account
    }

    private func grant(_ account: Account, ends seconds: Int64 = 60, _ subjects: Set<SubjectID>? = nil) -> ReadingGrant
    {
        ReadingGrant(
            id: GrantID(high: 3, low: 3),
            account: account.id,
            base: hill,
            subjects: subjects ?? [SubjectID(high: 4, low: 4)],
            ends: now.advanced(bySeconds: seconds)
        )
    }

    private func refusal(_ account: Account, _ grant: ReadingGrant, by giver: ActorID? = nil) -> SchoolError.Code? {
        do {
            _ = try ReadingGrantRules.give(grant, to: account, by: giver, note: note, at: now)
            return nil
        } catch { return error.code }
    }

    @Test(
        "rulings 12: a grant is for an auditor of that school, by somebody else, names people, and ends within a year"
    )
    func rules() throws {
        let auditor = account(.auditor)
        #expect(refusal(auditor, grant(auditor)) == nil)
        #expect(refusal(account(.auditor, at: hill), grant(auditor)) == nil)
        #expect(refusal(account(.auditor, at: BaseID(high: 1, low: 2)), grant(auditor)) == .grantUnfit)
        for role in Role.allCases where role != .auditor {
            #expect(refusal(account(role), grant(auditor)) == .grantUnfit, "\(role)")
        }
        var disabled = auditor
        disabled.isDisabled = true
        #expect(refusal(disabled, grant(disabled)) == .grantUnfit)
        #expect(refusal(auditor, grant(auditor), by: auditor.id) == .grantUnfit)
        #expect(refusal(auditor, grant(auditor, [])) == .grantUnfit)
        #expect(refusal(auditor, grant(auditor, ends: 0)) == .grantUnfit)
        #expect(refusal(auditor, grant(auditor, ends: ReadingGrantRules.longest)) == nil)
        #expect(refusal(auditor, grant(auditor, ends: ReadingGrantRules.longest + 1)) == .grantUnfit)
        let decision = try ReadingGrantRules.give(grant(auditor), to: auditor, by: nil, note: note, at: now)
        // On condition of the auditor's own stream: a role that goes meanwhile takes the grant with it.
        #expect(decision.conditions == [StreamCondition(stream: auditor.stream, version: 4)])
        #expect(decision.events.map(\.base) == [hill])
    }
}
