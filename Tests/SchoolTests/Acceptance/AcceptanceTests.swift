import EventLog
import Events
import Identifiers
import SwiftProtobuf
import Testing

@testable import School

@Suite("The head's acceptance of a report")
struct AcceptanceTests {
    private let base = BaseID(high: 1, low: 1)
    private let head = Accepter(actor: ActorID(high: 2, low: 2), name: "Head Teacher")
    private let report = ReportCatalogue.pupilCore

    private var available: ReportAcceptance { ReportAcceptance(base: base, report: report.name) }
    private var accepted: ReportAcceptance { available.evolved(by: .accepted(version: 1), at: Position(5)) }

    @Test("S0-07: accepting appends one event, conditional on the acceptance's own stream")
    func accept() throws {
        let decision = try AcceptanceRules.accept(report, available, by: head)
        #expect(decision.events.count == 1)
        #expect(decision.conditions == [StreamCondition(stream: available.stream, version: 0)])
        #expect(decision.events[0].base == base && decision.events[0].stream == available.stream)
    }

    @Test("the accepter's name stands sealed under the accepter's own key, never in the open part")
    func name() throws {
        let event = try AcceptanceRules.accept(report, available, by: head).events[0]
        #expect(event.parts.map(\.subject) == [SubjectID(head.actor)])
        // As in every part of class audit, so that whoever opens one knows what is in it.
        let notes = try event.parts.map { try Syncd_Events_AuditNote(serializedBytes: $0.plaintext) }
        #expect(notes.map(\.actor) == [head.name])
        #expect(!String(decoding: event.open, as: UTF8.self).contains("Head"))
    }

    @Test("accepting what is accepted, and withdrawing what is not, append nothing and say so")
    func unchanged() throws {
        let again = try AcceptanceRules.accept(report, accepted, by: head)
        #expect(again.isUnchanged && again.message.contains("accepted already"))
        let nothing = try AcceptanceRules.withdraw(report, available, by: head)
        #expect(nothing.isUnchanged && nothing.message.contains("nothing to withdraw"))
    }

    @Test("rulings 9: withdrawn returns to available, and can be accepted again")
    func withdraw() throws {
        let withdrawn = accepted.evolved(by: .withdrawn(version: 1), at: Position(9))
        #expect(!withdrawn.isInForce && withdrawn.isWithdrawn && withdrawn.streamVersion == 2)
        #expect(try AcceptanceRules.accept(report, withdrawn, by: head).events.count == 1)
    }

    @Test("rulings 7: stopping a statutory report warns and names the duty")
    func statutory() throws {
        var census = report
        census.statutoryDuty = "Education Act 1996, section 537A"
        #expect(try AcceptanceRules.withdraw(census, accepted, by: head).message.contains("section 537A"))
    }

    @Test("invariant 7: only an acceptance in force gives leave, and only for its fields")
    func approval() throws {
        guard case .refused = available.approval(isSharing: false) else {
            Issue.record("nothing was accepted")
            return
        }
        guard case .granted(let export) = accepted.approval(isSharing: false) else {
            Issue.record("it is accepted")
            return
        }
        #expect(export.groups == [.basicDetails, .address, .contacts, .registration])
        let held = GroupContent(
            .basicDetails,
            [FieldRow([.init(.surname, "Lovelace"), .init(.birthPlace, "Atlantis")])]
        )
        #expect(export.admitted(held).rows == [FieldRow([.init(.surname, "Lovelace")])])
        let sen = GroupContent(.sen, [FieldRow([.init(.senProvision, "K")])])
        #expect(export.admitted(sen).rows.isEmpty)
    }

    @Test("rulings 8: leave to write is no leave to deliver: the acceptance is asked again")
    func confirmed() throws {
        guard case .granted(let export) = accepted.approval(isSharing: false) else {
            Issue.record("it is accepted")
            return
        }
        let withdrawn = accepted.evolved(by: .withdrawn(version: 1), at: Position(9))
        let again = withdrawn.evolved(by: .accepted(version: 1), at: Position(10))
        #expect(export.confirmed(by: accepted) != nil)
        #expect(export.confirmed(by: withdrawn) == nil)
        #expect(export.confirmed(by: again) != nil)
        #expect(export.confirmed(by: ReportAcceptance(base: BaseID(high: 3, low: 3), report: report.name)) == nil)
    }

    @Test("rulings 7: after a withdrawal the notice of it may leave, with no group, and not once it is accepted again")
    func endOfSharing() throws {
        let withdrawn = accepted.evolved(by: .withdrawn(version: 1), at: Position(9))
        guard case .granted(let notice) = withdrawn.approval(isSharing: true),
            case .refused = withdrawn.approval(isSharing: false)
        else {
            Issue.record("only who was sent is told")
            return
        }
        #expect(notice.purpose == .endOfSharing && notice.groups.isEmpty)
        let held = GroupContent(.basicDetails, [FieldRow([.init(.surname, "Lovelace")])])
        #expect(notice.admitted(held).rows.isEmpty)
        #expect(notice.confirmed(by: withdrawn) != nil)
        #expect(notice.confirmed(by: withdrawn.evolved(by: .accepted(version: 1), at: Position(10))) == nil)
    }

    @Test("events read back as they were written")
    func coding() throws {
        for event in [AcceptanceEvent.accepted(version: 3), .withdrawn(version: 2)] {
            let new = event.newEvent(for: available, by: head)
            #expect(try AcceptanceEvent(RecordedEvent.of(new)) == event)
        }
    }
}
