import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf
import SyncdTesting
import Testing
import Transfer

@Suite("The feed of changes")
struct FeedTests {
    private func told() throws -> SchoolStore {
        let store = try SchoolStore()
        try store.tellTwoPupils()
        return store
    }

    @Test("a window's lower bound is exclusive, its upper one what state had reached; net change inside it")
    func window() throws {
        let store = try told()
        let selection = FeedSelection(base: store.base)
        let first = try store.feed.page(since: nil, selection)
        #expect(first.lower == .origin && first.upper == store.log.durableEnd && !first.hasMore)
        #expect(first.lines.allSatisfy { $0.what == .new } && first.lines.count == 3)
        // A to B to C is one change.
        try store.tell(1, SchoolStore.address("B"))
        try store.tell(1, SchoolStore.address("C"))
        // A to B to A is none.
        try store.tell(2, SchoolStore.address("Elsewhere"))
        try store.tell(2, SchoolStore.address("2 Low Road"))
        let second = try store.feed.page(since: first.next, selection)
        #expect(second.lower == first.upper)
        #expect(second.lines.map(\.entity) == [SchoolStore.pupil(1)])
        #expect(second.lines[0].groups == [SchoolStore.address("C")])
        #expect(second.lines[0].version > second.lower && second.lines[0].version <= second.upper)
        let third = try store.feed.page(since: second.next, selection)
        #expect(third.lines.isEmpty && third.lower == second.upper)
    }

    @Test("a key change carries the old key and the new one, and of several in a window the first and the last")
    func keyChange() throws {
        let store = try told()
        let selection = FeedSelection(base: store.base)
        let start = try store.feed.end(of: selection)
        for upn in ["T001100024019", "T001100024020", "A001107921413"] {
            try store.tell(1, SchoolStore.details("Lovelace", upn: upn))
        }
        let line = try #require(try store.feed.page(since: start, selection).lines.first)
        #expect(line.keyChanges == [FeedLine.KeyChange(old: "A001107921412", new: "A001107921413")])
        #expect(line.upn == "A001107921413" && line.what == .changed)
        // There and back is no change.
        try store.tell(1, SchoolStore.details("Lovelace", upn: "T001100024019"))
        let middle = try store.feed.end(of: selection)
        try store.tell(1, SchoolStore.details("Lovelace", upn: "A001107921413"))
        try store.tell(1, SchoolStore.details("Lovelace", upn: "T001100024019"))
        #expect(try store.feed.page(since: middle, selection).lines.isEmpty)
    }

    @Test(
        "each tombstone says why",
        arguments: [
            (Syncd_Events_EntityStatusChanged.Status.absent, Tombstone.absent), (.left, .left),
            (.deletedAtSource, .deletedAtSource),
        ]
    )
    func tombstones(status: Syncd_Events_EntityStatusChanged.Status, reason: Tombstone) throws {
        let store = try told()
        let selection = FeedSelection()
        let start = try store.feed.end(of: selection)
        try store.append([store.builder.status(status, of: SchoolStore.pupil(1), .pupil, at: store.base)])
        let line = try #require(try store.feed.page(since: start, selection).lines.first)
        #expect(line.tombstone == reason && line.entity == SchoolStore.pupil(1))
        #expect(line.upn == "A001107921412" && line.sourceKey == "p1" && line.groups.isEmpty)
    }

    @Test("a move is left at the old school, new at the new one, and a change for who hears of both")
    func move() throws {
        let store = try told()
        let (old, new, all) = (
            FeedSelection(base: store.base), FeedSelection(base: store.otherBase), FeedSelection()
        )
        let starts = try [old, new, all].map { try store.feed.end(of: $0) }
        try store.append(store.builder.moved(SchoolStore.pupil(1), .pupil, from: store.base, to: store.otherBase))
        let lines = try zip([old, new, all], starts).map { try store.feed.page(since: $1, $0).lines }
        #expect(lines.map(\.count) == [1, 1, 1])
        #expect(lines[0][0].tombstone == .left)
        #expect(lines[1][0].what == .new && lines[1][0].groups.count == 4)
        #expect(lines[2][0].what == .changed && lines[2][0].base == store.otherBase && lines[2][0].groups.isEmpty)
    }

