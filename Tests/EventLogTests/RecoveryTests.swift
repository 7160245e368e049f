import Foundation
import Identifiers
import Sealing
import Testing

@testable import EventLog

@Suite struct RecoveryTests {
    /// A killed store with some frames in its WAL and nothing applied.
    private func killed(frames: Int, events: Int = 3) throws -> TestStore {
        let store = try TestStore()
        var settings = TestStore.smallSettings
        settings.idleMilliseconds = 60_000
        settings.applyEvents = 1_000_000
        let log = try store.open(settings)
        var maker = BatchMaker()
        for _ in 0..<frames { _ = try log.append(maker.batch(events: events)) }
        return try TestStore(killing: store)
    }

    private func segment(_ store: TestStore) -> String { store.layout.wal + "/" + Segment.name(1) }

    private func change(_ path: String, _ body: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        body(&data)
        try data.write(to: URL(fileURLWithPath: path))
    }

    /// Offset and length of each frame of a segment.
    private func frames(_ store: TestStore) throws -> [(offset: Int, length: Int)] {
        var found: [(offset: Int, length: Int)] = []
        var offset = FrameLayout.sector
        _ = try SegmentScan(path: segment(store), log: store.logID) { frame, _ in
            found.append((offset, frame.frameBytes))
            offset += frame.frameBytes
        }
        return found
    }

    @Test("A frame cut short at any sector was never acknowledged: the log ends before it, and goes on")
    func torn() throws {
        let whole = try killed(frames: 4, events: 10)
        let last = try #require(try frames(whole).last)
        for sector in 0..<last.length / FrameLayout.sector {
            let store = try TestStore(killing: whole)
            try change(segment(store)) { data in
                let cut = last.offset + sector * FrameLayout.sector
                data.resetBytes(in: cut..<last.offset + last.length)
            }
            let log = try store.open()
            #expect(log.durableEnd == Position(30), "cut at sector \(sector)")
            #expect(log.recovery.foundTornFrame == (sector > 0))
            var maker = BatchMaker(next: 900)
            _ = try log.append(maker.batch())
            #expect(try log.all().count == 31)
        }
    }

    @Test("Sectors written out of order and then cut off are torn, too")
    func tornInTheMiddle() throws {
        let whole = try killed(frames: 3, events: 10)
        let last = try #require(try frames(whole).last)
        for sector in 0..<last.length / FrameLayout.sector {
            let store = try TestStore(killing: whole)
            try change(segment(store)) { data in
                let start = last.offset + sector * FrameLayout.sector
                data.resetBytes(in: start..<start + FrameLayout.sector)
            }
            let log = try store.open()
            #expect(log.durableEnd == Position(20), "sector \(sector) missing")
            #expect(log.recovery.foundTornFrame)
        }
    }

    @Test("A flipped bit in a frame that others follow is corruption: refused, file and offset named, nothing changed")
    func corrupt() throws {
        let whole = try killed(frames: 4)
        let second = try frames(whole)[1]
        for byte in stride(from: second.offset, to: second.offset + second.length, by: 37) {
            let store = try TestStore(killing: whole)
            try change(segment(store)) { $0[byte] ^= 0x10 }
            let error = #expect(throws: EventLogError.self) { try store.open() }
            #expect(error?.code == .walDamaged)
            #expect(error?.message.contains("offset \(second.offset)") == true)
            #expect(error?.message.contains(Segment.name(1)) == true)
        }
    }

    @Test("A flipped bit in the last frame is refused, not taken for a cut, unless the cut left a sector empty")
    func corruptLast() throws {
        let whole = try killed(frames: 2, events: 10)
        let last = try #require(try frames(whole).last)
        for byte in stride(from: last.offset, to: last.offset + last.length, by: 61) {
            let store = try TestStore(killing: whole)
            try change(segment(store)) { $0[byte] ^= 0x01 }
            #expect(throws: EventLogError(.walDamaged, "")) { try store.open() }
        }
    }

    @Test("A segment put back from the past is refused")
    func oldSegment() throws {
        let store = try killed(frames: 4)
        let early = try Data(contentsOf: URL(fileURLWithPath: segment(store)))
        do { try store.open().close() }
        try FileManager.default.removeItem(atPath: store.layout.wal + "/" + Segment.name(2))
        try early.write(to: URL(fileURLWithPath: segment(store)))
        #expect(throws: EventLogError(.walDamaged, "")) { try store.open() }
    }

