import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf
import SyncdTesting
import Testing

/// What state says of matches, of answers to erasures, and of what the MIS deleted.
@Suite struct MatchStateTests {
    private let builder = EventBuilder()
    private let base = BaseID(high: 1, low: 1)
    private let recipient = RecipientID(high: 9, low: 1)
    private let ada = SubjectID(high: 20, low: 1)
    private let ben = SubjectID(high: 20, low: 2)
    private let first = SubjectID(high: 21, low: 1)
    private let second = SubjectID(high: 21, low: 2)
    private let order = OrderID(high: 15, low: 1)

    private func erased(_ subject: SubjectID, groups: [DataGroup] = []) throws -> NewEvent {
        let message = Syncd_Events_SubjectErased.with {
            $0.order = Data(order.bytes)
            $0.erased.subject = Data(subject.bytes)
            $0.erased.kind = UInt32(EntityKind.pupil.rawValue)
            $0.erased.groups = groups.map { UInt32($0.rawValue) }
            $0.erased.told = [
                .with {
                    $0.recipient = Data(recipient.bytes)
                    $0.base = Data(base.bytes)
                }
            ]
        }
        return try builder.event(.subjectErased, base, StreamID(order), message)
    }

    private func note() -> NewPart {
        NewPart(
            subject: SubjectID(high: 7, low: 7),
            dataClass: DataClass(rawValue: DataGroup.audit.rawValue),
            plaintext: []
        )
    }

    @Test("ruling 6: a newer match takes the place of an older one, a parting is kept, and erasing forgets both")
    func matches() throws {
        let surname = InboundItem(.basicDetails, .surname)
        try ProjectionScenario(given: [
            [
                MatchingEvents.matched(first, ada, by: .allFour, at: base),
                MatchingEvents.matched(second, ada, by: .person, at: base),
                MatchingEvents.unmatched(second, ada, at: base, note: note()),
            ],
            [
                MatchingEvents.matched(first, ben, by: .person, at: base),
                MatchingEvents.rule(.ifNull, of: InboundItem(.sen), at: base),
                MatchingEvents.rule(.never, of: surname, at: base),
                MatchingEvents.resolved(
                    surname,
                    of: first,
                    ben,
                    isAccepted: false,
                    told: Position(2),
                    code: [7],
                    at: base
                ),
            ],
        ]).run { snapshot in
            #expect(try snapshot.links().map(\.ours) == [ben])
            #expect(try snapshot.link(of: first)?.ground == .person)
            #expect(try snapshot.link(of: second) == nil)
            let (parted, other) = (try snapshot.isParted(second, ada), try snapshot.isParted(first, ada))
            #expect(parted && !other)
            #expect(try snapshot.inboundRules(at: base) == [InboundItem(.sen): .ifNull, surname: .never])
            let link = try #require(try snapshot.link(of: first))
            let decided = try snapshot.decided(surname, of: link)
            #expect(decided?.told == Position(2) && decided?.code == [7])
            #expect(try snapshot.decided(InboundItem(.sen), of: link) == nil)
        }
        for gone in [first, ben] {
            try ProjectionScenario(given: [
                [
                    MatchingEvents.matched(first, ben, by: .allFour, at: base),
                    MatchingEvents.resolved(
                        surname,
                        of: first,
                        ben,
                        isAccepted: true,
                        told: Position(1),
                        code: [],
                        at: base
                    ),
                ],
                [erased(gone)],
            ]).run { snapshot in
                let links = try snapshot.links()
                #expect(links.isEmpty)
            }
        }
    }

    @Test("ruling 13: a receipt names whom it concerns; an answer is kept, and a later one takes its place")
    func answers() throws {
        let until = try #require(CalendarDate(iso: "2030-08-31"))
        func answered(_ ground: ErasureNotice.Ground?, _ until: CalendarDate?) -> NewEvent {
            ErasureEvents.answered(
                order,
                by: recipient,
                on: [ada],
                ground: ground,
                until: until,
                at: base,
                note: note()
            )
        }
        try ProjectionScenario(given: [[erased(ada), erased(ben, groups: [.sen, .fsm])], [answered(.claim, until)]])
            .run { snapshot in
                let notices = try snapshot.erasureNotices(of: order)
                #expect(notices.map(\.subject) == [ada, ben] && notices.map(\.recipient) == [recipient, recipient])
                #expect(notices[0].answer?.ground == .claim && notices[0].answer?.until == until)
                #expect(notices[0].groups.isEmpty && notices[1].groups == [5, 6] && notices[1].answer == nil)
                #expect(try snapshot.asked(notices[0]) == nil)
                var gone: [SubjectID] = []
                try snapshot.erased(at: base, after: .origin, to: Position(99)) { subject, kind, position in
                    #expect(kind == .pupil && position == Position(1))
                    gone.append(subject)
                    return true
                }
                #expect(gone == [ada])
            }
        try ProjectionScenario(given: [[erased(ada)], [answered(.claim, until)], [answered(nil, nil)]])
            .run { snapshot in
                let answer = try #require(try snapshot.erasureNotices().first?.answer)
                #expect(answer.ground == nil && answer.until == nil)
            }
    }

    @Test("S1-26: groups that the MIS deleted are known until they are told again, or the pupil is erased whole")
    func deleted() throws {
        let need = GroupContent(.sen, [FieldRow([.init(.senProvision, "K")])])
        let name = GroupContent(.basicDetails, [FieldRow([.init(.surname, "Sample")])])
        func ordered(_ groups: [DataGroup]) -> NewEvent {
            ErasureEvents.requested(
                order,
                of: [ada],
                groups: groups,
                at: base,
                due: Timestamp(microseconds: 5),
                isOfSource: true,
                note: note()
            )
        }
        let told = try builder.changed(.pupil, ada, at: base, key: "A1", [name, need])
        let emptied = try builder.changed(
            .pupil,
            ada,
            at: base,
            key: "A1",
            [GroupContent(.sen, [])],
            change: .deletedAtSource
        )
        try ProjectionScenario(given: [[told], [emptied, ordered([.sen])]]).run { snapshot in
            let groups = try snapshot.groupsDeletedAtSource(of: ada)
            #expect(groups == [.sen])
            let (isOurs, isOther) = (
                try snapshot.isOfSource(order), try snapshot.isOfSource(OrderID(high: 15, low: 2))
            )
            #expect(isOurs && !isOther)
        }
        try ProjectionScenario(given: [[told], [emptied, ordered([.sen])], [erased(ada, groups: [.sen])]]).run {
            snapshot in
            let groups = try snapshot.groupsDeletedAtSource(of: ada)
            #expect(groups == [.sen])
        }
        try ProjectionScenario(given: [[told], [emptied, ordered([.sen])], [told]]).run { snapshot in
            let groups = try snapshot.groupsDeletedAtSource(of: ada)
            #expect(groups == [])
        }
        try ProjectionScenario(given: [[told], [emptied, ordered([.sen])], [erased(ada)]]).run { snapshot in
            let groups = try snapshot.groupsDeletedAtSource(of: ada)
            #expect(groups == [])
        }
    }
}
