import EventLog
import Events
import Identifiers
import SwiftProtobuf
import Testing

@testable import School

/// Reports as a school has them before it, and how far it has come.
@Suite struct OfferTests {
    private let hill = BaseID(high: 1, low: 1)
    private let head = Accepter(actor: ActorID(high: 2, low: 2), name: "Head Teacher", role: .head)
    private let core = ReportCatalogue.pupilCore
    private let lists = ReportCatalogue.classLists

    private func acceptance(_ report: Report) -> ReportAcceptance { ReportAcceptance(base: hill, report: report.name) }

    @Test("S0-23: a report is in exactly one of three states, and only an available one can be accepted")
    func states() throws {
        for mis in [nil] + MISType.allCases.map(Optional.some) {
            for report in ReportCatalogue.newestReports {
                let available = acceptance(report)
                let accepted = available.evolved(by: .accepted(version: report.version), at: Position(5))
                let withdrawn = accepted.evolved(by: .withdrawn(version: report.version), at: Position(6))
                let isOffered = ReportCatalogue.isOffered(report.name, to: mis)
                #expect(ReportOffer(report, available, mis: mis).state == (isOffered ? .available : .notAvailable))
                #expect(ReportOffer(report, accepted, mis: mis).state == (isOffered ? .accepted : .notAvailable))
                #expect(ReportOffer(report, withdrawn, mis: mis).state == (isOffered ? .available : .notAvailable))
                let decision = Result { try AcceptanceRules.accept(report, available, by: head, mis: mis) }
                switch decision {
                case .success(let decision): #expect(isOffered && decision.events.count == 1)
                case .failure(let error):
                    #expect(!isOffered && (error as? SchoolError)?.code == .reportNotAvailable)
                }
            }
        }
    }

    @Test("S0-24, S0-25: the list depends on the MIS; Capita SIMS has its own")
    func byMIS() {
        #expect(MISType.sims.words == "Capita SIMS")
        #expect(ReportCatalogue.isOffered("class-lists", to: .sims))
        #expect(!ReportCatalogue.isOffered("class-lists", to: .simsPrimary))
        #expect(ReportCatalogue.listVersion(for: .sims) != ReportCatalogue.listVersion(for: .simsPrimary))
        for mis in MISType.allCases { #expect(ReportCatalogue.isOffered("pupil-core", to: mis)) }
    }

    @Test("S0-24: a school that changes to an MIS without a report has it no longer accepted, in the same batch")
    func changedMIS() throws {
        let accepted = acceptance(lists).evolved(by: .accepted(version: 1), at: Position(5))
        let decision = AgentRules.set(.simsPrimary, at: hill, before: .sims, [acceptance(core), accepted], by: head)
        #expect(decision.events.count == 2)
        let last = try #require(decision.events.last)
        let message = try Syncd_Events_ReportWithdrawn(serializedBytes: last.open)
        #expect(message.report == "class-lists" && message.ground == .notOffered)
        #expect(decision.conditions.contains(StreamCondition(stream: accepted.stream, version: 1)))
        #expect(AgentRules.set(.sims, at: hill, before: .sims, [accepted], by: head).isUnchanged)
    }

    @Test("rulings 9: when a report grows, what was accepted stays so for its own fields, and review is due")
    func growth() throws {
        var grown = core
        grown.version = 2
        let accepted = acceptance(core).evolved(by: .accepted(version: 1), at: Position(5))
        let offer = ReportOffer(grown, accepted, mis: .sims)
        #expect(offer.state == .accepted && offer.isReviewDue && offer.acceptedVersion == 1)
        #expect(try AcceptanceRules.accept(grown, accepted, by: head).events.count == 1)
        #expect(!ReportOffer(core, accepted, mis: .sims).isReviewDue)
    }

    @Test("S0-07, S0-19: the event carries the role, and the version of the list that was looked at")
    func reviewed() throws {
        let list = ReportCatalogue.listVersion(for: .sims)
        let decision = try AcceptanceRules.accept(core, acceptance(core), by: head, mis: .sims, reviewed: list)
        let message = try Syncd_Events_ReportAccepted(serializedBytes: decision.events[0].open)
        #expect(message.role == "head" && message.listVersion == list && message.report == core.name)
        #expect(throws: SchoolError(.listChanged, "")) {
            try AcceptanceRules.accept(core, acceptance(core), by: head, mis: .sims, reviewed: "00000000")
        }
    }

    @Test("the list's version changes with each report, version and field of it")
    func listVersion() {
        var grown = core
        grown.version = 2
        var wider = core
        wider.grants.append(Report.Grant(.sen, [.senProvision]))
        let versions = [[core], [core, lists], [grown, lists], [wider, lists]].map {
            ReportCatalogue.listVersion(of: $0)
        }
        #expect(Set(versions).count == 4)
    }

    @Test("S0-01, S0-13: the phase follows from what there is, in whatever order it came about")
    func phases() {
        for accepted in [0, 2] {
            for hasAgent in [false, true] {
                for hasTask in [false, true] {
                    let onboarding = Onboarding(acceptedReports: accepted, hasAgent: hasAgent, hasTask: hasTask)
                    let expected: Onboarding.Phase =
                        accepted == 0 ? .consent : hasAgent && hasTask ? .complete : .deployment
                    #expect(onboarding.phase == expected)
                    #expect(onboarding.missing.count == [accepted > 0, hasAgent, hasTask].count { !$0 })
                }
            }
        }
    }

    @Test("S0-17: a schedule without consent is disabled, and active by itself as soon as there is one")
    func schedules() {
        let available = acceptance(core)
        let accepted = available.evolved(by: .accepted(version: 1), at: Position(5))
        #expect(ScheduleState(nil, available).rawValue == "disabled_pending_consent")
        #expect(ScheduleState(TaskTerms(), accepted) == .active)
        #expect(
            ScheduleState(nil, accepted.evolved(by: .withdrawn(version: 1), at: Position(6))) == .disabledPendingConsent
        )
    }

    @Test("S0-20: a school's licence key is its own and never changes, and is read however it is written")
    func licence() throws {
        let key = LicenceKey(of: hill)
        #expect(key == LicenceKey(of: hill) && key != LicenceKey(of: BaseID(high: 1, low: 2)))
        #expect(key.description.count == 23)
        #expect(key.isWritten(key.description.lowercased().replacing("-", with: " ")))
        #expect(!key.isWritten("") && !key.isWritten(String(key.description.dropLast())))
        let other = LicenceKey(of: BaseID(high: 1, low: 2)).description
        #expect(throws: SchoolError(.licenceWrong, "")) {
            try AgentRules.install(at: hill, version: "1.0", account: nil, licence: other)
        }
    }

    @Test("versions of agents are compared number by number")
    func versions() {
        #expect(AgentRules.isOlder("1.9", than: "1.10"))
        #expect(!AgentRules.isOlder("1.10", than: "1.9") && !AgentRules.isOlder("1.0", than: "1.0.0"))
        for wrong in ["", "1.", "a", "1.2.3.4.5", "-1"] {
            #expect(throws: SchoolError(.versionInvalid, "")) { try AgentRules.seen(at: hill, version: wrong) }
        }
    }
}
