import EventLog
import Identifiers
import School
import Testing

/// What parents and pupils may permit, and what follows.
@Suite struct PupilConsentTests {
    private let pupil = SubjectID(high: 1, low: 1)
    private let base = BaseID(high: 2, low: 1)
    private let mother = ResponsibilityLink(contactKey: "C1", hasResponsibility: true, isBarred: false)
    private let father = ResponsibilityLink(contactKey: "C2", hasResponsibility: true, isBarred: false)
    private let barred = ResponsibilityLink(contactKey: "C3", hasResponsibility: true, isBarred: true)
    private let aunt = ResponsibilityLink(contactKey: "C4", hasResponsibility: false, isBarred: false)

    private var links: [ResponsibilityLink] { [mother, father, barred, aunt] }

    private func said(
        _ purpose: ConsentPurpose,
        _ decision: ConsentStatement.Decision,
        by consenter: Consenter,
        written: Bool = true
    ) -> ConsentStatement {
        ConsentStatement(purpose, decision, by: consenter, wording: "2025", isWritten: written)
    }

    private func refusal(_ statement: ConsentStatement, age: Int? = 10) -> SchoolError.Code? {
        do {
            _ = try PupilConsentRules.record(statement, of: pupil, at: base, links: links, age: age)
            return nil
        } catch { return error.code }
    }

    @Test(
        "S3-63: without parental responsibility, under a court order or as a stranger nobody decides",
        arguments: ConsentPurpose.allCases
    )
    func responsibility(purpose: ConsentPurpose) {
        for decision in ConsentStatement.Decision.allCases {
            for key in ["C3", "C4", "C9"] {
                #expect(refusal(said(purpose, decision, by: .contact(key))) == .noResponsibility)
            }
            #expect(refusal(said(purpose, decision, by: .contact("C1"))) == nil)
        }
    }

    @Test("a statement is sealed whole under the pupil's key: nothing of it stands in the open part")
    func sealed() throws {
        let statement = said(.photo, .refused, by: .contact("C1"))
        let event = try PupilConsentRules.record(statement, of: pupil, at: base, links: links, age: 10).events[0]
        #expect(event.open.isEmpty)
        #expect(event.parts.map(\.subject) == [pupil])
    }

    @Test("a pupil consents alone from 13 on, refuses at any age, and never gives biometrics instead of a parent")
    func pupils() {
        #expect(refusal(said(.photo, .given, by: .pupil), age: 12) == .tooYoung)
        #expect(refusal(said(.photo, .given, by: .pupil), age: nil) == .tooYoung)
        #expect(refusal(said(.photo, .given, by: .pupil), age: 13) == nil)
        #expect(refusal(said(.photo, .refused, by: .pupil), age: 5) == nil)
        #expect(refusal(said(.biometrics, .given, by: .pupil), age: 17) == .pupilCannotGive)
        #expect(refusal(said(.biometrics, .refused, by: .pupil, written: false), age: 5) == nil)
    }

    @Test("biometrics are given and withdrawn in writing; a parent's objection is heard in any form")
    func writing() {
        #expect(refusal(said(.biometrics, .given, by: .contact("C1"), written: false)) == .notInWriting)
        #expect(refusal(said(.biometrics, .withdrawn, by: .contact("C1"), written: false)) == .notInWriting)
        #expect(refusal(said(.biometrics, .refused, by: .contact("C1"), written: false)) == nil)
        #expect(refusal(said(.photo, .given, by: .contact("C1"), written: false)) == nil)
    }

    @Test("every combination of what two parents and the pupil said about biometrics follows the law")
    func biometrics() {
        let choices = [nil] + ConsentStatement.Decision.allCases.map(Optional.some)
        for one in choices {
            for two in choices {
                for own in [nil, .refused, .withdrawn] as [ConsentStatement.Decision?] {
                    var statements: [ConsentStatement] = []
                    if let one { statements.append(said(.biometrics, one, by: .contact("C1"))) }
                    if let two { statements.append(said(.biometrics, two, by: .contact("C2"))) }
                    if let own { statements.append(said(.biometrics, own, by: .pupil)) }
                    let consents = [one, two].count { $0 == .given }
                    let objections = [one, two].count { $0 == .refused }
                    let isAllowed = consents >= 1 && objections == 0 && own == nil
                    let standing = PupilConsentRules.standing(of: .biometrics, statements, links: links)
                    #expect((standing == .allowed) == isAllowed)
                }
            }
        }
    }

    @Test("withdrawal acts at once, and what was said by somebody who has lost responsibility counts no more")
    func later() {
        let given = said(.trips, .given, by: .contact("C1"))
        #expect(PupilConsentRules.standing(of: .trips, [given], links: links) == .allowed)
        #expect(PupilConsentRules.standing(of: .photo, [given], links: links) == .notGiven)
        #expect(PupilConsentRules.standing(of: .trips, [given], links: [father]) == .notGiven)
        let withdrawn = said(.trips, .withdrawn, by: .contact("C1"))
        #expect(PupilConsentRules.standing(of: .trips, [withdrawn], links: links) == .notGiven)
        let refused = said(.trips, .refused, by: .contact("C2"))
        #expect(PupilConsentRules.standing(of: .trips, [given, refused], links: links) == .refused)
    }
}
