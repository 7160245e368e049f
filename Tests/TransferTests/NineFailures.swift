import Connectors
import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SyncdTesting
import Synchronization
import Testing
import Transfer

/// The nine ways in which change queries fail to keep two systems in step, most of them silently.
///
/// The design of Ed-Fi's Data Management Service lists them. Each is played here, against files and against the feed.
@Suite("Nine failures of synchronisation that do not happen")
struct NineFailures {
    private func accepted() throws -> SchoolStore {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        return store
    }

    private func changes(_ store: SchoolStore, _ outcome: RunOutcome) throws -> [PupilChange.RawValue] {
        try store.manifest(outcome).pupils.compactMap { line in
            PupilChange.allCases.first { $0.name == line.change.rawValue }?.rawValue
        }
    }

    @Test("1: who comes into a recipient's reach is sent whole, though the last change is older than the cursor")
    func newReach() throws {
        let store = try accepted()
        try store.accept(at: store.otherBase)
        try store.run()
        try store.run(nil, at: store.otherBase)
        let before = store.log.durableEnd
        // A school move: nothing of the pupil changes.
        try store.append(store.builder.moved(SchoolStore.pupil(1), .pupil, from: store.base, to: store.otherBase))
        let moved = try store.manifest(try store.run(nil, at: store.otherBase))
        #expect(moved.pupils.map(\.change) == [.new])
        #expect(moved.pupils.map(\.groups) == [["basicDetails", "address", "contacts", "registration"]])
        // A new acceptance: nobody changed since the cursor.
        try store.withdraw()
        try store.run()
        try store.accept()
        let accepted = try store.manifest(try store.run())
        #expect(accepted.fromPosition > before.rawValue)
        #expect(accepted.pupils.map(\.change) == [.changed])
        #expect(accepted.pupils.map(\.groups) == [["basicDetails", "address", "registration"]])
        // A second registration.
        try store.append([
            store.builder.changed(
                .registration,
                SubjectID(high: 300, low: 2),
                at: store.otherBase,
                key: "p2@002",
                [SchoolStore.registration([.enrolmentStatus: "S"])],
                owner: SchoolStore.pupil(2)
            )
        ])
        let second = try store.manifest(try store.run(nil, at: store.otherBase))
        #expect(second.pupils.map(\.change) == [.new])
        #expect(second.pupils.map(\.groups) == [["basicDetails", "address", "registration"]])
    }

    @Test("2: pages are keyed by the place of a change, so rows that move while they are read are told all the same")
    func movingPages() throws {
        let store = try accepted()
        for number in UInt64(3)...12 { try store.tell(number, SchoolStore.details("Name\(number)")) }
        let selection = FeedSelection(base: store.base, classes: [.basicDetails])
        let first = try store.feed.page(since: nil, selection, limit: 4)
        // What was on the first page, and what is to come, moves behind everything else.
        for number in [UInt64(1), 3, 9, 12] { try store.tell(number, SchoolStore.details("Again\(number)")) }
        var replica = Replica(of: selection)
        try replica.apply(first)
        try replica.drain(store.feed, from: first.next, limit: 4)
        #expect(replica.surnames.count == 12)
        for number in [UInt64(1), 3, 9, 12] { #expect(replica.surnames[SchoolStore.pupil(number)] == "Again\(number)") }
        #expect(replica.surnames[SchoolStore.pupil(8)] == "Name8")
    }

    @Test("3: the upper bound is fixed when a run starts: what comes while it delivers goes with the next one")
    func upperBound() throws {
        let store = try accepted()
        let out = store.folder.path("out")
        let late = store.runner { _ in
            WatchedDelivery(folder: out, moment: .before) {
                try store.tell(2, SchoolStore.address("22 Late Road"))
            }
        }
        let first = try late.run(task: store.changedData, base: store.base)
        #expect(first.upper < store.log.durableEnd)
        #expect(try !store.xml(first).contains("Late Road"))
        let second = try store.run()
        #expect(second.lower == first.upper)
        #expect(try store.manifest(second).pupils.map(\.groups) == [["address"]])
        #expect(try store.xml(second).contains("Late Road"))
    }

    @Test("4: a reference to somebody who is told later in the window, or after it, is never lost")
    func unresolvedReference() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tell(1, SchoolStore.details("Lovelace"), SchoolStore.registration(), SchoolStore.links([1]))
        let unresolved = try store.run()
        #expect(unresolved.counts.withheld == 1)
        try store.tellContact(1, SchoolStore.person("Hopper"))
        let resolved = try store.run()
        #expect(try store.manifest(resolved).pupils.map(\.groups) == [["contacts"]])
        #expect(try store.xml(resolved).contains("Hopper"))
        // In one window, the link before the linked.
        try store.tell(2, SchoolStore.details("Noether"), SchoolStore.registration(), SchoolStore.links([2]))
        try store.tellContact(2, SchoolStore.person("Germain"))
        #expect(try store.xml(try store.run()).contains("Germain"))
    }

