import Identifiers
import Testing

@testable import School

@Suite("Where a pupil is registered")
struct RegistrationsTests {
    typealias Known = Registrations.Known
    typealias Told = Registrations.Told

    static let hill = BaseID(high: 1, low: 1)
    static let vale = BaseID(high: 1, low: 2)
    static let both: Set<BaseID> = [hill, vale]

    private func reconcile(
        _ known: Known?,
        _ told: Told,
        pupils: Set<BaseID> = both,
        registrations: Set<BaseID>? = nil
    ) -> Registrations.Outcome? {
        let covered = Registrations.Covered(pupils: pupils, registrations: registrations ?? pupils)
        return Registrations.reconcile(known: known, told: told, covered: covered)
    }

    private let atHill = Known(home: hill, isPresent: true, active: [hill: true])
    private let dual = Known(home: hill, isPresent: true, active: [hill: true, vale: true])

    @Test("a stranger is at the base that the own row names; nobody is made of registrations alone")
    func stranger() {
        let outcome = reconcile(nil, Told(claim: Self.hill, active: [Self.hill: true, Self.vale: true]))
        #expect(outcome?.home == Self.hill && outcome?.second == [Self.vale] && outcome?.movedFrom == nil)
        #expect(reconcile(nil, Told(active: [Self.hill: true])) == nil)
    }

    @Test("active at another base and no more at the home is a move")
    func move() {
        for told in [
            Told(claim: Self.vale, active: [Self.vale: true]),
            Told(claim: Self.vale, active: [Self.hill: false, Self.vale: true]),
            Told(claim: Self.vale),
        ] {
            let outcome = reconcile(atHill, told)
            #expect(outcome?.home == Self.vale && outcome?.movedFrom == Self.hill)
        }
    }

    @Test("active at both is no move, whichever base the own row names, and whichever folder tells it")
    func dualRegistration() {
        for claim in [Self.hill, Self.vale] {
            let whole = reconcile(atHill, Told(claim: claim, active: [Self.hill: true, Self.vale: true]))
            #expect(whole?.home == Self.hill && whole?.movedFrom == nil && whole?.second == [Self.vale])
            let stays = reconcile(dual, Told(claim: claim, active: [Self.hill: true, Self.vale: true]))
            #expect(stays?.home == Self.hill && stays?.gone == [])
        }
        for told in [Told(claim: Self.vale), Told(claim: Self.vale, active: [Self.vale: true])] {
            let folder = reconcile(atHill, told, pupils: [Self.vale])
            #expect(folder?.home == Self.hill && folder?.movedFrom == nil && folder?.second == [Self.vale])
        }
    }

    @Test("a second registration goes only where the files would tell it")
    func second() {
        let only = Told(claim: Self.hill, active: [Self.hill: true])
        #expect(reconcile(dual, only)?.gone == [Self.vale])
        #expect(reconcile(dual, only, pupils: [Self.hill])?.gone == [])
        #expect(reconcile(dual, Told(claim: Self.hill), registrations: [])?.gone == [])
        #expect(reconcile(dual, only, pupils: [])?.gone == [])
    }

    @Test("who ends at the home is at the second base, which is the main one from then")
    func absorbed() {
        let outcome = reconcile(dual, Told(claim: Self.vale, active: [Self.vale: true]))
        #expect(outcome?.home == Self.vale && outcome?.movedFrom == Self.hill)
        #expect(outcome?.absorbed == Self.vale && outcome?.gone == [])
        let missing = reconcile(dual, Told(), pupils: [Self.hill])
        #expect(missing?.home == Self.vale && missing?.isThere == true && missing?.absorbed == Self.vale)
    }

    @Test("who is in no file that covers both is gone from both")
    func gone() {
        for registrations in [Self.both, []] {
            let outcome = reconcile(dual, Told(), registrations: registrations)
            #expect(outcome?.isThere == false && outcome?.gone == [Self.vale] && outcome?.movedFrom == nil)
        }
    }

    @Test("without registrations a base that is known beside the home says nothing against the home")
    func deniedRegistrations() {
        let outcome = reconcile(dual, Told(claim: Self.vale), registrations: [])
        #expect(outcome?.home == Self.hill && outcome?.movedFrom == nil)
    }

    @Test("a leaver stays where the last registration was")
    func leaver() {
        let outcome = reconcile(atHill, Told(claim: Self.hill, active: [Self.hill: false]))
        #expect(outcome?.home == Self.hill && outcome?.isThere == true && outcome?.second == [])
    }

    @Test("what was reconciled once stays: the same files say nothing new")
    func stable() {
        let bases = [Self.hill, Self.vale, BaseID(high: 1, low: 3)]
        for case let claim? in bases.map(Optional.some) + [nil] {
            for pattern in 0..<27 {
                var active: [BaseID: Bool] = [:]
                for (index, base) in bases.enumerated() {
                    let digit = pattern / [1, 3, 9][index] % 3
                    if digit > 0 { active[base] = digit == 2 }
                }
                let told = Told(claim: claim, active: active)
                guard let first = reconcile(dual, told, pupils: Set(bases)) else { continue }
                var known = Known(home: first.home, isPresent: true, active: [:])
                for base in first.second where active[base] == true { known.active[base] = true }
                known.active[first.home] = active[first.home] ?? true
                let second = reconcile(known, told, pupils: Set(bases))
                #expect(second?.home == first.home && second?.movedFrom == nil, "\(told)")
            }
        }
    }

    @Test(
        "current, main, subsidiary and guest are active until the leaving date has come",
        arguments: [
            ("C", "", true), ("M", "", true), ("S", "2025-09-03", true), ("G", "2025-09-02", false), ("P", "", false),
            ("F", "", false), ("O", "", false), ("", "", true),
        ]
    )
    func active(status: String, leaving: String, isActive: Bool) throws {
        let day = try #require(CalendarDate(iso: "2025-09-02"))
        let old = FieldRow([.init(.enrolmentStatus, "P"), .init(.leavingDate, "2020-07-20")])
        let row = FieldRow([
            .init(.enrolmentStatus, status), .init(.leavingDate, leaving), .init(.entryDate, "2021-09-02"),
        ])
        #expect(Registrations.isActive(GroupContent(.registration, [old, row]), on: day) == isActive)
    }
}