    @Test("a cursor is refused under another consumer, school, class, field, report or cohort, and says what to do")
    func boundCursor() throws {
        let store = try told()
        try store.accept()
        let selection = FeedSelection(consumer: "a", base: store.base, classes: [.address], fields: [.town])
        let cursor = try store.feed.page(since: nil, selection).next
        #expect(throws: Never.self) { try store.feed.page(since: cursor, selection) }
        var others = Array(repeating: selection, count: 6)
        others[0].consumer = "b"
        others[1].base = nil
        others[2].classes = [.address, .basicDetails]
        others[3].fields = []
        others[4].report = "pupil-core"
        others[5].cohort = .everyYear
        for other in others {
            let error = #expect(throws: TransferError.self) { try store.feed.page(since: cursor, other) }
            #expect(error?.code == .cursorOfAnotherSelection)
            #expect(error?.message.contains("begin anew without a cursor") == true)
        }
    }

    @Test("a cursor of another log, epoch, beyond the end or older than what is kept is refused with what to do")
    func refusedCursor() throws {
        let store = try told()
        let selection = FeedSelection()
        let cursor = try store.feed.page(since: nil, selection).next
        let refused = { (feed: ChangeFeed, code: TransferError.Code) in
            let error = #expect(throws: TransferError.self) { try feed.page(since: cursor, selection) }
            #expect(error?.code == code)
            #expect(error?.message.contains("begin anew without a cursor") == true)
        }
        func feed(_ log: LogID, epoch: UInt32, _ events: Int) throws -> ChangeFeed {
            let other = ReferenceLog(logID: log, epoch: epoch)
            for number in 0..<events {
                let id = SchoolStore.pupil(UInt64(number))
                try other.append(
                    store.builder.changed(.pupil, id, at: store.base, key: "x", [SchoolStore.address("A")])
                )
            }
            let folder = try TemporaryStore()
            return ChangeFeed(state: try State(at: folder.path("state"), of: other, mapBytes: 1 << 26), log: other)
        }
        try refused(feed(LogID(high: 6, low: 6), epoch: 1, 50), .cursorOfAnotherLog)
        try refused(feed(store.log.logID, epoch: 2, 50), .cursorOfAnotherEpoch)
        try refused(feed(store.log.logID, epoch: 1, 1), .cursorBeyondEnd)
        let pruned = ChangeFeed(state: store.state, log: store.log, oldest: store.log.durableEnd)
        #expect(try pruned.available().oldest == store.log.durableEnd)
        try store.tell(1, SchoolStore.address("Later"))
        let late = ChangeFeed(state: store.state, log: store.log, oldest: store.log.durableEnd)
        refused(late, .cursorTooOld)
    }

