import Connectors
import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf
import SyncdTesting
import Synchronization
import Testing
import Transfer

@Suite("Nothing leaves that no head has accepted")
struct GateTests {
    @Test("S0-03, invariant 7: without an acceptance nothing is written anywhere, and the task log says why")
    func held() throws {
        let store = try SchoolStore()
        try store.tellTwoPupils()
        let outcome = try store.run()
        #expect(outcome.state == .held)
        #expect(outcome.reason.contains("has not accepted pupil-core"))
        #expect(store.delivered.isEmpty && store.waiting.isEmpty)
        #expect(try store.lastRun()?.exception == outcome.reason)
        #expect(try store.cursor() == .origin)
    }

    @Test("a field outside the accepted version is not in the file, whatever the school holds")
    func fields() throws {
        let store = try SchoolStore()
        try store.accept()
        let sen = GroupContent(.sen, [FieldRow([.init(.senProvision, "K")])])
        try store.tell(
            1,
            SchoolStore.details("Lovelace", more: [.birthPlace: "Atlantis", .admissionNumber: "004711"]),
            sen
        )
        let outcome = try store.run()
        #expect(outcome.state == .exported)
        let xml = try store.xml(outcome)
        #expect(xml.contains("Lovelace"))
        for text in ["Atlantis", "004711", "SEN"] { #expect(!xml.contains(text)) }
        #expect(try store.manifest(outcome).pupils.map(\.groups) == [["basicDetails"]])

        try store.tell(1, GroupContent(.sen, [FieldRow([.init(.senProvision, "E")])]))
        let next = try store.run()
        #expect(next.state == .nothingToSend)
        #expect(next.counts.dropped == 1)
    }

    @Test("rulings 8: withdrawn between selection and delivery, the file is destroyed and the run is held")
    func withdrawnBeforeDelivery() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        let out = store.folder.path("out")
        let runner = store.runner { _ in
            // Asked for after the run has begun, on the run's own thread.
            do { try store.withdraw() } catch { Issue.record(error) }
            return FolderDelivery(folder: out)
        }
        let outcome = try runner.run(task: store.changedData, base: store.base)
        #expect(outcome.state == .held)
        #expect(outcome.reason == "acceptance withdrawn")
        #expect(store.delivered.isEmpty && store.waiting.isEmpty)
        #expect(try store.cursor() == .origin)
        #expect(try store.lastRun()?.state == .held)
    }

    @Test("rulings 7: a withdrawal is told once as sharingEnded, without a field of anybody, and then nothing leaves")
    func sharingEnded() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        let first = try store.manifest(try store.run())
        try store.withdraw()
        try store.tell(1, SchoolStore.address("3 New Street"))
        let outcome = try store.run()
        #expect(outcome.state == .exported)
        let manifest = try store.manifest(outcome)
        #expect(Set(manifest.pupils.map(\.recipientId)) == Set(first.pupils.map(\.recipientId)))
        #expect(manifest.pupils.allSatisfy { $0.change == .sharingEnded && $0.groups.isEmpty && $0.upn == nil })
        #expect(try !store.xml(outcome).contains("New Street"))
        #expect(try store.run().state == .held)

        try store.accept()
        let again = try store.manifest(try store.run())
        #expect(again.pupils.count == 2)
        #expect(again.pupils.contains { $0.groups.contains("address") && $0.change == .changed })
        #expect(Set(again.pupils.map(\.recipientId)) == Set(first.pupils.map(\.recipientId)))
    }

    @Test("rulings 11: that a contact under a court order lives with the pupil is not written")
    func courtOrder() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tellContact(1, SchoolStore.person("Hopper"))
        try store.tell(
            1,
            SchoolStore.details("Lovelace"),
            SchoolStore.links([1], [.addressAsPupil: "true", .courtOrder: "true"])
        )
        try store.tell(2, SchoolStore.details("Noether"), SchoolStore.links([1], [.addressAsPupil: "true"]))
        let outcome = try store.run()
        let xml = try store.xml(outcome)
        #expect(xml.components(separatedBy: "AddressAsPupil>true").count == 2)
        #expect(xml.components(separatedBy: "Hopper").count == 3)
        #expect(outcome.counts.withheld == 1)
    }

    @Test("rulings 11: nor is the pupil's own address written as that of such a contact", arguments: [true, false])
    func courtOrderAddress(isSaid: Bool) throws {
        let store = try SchoolStore()
        try store.accept()
        let home = [FieldRow.Entry(.street, "1 HIGH  STREET"), .init(.town, "exeter")]
        var person = SchoolStore.person("Hopper")
        person.rows[0] = FieldRow(person.rows[0].entries + home)
        try store.tellContact(1, person)
        let said: [Field: String] = isSaid ? [.addressAsPupil: "true"] : [:]
        try store.tell(
            1,
            SchoolStore.details("Lovelace"),
            SchoolStore.address("1 High Street"),
            SchoolStore.links([1], said.merging([.courtOrder: "true"]) { $1 })
        )
        let xml = try store.xml(try store.run())
        #expect(xml.components(separatedBy: "<Street>").count == 2)
        #expect(xml.contains("Hopper") && xml.contains("07700 900123"))
        #expect(!xml.contains("HIGH  STREET"))
    }

    @Test("rulings 7: leavers' data is held under the acceptance, too: the end of sharing is told of them")
    func sharingEndedForLeavers() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        try store.run()
        for pupil in [UInt64(1), 2] { try store.tell(pupil, SchoolStore.registration([.leavingDate: "2024-08-31"])) }
        try store.run()
        try store.withdraw()
        #expect(try store.manifest(try store.run()).pupils.map(\.change) == [.sharingEnded, .sharingEnded])
        #expect(try store.run().state == .held)
    }

    @Test("rulings 8: what an interrupted run has left waiting is destroyed when acceptance is withdrawn")
    func interruptedThenWithdrawn() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        let killed = Mutex<SchoolStore?>(nil)
        let out = store.folder.path("out")
        let runner = store.runner { _ in
            WatchedDelivery(folder: out, moment: .before) {
                let copy = try store.killed()
                killed.withLock { $0 = copy }
            }
        }
        _ = try runner.run(task: store.changedData, base: store.base)
        let after = try #require(killed.withLock { $0 })
        #expect(!after.waiting.isEmpty)
        try after.withdraw()
        try after.runner().endInterrupted(at: after.base, of: [after.changedData])
        #expect(after.waiting.isEmpty && after.delivered.isEmpty)
        #expect(try after.lastRun()?.state == .failed)
    }

    @Test("rulings 3: a base without a LAESTAB is refused with the way out, and takes no number")
    func noLAESTAB() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        let cleared = Syncd_Events_BaseConfigured.with { $0.laestab = "" }
        try store.append([store.builder.event(.baseConfigured, store.base, StreamID(store.base), cleared)])
        let outcome = try store.run()
        #expect(outcome.state == .failed)
        #expect(outcome.reason.contains("base config --laestab"))
        #expect(store.delivered.isEmpty)
    }
}
