import School
import Testing

/// Who is who across sources (ruling 6).
@Suite struct PupilMatchingTests {
    /// A school's pupils in memory.
    private struct Known: KnownPupils {
        var people: [(String, PupilIdentity)]
        func identity(ofKey key: String) -> PupilIdentity? { people.first { $0.0 == key }?.1 }
        func keys(upn: String) -> [String] { people.filter { $0.1.upn == upn }.map(\.0) }
        func keys(allFour: String) -> [String] { people.filter { $0.1.allFour == allFour }.map(\.0) }
        func content(of group: DataGroup, _ kind: EntityKind, key: String) -> GroupContent? { nil }
    }

    /// The rule as it is written, person by person; nil for nobody, or for more than one.
    private func naive(_ other: PupilIdentity, among known: [(String, PupilIdentity)]) -> (String, MatchGround)? {
        func same(_ one: String?, _ two: String?) -> Bool { one != nil && one?.lowercased() == two?.lowercased() }
        func count(_ facts: PupilIdentity) -> Int {
            (same(facts.birthDate, other.birthDate) ? 1 : 0) + (same(facts.surname, other.surname) ? 1 : 0)
                + (same(facts.forename, other.forename) ? 1 : 0) + (same(facts.sex, other.sex) ? 1 : 0)
        }
        let holders = known.filter { same($0.1.upn, other.upn) }
        let fitting = holders.filter { count($0.1) >= 3 }
        if fitting.count == 1 { return (fitting[0].0, .upnAndThree) }
        // A number that somebody else has is a question for a person, and no reason to look further.
        guard holders.isEmpty else { return nil }
        let all = known.filter { count($0.1) == 4 }
        return all.count == 1 ? (all[0].0, .allFour) : nil
    }

    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private func person(_ dice: inout Dice) -> PupilIdentity {
        // Few values, so that people are often alike.
        func draw(_ values: [String]) -> String? {
            Int.random(in: 0..<8, using: &dice) == 0 ? nil : values[Int.random(in: 0..<values.count, using: &dice)]
        }
        var row = FieldRow()
        row[.upn] = draw(["A001", "A002", "A003"])
        row[.surname] = draw(["Lee", "LEE", "Li"])
        row[.forename] = draw(["Ada", "ADA", "Bo"])
        row[.birthDate] = draw(["2015-01-02", "2015-02-01"])
        row[.sex] = draw(["F", "M"])
        return PupilIdentity(row)
    }

    @Test("ruling 6: as the rule is written, over a thousand seeds of look-alikes", arguments: 0..<10)
    func model(block: Int) throws {
        var grounds: Set<MatchGround> = []
        var nobody = 0
        for seed in 0..<100 {
            var dice = Dice(state: UInt64(block * 100 + seed))
            let known = (0..<Int.random(in: 1..<8, using: &dice)).map { (String($0), person(&dice)) }
            for _ in 0..<20 {
                let other = person(&dice)
                let expected = naive(other, among: known)
                let found = try PupilMatch.find(id: nil, other, formerUPN: nil, in: Known(people: known))
                guard case .known(let key) = found else {
                    nobody += 1
                    #expect(expected == nil, "seed \(block * 100 + seed)")
                    continue
                }
                let ground = known.first { $0.0 == key }?.1.ground(with: other)
                #expect(key == expected?.0 && ground == expected?.1, "seed \(block * 100 + seed)")
                if let ground { grounds.insert(ground) }
            }
        }
        #expect(grounds == [.upnAndThree, .allFour] && nobody > 0)
    }

    @Test("ruling 6: never by the UPN alone")
    func upnAlone() throws {
        let facts = FieldRow([
            .init(.upn, "A001"), .init(.surname, "Lee"), .init(.forename, "Ada"), .init(.birthDate, "2015-01-02"),
            .init(.sex, "F"),
        ])
        let known = Known(people: [("1", PupilIdentity(facts))])
        func found(_ row: FieldRow) throws -> PupilMatch {
            try PupilMatch.find(id: nil, PupilIdentity(row), formerUPN: nil, in: known)
        }
        var other = FieldRow([.init(.upn, "A001")])
        #expect(try found(other) != .known("1"))
        (other[.surname], other[.forename]) = ("Lee", "Ada")
        #expect(try found(other) != .known("1"))
        other[.sex] = "F"
        #expect(try found(other) == .known("1"))
    }