    @Test("a cursor survives its form as text, and a text that is none is refused", arguments: [1, 2])
    func text(limit: Int) throws {
        let store = try told()
        let page = try store.feed.page(since: nil, FeedSelection(), limit: limit)
        #expect(page.hasMore)
        #expect(try ChangeCursor(page.next.text) == page.next)
        #expect(page.next.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        for text in ["", "nonsense", String(page.next.text.dropLast()), page.next.text + "A", "5"] {
            #expect(throws: TransferError(.cursorUnreadable, "")) { try ChangeCursor(text) }
        }
        var random = SplitMix64(seed: UInt64(limit))
        let letters = Array(page.next.text)
        for _ in 0..<200 {
            var damaged = letters
            let place = Int(random.next() % UInt64(letters.count - 1))
            damaged[place] = damaged[place] == "A" ? "B" : "A"
            #expect(throws: TransferError(.cursorUnreadable, "")) { try ChangeCursor(String(damaged)) }
        }
    }

    @Test(
        "under a report: only what it grants, all of it anew when accepted again, the end of sharing once, then nothing"
    )
    func acceptance() throws {
        let store = try told()
        let selection = FeedSelection(consumer: "council", base: store.base, report: "pupil-core")
        #expect(throws: TransferError(.notAccepted, "")) { try store.feed.page(since: nil, selection) }
        try store.accept()
        var replica = Replica(of: selection)
        var cursor = try replica.drain(store.feed, from: nil, limit: 2)
        #expect(Set(replica.held.keys) == [SchoolStore.pupil(1), SchoolStore.pupil(2), SchoolStore.contact(1)])
        try store.tell(1, GroupContent(.sen, [FieldRow([.init(.senProvision, "K")])]))
        #expect(try store.feed.page(since: cursor, selection).lines.isEmpty)
        cursor = try replica.drain(store.feed, from: cursor, limit: 1)
        // Not granted, and so not there: who calls.
        let phones = replica.held.values.flatMap(\.groups.values).flatMap { $0 }.compactMap { $0[.contactKey] }
        #expect(phones.isEmpty)

        try store.withdraw()
        let ended = try store.feed.page(since: cursor, selection, limit: 2)
        #expect(ended.lines.map(\.tombstone) == [.sharingEnded, .sharingEnded] && ended.hasMore)
        #expect(ended.lines.allSatisfy { $0.upn == nil && $0.sourceKey == nil })
        cursor = try replica.drain(store.feed, from: cursor, limit: 1)
        #expect(replica.held.isEmpty)
        #expect(throws: TransferError(.notAccepted, "")) { try store.feed.page(since: cursor, selection) }

        try store.tell(2, SchoolStore.address("Meanwhile"))
        try store.accept()
        try store.tell(1, SchoolStore.address("Afterwards"))
        cursor = try replica.drain(store.feed, from: cursor, limit: 1)
        #expect(replica.held.count == 3)
        #expect(replica.held[SchoolStore.pupil(1)]?.groups[.address]?.first?[.street] == "Afterwards")
        #expect(replica.held[SchoolStore.pupil(2)]?.groups.count == 3)
        #expect(try store.feed.page(since: cursor, selection).lines.isEmpty)
    }

    @Test("withdrawn while a window is read: what is left of it is not told, and the end of sharing is")
    func withdrawnBetweenPages() throws {
        let store = try told()
        try store.accept()
        let selection = FeedSelection(base: store.base, report: "pupil-core")
        var replica = Replica(of: selection)
        let first = try store.feed.page(since: nil, selection, limit: 2)
        try replica.apply(first)
        let whole = try replica.drain(store.feed, from: first.next, limit: 2)
        for number in UInt64(1)...2 { try store.tell(number, SchoolStore.address("New \(number)")) }
        let half = try store.feed.page(since: whole, selection, limit: 1)
        try replica.apply(half)
        #expect(half.hasMore)
        try store.withdraw()
        try replica.drain(store.feed, from: half.next, limit: 1)
        #expect(replica.held.isEmpty)
    }

    @Test("what is passed over in a window, because something else of the same thing moved on, comes in the next one")
    func passedOver() throws {
        let store = try told()
        let selection = FeedSelection(base: store.base)
        let start = try store.feed.end(of: selection)
        try store.tell(1, SchoolStore.details("Byron", upn: "T001100024019"))
        try store.tell(2, SchoolStore.details("Noether-Gordan"))
        try store.tell(2, SchoolStore.address("2 Low Lane"))
        try store.tell(1, SchoolStore.address("First Street"))
        let first = try store.feed.page(since: start, selection, limit: 1)
        #expect(first.lines.map(\.entity) == [SchoolStore.pupil(2)] && first.hasMore)
        try store.tell(1, SchoolStore.address("Second Street"))
        let second = try store.feed.page(since: first.next, selection)
        #expect(second.lines.isEmpty && !second.hasMore && second.upper == first.upper)
        let third = try store.feed.page(since: second.next, selection)
        #expect(third.lines.map(\.entity) == [SchoolStore.pupil(1)])
        #expect(third.lines[0].groups.map(\.group) == [.basicDetails, .address])
        #expect(third.lines[0].keyChanges == [FeedLine.KeyChange(old: "A001107921412", new: "T001100024019")])
        // And that is all: the window after it is exact again.
        try store.tell(1, SchoolStore.address("Third Street"))
        let fourth = try store.feed.page(since: third.next, selection)
        #expect(fourth.lines.map { $0.groups.map(\.group) } == [[.address]])
    }

    @Test("a key that changes behind the window is told in the next one, not before")
    func keyBehindTheWindow() throws {
        let store = try told()
        let selection = FeedSelection(base: store.base)
        let start = try store.feed.end(of: selection)
        try store.tell(2, SchoolStore.address("2 Low Lane"))
        try store.tell(1, SchoolStore.address("First Street"))
        let first = try store.feed.page(since: start, selection, limit: 1)
        try store.tell(1, SchoolStore.details("Lovelace", upn: "T001100024019"))
        let second = try store.feed.page(since: first.next, selection)
        #expect(second.lines.map(\.upn) == ["A001107921412"] && second.lines[0].keyChanges.isEmpty)
        let third = try store.feed.page(since: second.next, selection)
        #expect(third.lines[0].keyChanges == [FeedLine.KeyChange(old: "A001107921412", new: "T001100024019")])
    }

    @Test("S2-70: with chosen classes and fields only changes of those are told")
    func fields() throws {
        let store = try told()
        let selection = FeedSelection(classes: [.address], fields: [.town])
        let start = try store.feed.end(of: selection)
        try store.tell(1, SchoolStore.address("Another Street"))
        try store.tell(2, SchoolStore.details("Renamed"))
        #expect(try store.feed.page(since: start, selection).lines.isEmpty)
        try store.tell(1, GroupContent(.address, [FieldRow([.init(.town, "Truro"), .init(.street, "Quay")])]))
        let lines = try store.feed.page(since: start, selection).lines
        #expect(lines.map(\.groups) == [[GroupContent(.address, [FieldRow([.init(.town, "Truro")])])]])
    }

    @Test("many pages of many changes at one position lose nothing", arguments: [1, 7, 300])
    func oneBatch(limit: Int) throws {
        let store = try SchoolStore()
        let mark = GroupContent(.attendance, [FieldRow([.init(.mark, "/")])])
        let marks = (UInt64(1)...700).map {
            (entity: SubjectID(high: 40, low: $0), owner: SchoolStore.pupil(1), key: "m\($0)", content: mark)
        }
        try store.append([store.builder.changed(.mark, marks, at: store.base, stream: StreamID(high: 50, low: 1))])
        var replica = Replica(of: FeedSelection())
        try replica.drain(store.feed, from: nil, limit: limit)
        #expect(replica.held.count == 700)
    }
}

