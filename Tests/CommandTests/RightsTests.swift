import Access
import ArgumentParser
import EventLog
import Foundation
import Identifiers
import Projections
import School
import Testing

@testable import Commands
@testable import Portal

/// Rights that change while a command is at work: an append is made with the rights of its instant, or not at all.
@Suite struct RightsTests {
    /// A store opened here, so that two people's commands can be interleaved to the letter.
    private final class Scene {
        let people: People
        let store: OpenStore
        let options: GlobalOptions

        init() throws {
            people = try People(try TestStore(served: false), operator: "rosa")
            try people.succeed("rosa", "base", "add", "0012001")
            try people.enrol("ada", "head", at: "0012001")
            try people.enrol("dina", "dpo", at: nil)
            try people.enrol("ines", "auditor", at: nil)
            options = try GlobalOptions.parse(["--store", people.store.path])
            store = try OpenStore(
                options,
                purpose: "test",
                console: Console(json: true),
                surroundings: Surroundings.ofProcess()
            )
        }

        deinit { try? store.close() }

        /// A command of somebody that has been let in.
        func session(_ name: String, _ command: String) throws -> Session {
            let token = try people.token(of: name)
            let session = Session(
                on: store,
                token: token,
                console: Console(json: true),
                surroundings: Surroundings.ofProcess(),
                changing: { nil }
            )
            try session.admit(command)
            return session
        }

        func account(_ name: String) throws -> Account {
            try #require(try store.state.read { try $0.accounts() }.first { $0.name == name })
        }
    }

    private func code(_ work: () throws -> Void) -> AccessError.Code? {
        do {
            try work()
            return nil
        } catch let error as AccessError {
            return error.code
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test("attack, S0-19: a right that is taken away between a command's admission and its append is not used")
    func revoked() throws {
        let scene = try Scene()
        let head = try scene.session("ada", "consent accept")
        let base = try head.base("0012001")
        let report = try ReportCatalogue.newest("pupil-core")
        let decision = try head.acceptance(of: report.name, at: base.id)
        let operating = try scene.session("rosa", "user role")
        let grant = RoleGrant(.head, at: base.id)
        try operating.carryOut(
            AccountRules.revoke(grant, from: scene.account("ada"), operators: 1, owner: scene.store.log.owner)
        )
        let before = scene.store.log.durableEnd
        #expect(!decision.isInForce)
        let outcome = code {
            try ConsentAct.accept(reviewed: nil).carryOut(["pupil-core"], at: [base], in: head) { _, _, _ in }
        }
        #expect(outcome == .notLoggedIn)
        #expect(try scene.store.state.read { try $0.acceptance(of: "pupil-core", at: base.id) }.state == .available)
        #expect(scene.store.log.durableEnd == before)
    }

    @Test("attack: a role that is granted while a command is at work is not used by it in the same breath")
    func granted() throws {
        let scene = try Scene()
        let looking = try scene.session("ines", "replay")
        let operating = try scene.session("rosa", "user role")
        try operating.carryOut(
            AccountRules.grant(RoleGrant(.dpo), to: scene.account("ines"), owner: scene.store.log.owner)
        )
        // The session of before has ended with the change; what it was let in for it can finish no more.
        #expect(code { try looking.recordReading("replay", reason: "x") } == .notLoggedIn)
    }

    @Test("attack, rulings 12: a grant that is withdrawn while the auditor's command is at work opens nothing")
    func withdrawnGrant() throws {
        let scene = try Scene()
        let giving = try scene.session("dina", "grant give")
        let base = try giving.base("0012001")
        let person = SubjectID(high: 7, low: 7)
        let grant = ReadingGrant(
            id: giving.draw(),
            account: try scene.account("ines").id,
            base: base.id,
            subjects: [person],
            ends: giving.now.advanced(bySeconds: 3600)
        )
        let note = try giving.actor().note("Complaint 12")
        try giving.carryOut(
            ReadingGrantRules.give(
                grant,
                to: scene.account("ines"),
                by: giving.principal?.account,
                note: note,
                at: giving.now
            )
        )
        let first = try scene.session("ines", "history")
        try first.recordReading("history", of: [person], reason: "x")
        #expect(
            code { try first.recordReading("history", of: [SubjectID(high: 7, low: 8)], reason: "x") } == .accessRefused
        )
        #expect(code { try first.recordReading("history", reason: "x") } == .accessRefused)
        let second = try scene.session("ines", "history")
        try giving.carryOut(ReadingGrantRules.withdraw(grant, note: note))
        for session in [first, second] {
            #expect(code { try session.recordReading("history", of: [person], reason: "x") } == .accessRefused)
        }
        let looks = try scene.people.store.alone { scene.store.log.durableEnd }
        #expect(looks > .origin)
    }

    @Test("a form that finds the store at work for five seconds says so, and changes nothing")
    func busy() throws {
        let scene = try Scene()
        let turn = WriteTurn()
        let desk = PortalDesk(
            store: scene.store,
            turn: turn,
            console: Console(json: true),
            surroundings: Surroundings.ofProcess()
        )
        let base = try scene.session("ada", "consent accept").base("0012001")
        let visitor = Visitor(
            command: "consent accept",
            token: try scene.people.token(of: "ada"),
            address: "127.0.0.1"
        )
        let decision = HeadsDecision.accept(["pupil-core"], reviewed: "", password: People.password)
        var refusal: Refusal?
        try turn.take("syncd import", waiting: 0) { _ in
            do { _ = try desk.decide(decision, at: base.id.hex, for: visitor) } catch let error as Refusal {
                refusal = error
            }
        }
        #expect(refusal?.kind == .busy && refusal?.title == "Try again in a moment")
        #expect(refusal?.sentence.contains("Nothing was changed; try again in a minute.") == true)
        #expect(try scene.store.state.read { try $0.acceptance(of: "pupil-core", at: base.id) }.state == .available)
        // Once the store is free the same form goes through.
        let list = try desk.sheet(of: base.id.hex, for: visitor).listVersion
        let free = HeadsDecision.accept(["pupil-core"], reviewed: list, password: People.password)
        _ = try desk.decide(free, at: base.id.hex, for: visitor)
        #expect(try scene.store.state.read { try $0.acceptance(of: "pupil-core", at: base.id) }.state == .accepted)
    }

    @Test("what others do meanwhile, and the own session's signs of life, hold no append up")
    func unrelated() throws {
        let scene = try Scene()
        let head = try scene.session("ada", "consent accept")
        let base = try head.base("0012001")
        // Another session of the same account begins and ends in between: the account's stream has moved on.
        let account = try scene.account("ada")
        let event = SessionEvents.continued(SessionID(high: 1, low: 2), of: account.id, owner: scene.store.log.owner)
        try scene.session("rosa", "user role").append([event])
        try ConsentAct.accept(reviewed: nil).carryOut(["pupil-core"], at: [base], in: head) { _, _, _ in }
        #expect(try scene.store.state.read { try $0.acceptance(of: "pupil-core", at: base.id) }.state == .accepted)
    }
}
