import Identifiers
import School
import Testing

/// Who a pupil is when numbers change (domain.md 1.1).
@Suite struct IdentityTests {
    private static let (temporary, permanent, other) = ("X00180001701A", "W001200119001", "K001200119002")
    private let ada = SubjectID(high: 1, low: 1)
    private let ben = SubjectID(high: 1, low: 2)
    private let cem = SubjectID(high: 1, low: 3)

    private func details(_ upn: String?, former: String? = nil) -> GroupContent {
        var row = FieldRow([.init(.surname, "Abara")])
        row[.upn] = upn
        row[.formerUPN] = former
        return GroupContent(.basicDetails, [row])
    }

    private func former(_ told: GroupContent, after known: GroupContent?) -> String? {
        told.rememberingTemporaryUPN(of: known).rows.first?[.formerUPN]
    }

    @Test("a temporary UPN that a permanent one replaces is the former one, and stays it")
    func temporary() {
        let replaced = former(details(Self.permanent), after: details(Self.temporary))
        #expect(replaced == Self.temporary)
        let known = details(Self.permanent, former: Self.temporary)
        #expect(former(details(Self.permanent), after: known) == Self.temporary)
        #expect(former(details(Self.other), after: known) == Self.temporary)
    }

    @Test("what the source tells as the former one stands; a permanent one that was wrong is no former one")
    func told() {
        let told = details(Self.permanent, former: Self.other)
        #expect(former(told, after: details(Self.temporary)) == Self.other)
        #expect(former(details(Self.other), after: details(Self.permanent)) == nil)
        #expect(former(details(Self.temporary), after: details(Self.permanent)) == nil)
        #expect(former(details(nil), after: details(Self.temporary)) == nil)
        #expect(former(details(Self.permanent), after: nil) == nil)
        #expect(former(details(Self.permanent), after: details(Self.permanent, former: Self.other)) == nil)
    }

    @Test("a changed number is told as what it is")
    func words() {
        #expect(GroupContent.numberChange(from: Self.temporary, to: Self.permanent) == "temporary UPN replaced")
        #expect(GroupContent.numberChange(from: Self.permanent, to: Self.other) == "UPN corrected")
        #expect(GroupContent.numberChange(from: nil, to: Self.other) == nil)
        #expect(GroupContent.numberChange(from: Self.other, to: Self.other) == nil)
    }

    @Test("whose record is gone goes on as the pupil who has the number, as UPN or as former one")
    func merged() {
        for (upn, former) in [(Self.permanent, nil), (Self.other, Self.permanent)] as [(String, String?)] {
            var traces = IdentityTraces()
            traces.isLost(ben, number: Self.permanent)
            #expect(traces.told(ada, isNew: false, upn: upn, formerUPN: former) == nil)
            #expect(traces.told(ada, isNew: false, upn: upn, formerUPN: former) == nil)
            #expect(traces.heir(of: ben) == ada)
            #expect(traces.heir(of: cem) == nil)
        }
    }

    @Test("a new pupil who has the number that another has given up is the new half of that one's record")
    func split() {
        var traces = IdentityTraces()
        traces.gaveUp(Self.permanent, ada)
        #expect(traces.told(ben, isNew: true, upn: Self.permanent, formerUPN: nil) == ada)
        #expect(traces.told(ben, isNew: false, upn: Self.permanent, formerUPN: nil) == nil)
        #expect(traces.told(ben, isNew: true, upn: Self.other, formerUPN: nil) == nil)
        #expect(traces.told(ada, isNew: true, upn: Self.permanent, formerUPN: nil) == nil)
    }

    @Test("where two claim one number nothing is told")
    func ambiguous() {
        var traces = IdentityTraces()
        traces.isLost(cem, number: Self.permanent)
        _ = traces.told(ada, isNew: false, upn: Self.permanent, formerUPN: nil)
        _ = traces.told(ben, isNew: false, upn: Self.other, formerUPN: Self.permanent)
        #expect(traces.heir(of: cem) == nil)
        var both = IdentityTraces()
        both.gaveUp(Self.permanent, ada)
        both.gaveUp(Self.permanent, ben)
        #expect(both.told(cem, isNew: true, upn: Self.permanent, formerUPN: nil) == nil)
    }
}