/// Who is erased, and who comes into reach or goes out of it.
@Suite("The feed of changes: erasures and cohorts")
struct FeedReachTests {
    private func told() throws -> SchoolStore {
        let store = try SchoolStore()
        try store.tellTwoPupils()
        return store
    }

    private func erase(_ number: UInt64, in store: SchoolStore) throws {
        let subject = SchoolStore.pupil(number)
        let message = Syncd_Events_SubjectErased.with {
            $0.order = Data(OrderID(high: 1, low: number).bytes)
            $0.erased.subject = Data(subject.bytes)
            $0.erased.kind = UInt32(EntityKind.pupil.rawValue)
        }
        try store.append([
            store.builder.event(.subjectErased, store.base, StreamID(high: 1, low: number), message)
        ])
    }

    @Test("issue 4: whoever is erased is told so once, to those who had been told, and to nobody else")
    func erased() throws {
        let store = try told()
        let selection = FeedSelection(base: store.base)
        let first = try store.feed.page(since: nil, selection)
        try erase(1, in: store)
        let second = try store.feed.page(since: first.next, selection)
        #expect(second.lines.map(\.entity) == [SchoolStore.pupil(1)])
        #expect(second.lines.map(\.what) == [.deleted(.erased)] && second.lines[0].kind == .pupil)
        #expect(second.lines[0].version == second.upper && second.lines[0].upn == nil)
        #expect(try store.feed.page(since: second.next, selection).lines.isEmpty)
        // Whoever begins now has nothing to take away.
        let fresh = try store.feed.page(since: nil, selection)
        #expect(!fresh.lines.contains { $0.entity == SchoolStore.pupil(1) })
        // Told and erased inside one window: the consumer never had it.
        let end = try store.feed.end(of: selection)
        try store.tell(7, SchoolStore.details("Briefly", upn: "T001100024019"))
        try erase(7, in: store)
        #expect(try store.feed.page(since: end, selection).lines.isEmpty)
    }