    @Test("Invariant 2: old segments stay until a commit has made durable what replaces them")
    func oldSegmentsStay() throws {
        let store = try killed(frames: 200, events: 10)
        let first = try Data(contentsOf: URL(fileURLWithPath: segment(store)))
        var maker = BatchMaker(next: 5000)
        var settings = TestStore.smallSettings
        settings.segmentBytes = 4 << 20
        settings.idleMilliseconds = 60_000
        settings.applyEvents = 1_000_000
        let log = try store.open(settings)
        for _ in 0..<200 { _ = try log.append(maker.batch(events: 10)) }
        let again = try TestStore(killing: store)
        // As after a failed sync: the log's file may say more than the disk holds, so the old segment is still needed.
        try first.write(to: URL(fileURLWithPath: segment(again)))
        var full = TestStore.smallSettings
        full.mapBytes = 1 << 20
        full.mapBytesMax = 1 << 20
        #expect(throws: (any Error).self) { try again.open(full) }
        #expect(FileManager.default.fileExists(atPath: segment(again)))
        let reopened = try again.open()
        #expect(reopened.durableEnd == Position(4000))
        #expect(!FileManager.default.fileExists(atPath: segment(again)))
    }

    @Test("Recovery commits in steps and gives back each segment's space, so that a full disk can be got through")
    func steps() throws {
        let store = try killed(frames: 400, events: 10)
        let before = try FileManager.default.contentsOfDirectory(atPath: store.layout.wal).count
        #expect(before > 10)
        var full = TestStore.smallSettings
        full.mapBytes = 1 << 20
        full.mapBytesMax = 1 << 20
        do {
            let file = try LogFile(store.layout, settings: full)
            var recovery = Recovery(
                layout: store.layout,
                log: store.logID,
                file: file,
                settings: full,
                keyMark: { .none }
            )
            recovery.stepBytes = 64 << 10
            #expect(throws: (any Error).self) { try recovery.run() }
            #expect(try file.end().applied > Position(100))
            #expect(try file.end().applied < Position(4000))
        }
        let after = try FileManager.default.contentsOfDirectory(atPath: store.layout.wal).count
        #expect(after < before - 3)
        let log = try store.open()
        #expect(log.durableEnd == Position(4000))
        #expect(try log.all().count == 4000)
    }

    @Test("What is to be done hourly is due once an hour")
    func hourly() {
        var check = HourlyCheck(now: 100)
        let due = [100, 3699, 3700, 3701, 7299, 7300].filter { check.isDue(now: $0) }
        #expect(due == [3700, 7300])
    }

    @Test("A store killed again and again, also while recovering, keeps every acknowledged event")
    func killedRepeatedly() throws {
        var store = try TestStore()
        var acknowledged = 0
        for round in 0..<12 {
            let log = try store.open()
            #expect(try log.all().count == acknowledged)
            var maker = BatchMaker(next: UInt64(1 + round * 100))
            for _ in 0..<(round * 7 % 30) {
                _ = try log.append(maker.batch(events: 2))
                acknowledged += 2
            }
            store = try TestStore(killing: store)
        }
        #expect(try store.open().all().count == acknowledged)
    }

    @Test("After a failed write the old segment is set aside, however well it looks")
    func afterFailure() throws {
        let store = try TestStore()
        do {
            let log = try store.open()
            var maker = BatchMaker()
            _ = try log.append(maker.batch())
            try log.close()
        }
        let file = try LogFile(store.layout, settings: TestStore.smallSettings)
        var recovery = Recovery(
            layout: store.layout,
            log: store.logID,
            file: file,
            settings: TestStore.smallSettings,
            keyMark: { .none }
        )
        let clean = try recovery.run()
        #expect(clean.wasClean)
        recovery.isAfterFailure = true
        let fresh = try recovery.run()
        #expect(fresh.end.segment == clean.end.segment + 1)
        #expect(fresh.end.offset == 0)
        #expect(fresh.end.next == clean.end.next)
    }

    @Test("A store of a newer syncd, and a folder that is none, are told apart and left alone")
    func wrongStores() throws {
        let store = try TestStore()
        try change(store.layout.control) { $0 = Data("syncd-store 99\n".utf8) }
        #expect(throws: EventLogError(.newerFormat, "")) { try store.open() }
        try FileManager.default.removeItem(atPath: store.layout.control)
        #expect(throws: EventLogError(.notAStore, "")) { try store.open() }
    }

    @Test("init never overwrites: not a store, not a folder with anything in it")
    func createTwice() throws {
        let store = try TestStore()
        let keys = try KeyFolder(
            path: store.folder + "/other",
            store: store.layout.root,
            randomness: SystemRandomness()
        )
        #expect(throws: EventLogError(.storeExists, "")) {
            try EventLog.create(store.layout, log: store.logID, owner: store.owner, keySource: keys)
        }
        let busy = StoreLayout(root: store.folder + "/keys")
        #expect(throws: EventLogError(.notAStore, "")) {
            try EventLog.create(busy, log: store.logID, owner: store.owner, keySource: keys)
        }
    }
}
