import Testing

@testable import School

@Suite("What an import refuses or holds")
struct GuardTests {
    private func mixUp(_ inFile: Int, strangers: Int, present: Int, inside: Int, missing: Int) -> MixUp {
        var mixUp = MixUp()
        (mixUp.inFile, mixUp.strangers, mixUp.present) = (inFile, strangers, present)
        (mixUp.presentInside, mixUp.missingInside) = (inside, missing)
        return mixUp
    }

    @Test("strangers in the file and pupils missing from it, more than half of each, are a mix-up")
    func full() {
        #expect(mixUp(30, strangers: 30, present: 30, inside: 0, missing: 0).isLikely(isFull: true))
        #expect(mixUp(30, strangers: 30, present: 30, inside: 30, missing: 30).isLikely(isFull: true))
        #expect(!mixUp(40, strangers: 23, present: 17, inside: 17, missing: 0).isLikely(isFull: true))
        #expect(!mixUp(30, strangers: 15, present: 30, inside: 30, missing: 30).isLikely(isFull: true))
        #expect(!mixUp(30, strangers: 30, present: 0, inside: 0, missing: 0).isLikely(isFull: true))
    }

    @Test("a delta of more than half and more than ten strangers is one")
    func delta() {
        #expect(mixUp(500, strangers: 500, present: 30, inside: 30, missing: 0).isLikely(isFull: false))
        #expect(!mixUp(10, strangers: 10, present: 30, inside: 30, missing: 0).isLikely(isFull: false))
        #expect(!mixUp(500, strangers: 500, present: 0, inside: 0, missing: 0).isLikely(isFull: false))
    }

    @Test("more than 10% and more than 10 wait for a ceiling; with unread rows any removal does")
    func removals() {
        let nobodyAsked = RemovalGuard(allowedPerKind: nil)
        #expect(!nobodyAsked.holds(gone: 10, of: 10))
        #expect(!nobodyAsked.holds(gone: 11, of: 110))
        #expect(nobodyAsked.holds(gone: 11, of: 109))
        #expect(nobodyAsked.holds(gone: 1, of: 1_000, hasUnreadRows: true))
        #expect(!nobodyAsked.holds(gone: 0, of: 0, hasUnreadRows: true))
        #expect(!RemovalGuard(allowedPerKind: 11).holds(gone: 11, of: 11))
        #expect(RemovalGuard(allowedPerKind: 10).holds(gone: 11, of: 11))
    }

    @Test("a value that was left out is the known one; of a stranger it is missing")
    func dropped() {
        let known = GroupContent(
            .address,
            [
                FieldRow([.init(.phoneType, "H"), .init(.phone, "01632 960001")]),
                FieldRow([.init(.phoneType, "M"), .init(.phone, "07700 900001")]),
                FieldRow([.init(.email, "ada@example.org")]),
            ]
        )
        let told = GroupContent(.address, [known.rows[0]])
        let mobile = FieldRow([.init(.phoneType, "M")])
        let dropped = [
            DroppedValue(group: .address, field: .email, row: nil, beside: FieldRow()),
            DroppedValue(group: .address, field: .phone, row: nil, beside: mobile),
        ]
        #expect(told.keeping(dropped, of: known) == known)
        #expect(told.keeping(dropped, of: nil) == told)
        let name = GroupContent(.basicDetails, [FieldRow([.init(.surname, "Byrd-Field")])])
        let before = GroupContent(
            .basicDetails,
            [FieldRow([.init(.surname, "Byrd"), .init(.birthDate, "2017-03-14")])]
        )
        let date = [DroppedValue(group: .basicDetails, field: .birthDate, row: 0, beside: name.rows[0])]
        #expect(name.keeping(date, of: before).rows.first?[.birthDate] == "2017-03-14")
        #expect(name.keeping(date, of: before).rows.first?[.surname] == "Byrd-Field")
    }
}
