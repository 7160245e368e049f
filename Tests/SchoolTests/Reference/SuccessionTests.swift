import EventLog
import Identifiers
import School
import Testing

/// Who follows whom, and what that makes of a base (rulings 3).
@Suite struct SuccessionTests {
    private func link(
        _ urn: String,
        _ other: String,
        _ type: String,
        _ since: String = "2024-09-01"
    ) -> EstablishmentLink {
        EstablishmentLink(urn: urn, linkURN: other, type: type, name: "School \(other)", established: since)
    }

    private func effect(_ links: EstablishmentLink..., others: [String: String] = [:]) -> Succession.Effect? {
        Succession(of: "100001", in: LinkBook(links), others: others, on: "2025-01-01")?.effect
    }

    @Test("one school that follows one other alone is a key change, told at one end or at both")
    func plain() {
        #expect(effect(link("100001", "140001", "Successor")) == .keyChange)
        #expect(effect(link("140001", "100001", "Predecessor")) == .keyChange)
        #expect(
            effect(link("100001", "140001", "Successor"), link("140001", "100001", "Predecessor")) == .keyChange
        )
        #expect(effect(link("100001", "140001", "Sixth Form Centre Link")) == nil)
        #expect(effect(link("140001", "100001", "Successor")) == nil)
    }

    @Test("a merger, an amalgamation, a split and a contradiction are for a person")
    func undecided() {
        let plain = link("100001", "140001", "Successor")
        #expect(effect(plain, link("100002", "140001", "Successor")) == .undecided)
        #expect(effect(plain, link("100001", "140002", "Successor")) == .undecided)
        #expect(effect(plain, link("140001", "100001", "Predecessor - merged")) == .undecided)
        #expect(effect(link("100001", "140001", "Successor - amalgamated")) == .undecided)
        #expect(effect(link("100001", "140001", "Successor - Split School")) == .undecided)
        #expect(effect(plain, link("140001", "100001", "Successor")) == .undecided)
    }

    @Test("a follower that is a base of its own changes nothing; one from a day to come waits")
    func waits() {
        #expect(effect(link("100001", "140001", "Successor"), others: ["140001": "ELM"]) == .ownBase(key: "ELM"))
        #expect(effect(link("100001", "140001", "Successor", "2025-01-02")) == .pending)
        #expect(effect(link("100001", "140001", "Successor", "2025-01-01")) == .keyChange)
        #expect(effect(link("100001", "140001", "Successor", "")) == .keyChange)
    }

    private func changes(
        _ links: [EstablishmentLink],
        _ establishments: Establishment...,
        laestabs: Set<String> = []
    ) -> [BaseKeyChange] {
        let list = Dictionary(uniqueKeysWithValues: establishments.map { ($0.urn, $0) })
        return BaseFollowing.changes(
            of: BaseRegistration(id: BaseID(high: 1, low: 1), key: "OAK", laestab: "0012001", urn: "100001"),
            in: LinkBook(links),
            others: [:],
            laestabs: laestabs,
            establishment: { list[$0] },
            on: "2025-01-01"
        )
    }

    private func school(_ urn: String, _ laestab: String = "", trust: String = "") -> Establishment {
        var school = Establishment(urn: urn)
        school.authority = String(laestab.prefix(3))
        school.number = String(laestab.dropFirst(3))
        school.trustCode = trust
        return school
    }

    @Test("a chain is followed to its end, a ring is not run round")
    func chain() {
        let chain = [link("100001", "140001", "Successor", "2012-01-01"), link("140001", "150001", "Successor")]
        #expect(changes(chain).map(\.urn?.to) == ["140001", "150001"])
        #expect(changes(chain).allSatisfy { $0.hasNewController && $0.reason == .succeeded })
        let ring = chain + [link("150001", "100001", "Successor")]
        #expect(changes(ring).count <= 2)
    }

    @Test("a follower in the same trust is no new owner; whoever else is one")
    func controller() {
        let links = [link("100001", "140001", "Successor")]
        let same = changes(links, school("100001", trust: "17"), school("140001", trust: "17"))
        #expect(same.map(\.hasNewController) == [false])
        #expect(changes(links, school("100001"), school("140001")).map(\.hasNewController) == [true])
        let other = changes(links, school("100001", trust: "17"), school("140001", trust: "18"))
        #expect(other.map(\.hasNewController) == [true])
    }

    @Test("the DfE number follows the list of schools, unless another base has it")
    func laestab() {
        #expect(changes([], school("100001", "0012009")).map(\.reason) == [.renumbered])
        #expect(changes([], school("100001", "0012001")).isEmpty)
        #expect(changes([], school("100001", "0012009"), laestabs: ["0012009"]).isEmpty)
        let moved = changes([link("100001", "140001", "Successor")], school("140001", "0024000"))
        #expect(moved.map(\.laestab?.to) == ["0024000"])
        #expect(moved.map(\.urn?.to) == ["140001"])
    }

    @Test("a number set in place of another is a key change; one where there was none is not")
    func configured() throws {
        let base = BaseRegistration(id: BaseID(high: 1, low: 1), key: "OAK", laestab: "0012001")
        let set = try BaseRegistration.configure(base, .init(laestab: "0012002", urn: "100001"), beside: [])
        let types: [EventType] = [.baseConfigured, .baseKeyChanged]
        #expect(set.events.map(\.type.rawValue) == types.map(\.rawValue))
        let same = try BaseRegistration.configure(base, .init(laestab: "0012001"), beside: [])
        #expect(same.events.map(\.type.rawValue) == [EventType.baseConfigured.rawValue])
        let other = BaseRegistration(id: BaseID(high: 2, low: 2), key: "ELM", urn: "100002")
        #expect(throws: SchoolError(.urnTaken, "")) {
            try BaseRegistration.configure(base, .init(urn: "100002"), beside: [base, other])
        }
    }
}