    @Test("issue 4: erasures stand in their order among other changes, page by page", arguments: [1, 2, 500])
    func pages(limit: Int) throws {
        let store = try told()
        let selection = FeedSelection(base: store.base)
        let first = try store.feed.page(since: nil, selection)
        try store.tell(2, SchoolStore.address("9 New Road"))
        try erase(1, in: store)
        try store.tell(3, SchoolStore.details("Later", upn: "T001100024019"))
        var cursor = first.next
        var lines: [FeedLine] = []
        repeat {
            let page = try store.feed.page(since: cursor, selection, limit: limit)
            lines += page.lines
            cursor = page.next
            if !page.hasMore { break }
        } while true
        #expect(lines.map(\.entity) == [2, 1, 3].map { SchoolStore.pupil($0) })
        #expect(lines.map(\.version) == lines.map(\.version).sorted())
    }

    @Test(
        "issue 4: whoever comes into a cohort is new though nothing else changed, and whoever leaves it is out of reach"
    )
    func cohort() throws {
        let store = try told()
        try store.tell(1, SchoolStore.registration([.yearGroup: "3"]))
        try store.tell(2, SchoolStore.registration([.yearGroup: "4"]))
        let selection = FeedSelection(base: store.base, cohort: .years([try CurriculumYear(code: "4")]))
        let first = try store.feed.page(since: nil, selection)
        #expect(first.lines.map(\.entity) == [SchoolStore.pupil(2)])
        try store.tell(1, SchoolStore.address("Not theirs to know"))
        let second = try store.feed.page(since: first.next, selection)
        #expect(second.lines.isEmpty)
        try store.tell(1, SchoolStore.registration([.yearGroup: "4"]))
        try store.tell(2, SchoolStore.registration([.yearGroup: "5"]))
        let third = try store.feed.page(since: second.next, selection)
        let came = try #require(third.lines.first { $0.entity == SchoolStore.pupil(1) })
        // All that there is, though most of it is older than the cursor.
        #expect(came.what == .new && came.groups.contains { $0.group == .basicDetails })
        let went = try #require(third.lines.first { $0.entity == SchoolStore.pupil(2) })
        #expect(went.what == .deleted(.outOfReach))
        // Out again and back inside one window is nothing.
        try store.tell(1, SchoolStore.registration([.yearGroup: "5"]))
        try store.tell(1, SchoolStore.registration([.yearGroup: "4"]))
        #expect(try store.feed.page(since: third.next, selection).lines.isEmpty)
        // A cursor is bound to its cohort, and works when only another group is asked for, too.
        #expect(throws: TransferError.self) {
            try store.feed.page(since: third.next, FeedSelection(base: store.base, cohort: .everyYear))
        }
        let narrow = FeedSelection(base: store.base, classes: [.address], cohort: selection.cohort)
        let start = try store.feed.end(of: narrow)
        try store.tell(1, SchoolStore.registration([.yearGroup: "6"]))
        #expect(try store.feed.page(since: start, narrow).lines.map(\.what) == [.deleted(.outOfReach)])
    }
}
