import ArgumentParser
import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import Testing

@testable import Commands

/// The days that an order to delete has (S3-149).
@Suite struct DueErasureTests {
    @Test("S3-149, S3-151: an order is carried out by its fourteenth day, not before; one that is late is told")
    func due() throws {
        let school = try CanarySchool(TestStore(served: false))
        let store = school.store
        try school.leave()
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        let queued = try store.object(
            "leavers",
            "delete",
            school.alone,
            "--base",
            CanarySchool.base,
            "--reason",
            "Yearly",
            "--confirm",
            "1"
        )
        #expect(queued["state"] as? String == "queued")
        let marked = try store.succeed("pupil", "show", school.alone, "--reason", "x")
        #expect(marked.errors.contains("On order to be deleted by") && marked.output.contains(Canary.marker))
        let options = try GlobalOptions.parse(["--store", store.path])
        let console = Console(json: true)
        let surroundings = Surroundings.ofProcess()
        let open = try OpenStore(options, purpose: "test", console: console, surroundings: surroundings)
        let session = Session(on: open, options, console: console, surroundings: surroundings)
        let day: Int64 = 86_400_000_000
        func later(_ days: Int64) -> Timestamp { Timestamp(microseconds: session.now.microseconds + days * day) }
        #expect(try OrdersAhead(session, at: later(13)).sentences.allSatisfy { $0.contains("carried out by") })
        #expect(try ErasureRunner(session: session).carryOutDue(at: later(13)).people == 0)
        #expect(
            try OrdersAhead(session, at: later(15)).sentences.allSatisfy { $0.contains("should have been carried out") }
        )
        #expect(try OrdersAhead(session, at: later(15)).sentences.count == 1)
        #expect(try ErasureRunner(session: session).carryOutDue(at: later(15)).people == 1)
        #expect(try OrdersAhead(session, at: later(15)).sentences.isEmpty)
        try open.close()
        #expect(try Canary.traces(of: [school.alone], below: [store.path, store.path + ".keys"]) == [])
    }

    @Test("Issue 5: an erasure that was cut off says which step is to come, and the next command goes on with it")
    func step() throws {
        let school = try CanarySchool(TestStore(served: false))
        let store = school.store
        try school.importFiles()
        try store.succeed("base", "config", CanarySchool.base, "--register", "external")
        let erase = ["subject", "erase", school.alone, "--base", CanarySchool.base, "--reason", "x", "--confirm", "1"]
        #expect(try store.run(erase).code == 0)
        try cutOff(store)
        // Whatever the next command is, it comes after the end of that.
        #expect(try !store.succeed("status").output.contains("An erasure has"))
        #expect(try store.objects("leavers", "queue").map { $0["state"] as? String } == ["erased"])
    }

    /// Does in this process the first steps of an erasure alone; the store is let go when this returns.
    private func cutOff(_ store: TestStore) throws {
        let options = try GlobalOptions.parse(["--store", store.path])
        let console = Console(json: true)
        let surroundings = Surroundings.ofProcess()
        let open = try OpenStore(options, purpose: "test", console: console, surroundings: surroundings)
        let session = Session(on: open, options, console: console, surroundings: surroundings)
        let order = try #require(try session.state.read { try $0.erasureOrders() }.first)
        let pupil = try #require(try session.state.read { try $0.subjects(of: order.id) }.first?.subject)
        var erased = Syncd_Events_ErasedSubject()
        erased.subject = Data(pupil.bytes)
        erased.kind = UInt32(EntityKind.pupil.rawValue)
        try session.append([ErasureEvents.begun(erased, in: order.id, at: order.base)])
        #expect(
            try OrdersAhead(session, at: session.now).sentences.first?.contains("keys are still to be destroyed")
                == true
        )
        try session.append([ErasureEvents.erased(erased, in: order.id, at: order.base, generation: 1)])
        #expect(try OrdersAhead(session, at: session.now).sentences.first?.contains("state and files") == true)
        try open.close()
    }
}