    @Test("5: nothing beyond the durable end is ever counted as told")
    func uncommitted() throws {
        let store = try accepted()
        let outcome = try store.run()
        #expect(outcome.upper <= store.log.durableEnd)
        let selection = FeedSelection()
        let page = try store.feed.page(since: nil, selection)
        #expect(page.upper <= store.log.durableEnd && page.available.newest == page.upper)
        // A cursor that has seen more than the log holds: the log was put back to an older state.
        let killed = try store.killed()
        try store.tell(1, SchoolStore.address("5 Gone Street"))
        let ahead = try store.feed.page(since: page.next, selection).next
        #expect(throws: TransferError(.cursorBeyondEnd, "")) { try killed.feed.page(since: ahead, selection) }
    }

    @Test("6: who stops half-way through a window and asks again later misses nothing")
    func loweredBound() throws {
        let store = try accepted()
        for number in UInt64(3)...9 { try store.tell(number, SchoolStore.details("Name\(number)")) }
        let selection = FeedSelection(base: store.base)
        var replica = Replica(of: selection)
        var cursor: ChangeCursor?
        for round in UInt64(0)..<12 {
            let page = try store.feed.page(since: cursor, selection, limit: 3)
            try replica.apply(page)
            cursor = page.next
            try store.tell(3 + round % 7, SchoolStore.details("Round\(round % 3)"))
        }
        try replica.drain(store.feed, from: cursor, limit: 3)
        try replica.expectEqual(store)
    }

    @Test("7: one is deleted and another takes its key, in one window: each is told under its own id")
    func keyTakenOver() throws {
        let store = try accepted()
        let first = try store.manifest(try store.run())
        let selection = FeedSelection(base: store.base)
        let start = try store.feed.end(of: selection)
        let upn = "A001107921412"
        try store.append([
            store.builder.status(.deletedAtSource, of: SchoolStore.pupil(1), .pupil, at: store.base)
        ])
        try store.tell(2, SchoolStore.details("Noether", upn: upn))
        let manifest = try store.manifest(try store.run())
        let byChange = Dictionary(grouping: manifest.pupils, by: \.change).mapValues { $0.map(\.recipientId) }
        #expect(Set(byChange.keys) == [.deletedAtSource, .changed])
        let ids = Set(first.pupils.map(\.recipientId))
        #expect(Set(manifest.pupils.map(\.recipientId)) == ids && ids.count == 2)
        #expect(manifest.pupils.first { $0.upn == upn }?.change == .changed)

        let page = try store.feed.page(since: start, selection)
        #expect(page.lines.map(\.entity) == [SchoolStore.pupil(1), SchoolStore.pupil(2)])
        #expect(page.lines[0].tombstone == .deletedAtSource && page.lines[0].upn == upn)
        #expect(page.lines[1].what == .changed && page.lines[1].upn == upn)
    }

    @Test("8: deleted and created again is a change, never a deletion; created and deleted is nothing")
    func recreated() throws {
        let store = try accepted()
        try store.run()
        let selection = FeedSelection(base: store.base)
        let start = try store.feed.end(of: selection)
        let status = { (status: Syncd_Events_EntityStatusChanged.Status, number: UInt64) in
            _ = try store.append([
                store.builder.status(status, of: SchoolStore.pupil(number), .pupil, at: store.base)
            ])
        }
        try status(.deletedAtSource, 2)
        try status(.present, 2)
        try store.tell(2, SchoolStore.address("8 New Road"))
        try store.tell(3, SchoolStore.details("Nobody"), SchoolStore.registration())
        try status(.deletedAtSource, 3)
        let manifest = try store.manifest(try store.run())
        #expect(manifest.pupils.map(\.change) == [.changed])
        #expect(manifest.pupils.map(\.groups) == [["address"]])
        let page = try store.feed.page(since: start, selection)
        #expect(page.lines.map(\.entity) == [SchoolStore.pupil(2)])
        #expect(page.lines[0].what == .changed && page.lines[0].groups.map(\.group) == [.address])
    }

    @Test("9: records that refer to each other in a circle go in one file, and in the order of the log in the feed")
    func circle() throws {
        let store = try SchoolStore()
        try store.accept()
        let selection = FeedSelection(base: store.base)
        let start = try store.feed.end(of: selection)
        try store.tell(1, SchoolStore.details("Lovelace"), SchoolStore.registration(), SchoolStore.links([1]))
        try store.tell(2, SchoolStore.details("Noether"), SchoolStore.registration(), SchoolStore.links([1, 2]))
        try store.tellContact(1, SchoolStore.person("Hopper"))
        try store.tellContact(2, SchoolStore.person("Germain"))
        try store.tell(1, SchoolStore.links([1, 2]))
        let outcome = try store.run()
        #expect(outcome.counts.sentPupils == 2 && outcome.counts.withheld == 0)
        let page = try store.feed.page(since: start, selection)
        #expect(page.lines.map(\.version) == page.lines.map(\.version).sorted())
        // Everything that is referred to stands in the same window.
        let keys = Set(page.lines.filter { $0.kind == .contact }.compactMap(\.sourceKey))
        let links = page.lines.flatMap(\.groups).filter { $0.group == .contacts }.flatMap(\.rows)
        #expect(Set(links.compactMap { $0[.contactKey] }) == keys && keys == ["c1", "c2"])
    }
}