    @Test("ruling 6: each rule does with a difference what it says; equal values are none")
    func rules() {
        let theirs = GroupContent(
            .basicDetails,
            [FieldRow([.init(.surname, "Lee"), .init(.preferredForename, "Addy")])]
        )
        let ours = GroupContent(.basicDetails, [FieldRow([.init(.surname, "Li"), .init(.sex, "F")])])
        let found = InboundComparison.differences(.basicDetails, theirs: theirs, ours: ours)
        #expect(found.map(\.item.name).sorted() == ["basicDetails.preferredForename", "basicDetails.surname"])
        #expect(InboundComparison.differences(.basicDetails, theirs: theirs, ours: theirs).isEmpty)
        #expect(InboundComparison.differences(.sen, theirs: nil, ours: ours).isEmpty)
        // What a file cannot carry is no difference: which sort of address it is.
        func address(_ street: String, _ type: String? = nil) -> GroupContent {
            var row = FieldRow([.init(.street, street)])
            row[.addressType] = type
            return GroupContent(.address, [row])
        }
        #expect(InboundComparison.differences(.address, theirs: address("Low"), ours: address("Low", "H")).isEmpty)
        #expect(InboundComparison.differences(.address, theirs: address("High"), ours: address("Low", "H")).count == 1)
        #expect(InboundComparison.differences(.address, theirs: address("Low", "H"), ours: address("Low")).count == 1)
        #expect(InboundComparison.differences(.address, theirs: address("Low"), ours: nil).map(\.isNull) == [true])
        for difference in found {
            #expect(InboundComparison.fate(difference, .always, decision: nil) == .taken)
            #expect(InboundComparison.fate(difference, .never, decision: nil) == .passed)
            #expect(InboundComparison.fate(difference, .conflict, decision: nil) == .waits)
            #expect(InboundComparison.fate(difference, .conflict, decision: .discarded) == .passed)
            #expect(InboundComparison.fate(difference, .always, decision: .accepted) == .waits)
            #expect(InboundComparison.fate(difference, .never, decision: .accepted) == .passed)
            let isNull = difference.item.field == .preferredForename
            #expect(InboundComparison.fate(difference, .ifNull, decision: nil) == (isNull ? .taken : .waits))
        }
        let item = InboundItem(.basicDetails, .surname)
        #expect(InboundComparison.rule(of: item, [:]) == .conflict)
        #expect(InboundComparison.rule(of: item, [InboundItem(.basicDetails): .never]) == .never)
        #expect(InboundComparison.rule(of: item, [InboundItem(.basicDetails): .never, item: .always]) == .always)
        let merged = InboundComparison.merged(item, theirs: theirs, into: ours)
        #expect(merged.rows == [FieldRow([.init(.surname, "Lee"), .init(.sex, "F")])])
    }

    @Test("ruling 6: contacts are one by their names, and differ by what the other source says and ours does not")
    func contacts() {
        func contact(_ name: String, _ link: [FieldRow.Entry], _ details: [FieldRow.Entry]...) -> InboundContact {
            let names: [FieldRow.Entry] = [.init(.surname, "Vale"), .init(.forename, name)]
            return InboundContact(link: FieldRow(link), details: [FieldRow(names)] + details.map { FieldRow($0) })
        }
        let parent: [FieldRow.Entry] = [.init(.relationship, "PAM"), .init(.parentalResponsibility, "true")]
        let phone: [FieldRow.Entry] = [.init(.phoneType, "M"), .init(.phone, "07700 900001")]
        let home: [FieldRow.Entry] = [.init(.street, "Low Street")]
        let ours = contact("Ada", parent + [.init(.contactKey, "K1"), .init(.courtOrder, "false")], phone, home)
        func isDifferent(_ theirs: InboundContact..., beside own: [InboundContact]) -> Bool {
            InboundComparison.difference(theirs: theirs, ours: own) != nil
        }
        #expect(!isDifferent(beside: [ours]))
        // Keys and order are each source's own; what is not told is no difference.
        let key: [FieldRow.Entry] = [.init(.contactKey, "other"), .init(.contactOrder, "2")]
        #expect(!isDifferent(contact("ada", parent + key, phone), beside: [contact("Bob", parent), ours]))
        #expect(isDifferent(contact("Ada", parent, [.init(.phone, "07700 900002")]), beside: [ours]))
        #expect(isDifferent(contact("Ada", [.init(.relationship, "OTH")], phone), beside: [ours]))
        #expect(isDifferent(contact("Ada", [.init(.courtOrder, "true")]), beside: [ours]))
        #expect(isDifferent(contact("Bob", parent, phone), beside: [ours]))
        // Who lives with the pupil has the pupil's address.
        let elsewhere: [FieldRow.Entry] = [.init(.street, "High Street")]
        #expect(isDifferent(contact("Ada", parent, elsewhere), beside: [ours]))
        let livesThere = contact("Ada", parent + [.init(.addressAsPupil, "true")], phone)
        #expect(!isDifferent(contact("Ada", parent, elsewhere), beside: [livesThere]))
        // No rule takes them in.
        let found = InboundComparison.difference(theirs: [ours], ours: [])
        #expect(found?.isNull == true)
        for rule in InboundRule.allCases {
            let fate = found.map { InboundComparison.fate($0, rule, decision: nil) }
            #expect(fate == (rule == .never ? .passed : .waits))
        }
        #expect(InboundItem(.contacts).rules == [.conflict, .never])
    }
}
