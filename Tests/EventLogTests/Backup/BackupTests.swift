import Foundation
import Identifiers
import Synchronization
import Testing

@testable import EventLog

@Suite struct BackupTests {
    @Test(
        "Issue 5: backups taken while four writers append hold whole batches; restored, every record is the same bytes"
    )
    func besideWriters() throws {
        let scene = try BackupScene()
        let log = try scene.store.open()
        let isDone = Atomic(false)
        let writers = DispatchGroup()
        for writer in 0..<4 {
            DispatchQueue.global().async(group: writers) {
                var maker = BatchMaker(next: UInt64(writer) << 32 + 1)
                for number in 0..<150 where !isDone.load(ordering: .acquiring) {
                    let batch = maker.batch(events: 1 + number % 7, stream: UInt64(writer), subject: UInt64(number % 9))
                    _ = try? log.append(batch)
                }
            }
        }
        var reports: [BackupReport] = []
        while reports.count < 200, reports.count < 3 || writers.wait(timeout: .now()) == .timedOut {
            reports.append(try log.backUp(to: scene.target, at: BackupScene.time, pieceBytes: 64 << 10))
        }
        isDone.store(true, ordering: .releasing)
        writers.wait()
        reports.append(try log.backUp(to: scene.target, at: BackupScene.time))
        #expect(reports.allSatisfy { $0.set == 1 } && reports.last?.through == log.durableEnd)
        #expect(try scene.target.check().isSound)
        let events = try log.all()
        // Any backup that was finished can be restored to, and so can any batch's end before it.
        let restored = try scene.open(scene.restore())
        #expect(try restored.all() == events)
        for report in [reports.first, reports[reports.count / 2]].compactMap(\.self) where report.through > .origin {
            let part = try scene.open(scene.restore(through: report.through))
            #expect(try part.all() == events.filter { $0.position <= report.through })
        }
    }

    @Test("A backup takes what has come since the last one, and nothing else; a set that does not fit is begun anew")
    func increments() throws {
        let scene = try BackupScene()
        var maker = BatchMaker()
        let log = try scene.store.open()
        for _ in 0..<20 { _ = try log.append(maker.batch(events: 3)) }
        let first = try log.backUp(to: scene.target, at: BackupScene.time)
        #expect(first.beganSet && first.events == 60)
        let nothing = try log.backUp(to: scene.target, at: BackupScene.time)
        #expect(!nothing.beganSet && nothing.events == 0 && nothing.bytes == 0)
        _ = try log.append(maker.batch(events: 2))
        let second = try log.backUp(to: scene.target, at: BackupScene.time)
        #expect(!second.beganSet && second.events == 2 && second.set == 1)
        let full = try log.backUp(to: scene.target, at: BackupScene.time, beginsSet: true)
        #expect(full.beganSet && full.events == 62 && full.set == 2)
        // A piece is gone: what was built on it is worth nothing.
        try FileManager.default.removeItem(atPath: scene.target.path + "/sets/2/" + Segment.name(1))
        let again = try log.backUp(to: scene.target, at: BackupScene.time)
        #expect(again.beganSet && again.set == 3 && again.events == 62)
        // A log that went on otherwise has the same id.
        let other = try TestStore(killing: scene.store)
        let (one, two) = (try other.open(), log)
        _ = try one.append(maker.batch(open: "one"))
        _ = try two.append(maker.batch(open: "two"))
        _ = try two.backUp(to: scene.target, at: BackupScene.time)
        #expect(try one.backUp(to: scene.target, at: BackupScene.time).beganSet)
    }

    @Test("The lock on a folder ends with the backup, though a child that is being started has its file open still")
    func lockEnds() throws {
        let scene = try BackupScene()
        let log = try scene.store.open()
        _ = try log.backUp(to: scene.target, at: BackupScene.time)
        func lockAndCopy() throws -> Int32 {
            let lock = try BackupLock(scene.target)
            #expect(throws: EventLogError.self) { _ = try BackupLock(scene.target) }
            return dup(lock.file.descriptor)
        }
        let inherited = try lockAndCopy()
        defer { close(inherited) }
        #expect(inherited >= 0)
        #expect(try log.backUp(to: scene.target, at: BackupScene.time).set == 1)
    }

    @Test("One folder is for one store")
    func anotherStore() throws {
        let scene = try BackupScene()
        let log = try scene.store.open()
        var maker = BatchMaker()
        _ = try log.append(maker.batch())
        _ = try log.backUp(to: scene.target, at: BackupScene.time)
        let lines = ["syncd-backup 1", "log \(LogID(high: 5, low: 5).hex)", "target \(SubjectID(high: 1, low: 1).hex)"]
        try CheckedText.write(lines, to: scene.target.identityFile)
        #expect(throws: EventLogError(.backupOfAnotherLog, "")) {
            try log.backUp(to: scene.target, at: BackupScene.time)
        }
    }

    @Test(
        "A flipped byte in any file of a backup is found, and nothing is restored from that set",
        arguments: [1, 2, 3]
    )
    func flipped(seed: UInt64) throws {
        let scene = try BackupScene()
        var maker = BatchMaker()
        let log = try scene.store.open()
        for number in 0..<60 { _ = try log.append(maker.batch(events: 4, subject: UInt64(number))) }
        _ = try log.backUp(to: scene.target, at: BackupScene.time, pieceBytes: 1)
        try scene.target.putErasures(Array("notes".utf8))
        try scene.target.note(epoch: 2)
        var random = seed
        for file in try scene.files() where !file.hasSuffix("/lock") {
            let bytes = try #require(FileManager.default.contents(atPath: file))
            var offsets = [0, bytes.count - 1]
            for _ in 0..<12 {
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                offsets.append(Int(random >> 33) % bytes.count)
            }
            for offset in offsets {
                var damaged = bytes
                damaged[offset] ^= 1 << UInt8(offset % 8)
                try damaged.write(to: URL(fileURLWithPath: file))
                let check = try scene.target.check()
                #expect(!check.isSound, "\(file) at \(offset)")
                if file.hasSuffix(".wal") { #expect(throws: EventLogError.self) { try scene.restore() } }
                if file.hasSuffix("/manifest") { #expect(throws: EventLogError.self) { try scene.target.newestSet() } }
                if file.contains("/keys.") { #expect(throws: EventLogError.self) { try scene.restore() } }
            }
            try bytes.write(to: URL(fileURLWithPath: file))
        }
        #expect(try scene.target.check().isSound)
    }

    @Test("Pruning keeps what is asked, and never the last good set")
    func pruning() throws {
        let scene = try BackupScene()
        var maker = BatchMaker()
        let log = try scene.store.open()
        _ = try log.append(maker.batch(events: 9))
        for _ in 0..<4 { _ = try log.backUp(to: scene.target, at: BackupScene.time, beginsSet: true) }
        // The newest two are damaged: they count for nothing.
        for number in [3, 4] {
            let piece = scene.target.path + "/sets/\(number)/" + Segment.name(1)
            var bytes = try #require(FileManager.default.contents(atPath: piece))
            bytes[700] ^= 1
            try bytes.write(to: URL(fileURLWithPath: piece))
        }
        #expect(try scene.target.prune(keeping: 1) == [1])
        #expect(try scene.target.sets().map(\.number) == [2, 3, 4])
        let last = scene.target.path + "/sets/2/manifest"
        try FileManager.default.removeItem(atPath: last)
        #expect(throws: EventLogError(.backupMissing, "")) { try scene.target.prune(keeping: 1) }
        #expect(try scene.target.sets().count == 3)
    }

    @Test("A restored store goes on: positions do, streams do, repeats are known, trees begin again at 0")
    func goesOn() throws {
        let scene = try BackupScene()
        var maker = BatchMaker()
        let log = try scene.store.open()
        let batch = maker.batch(events: 5)
        _ = try log.append(batch)
        for _ in 0..<40 { _ = try log.append(maker.batch(events: 3)) }
        let end = log.durableEnd
        _ = try log.backUp(to: scene.target, at: BackupScene.time)
        let layout = try scene.restore()
        do {
            let restored = try scene.open(layout)
            #expect(restored.epoch == 2 && restored.durableEnd == end)
            try restored.checkIndexes()
            #expect(try restored.append(batch) == Appended(first: Position(1), count: 5, repeated: true))
            let more = try restored.append(maker.batch())
            let event = try #require(try restored.event(at: more.first))
            #expect(event.epoch == 2 && event.treeIndex == 0 && event.streamVersion == end.rawValue + 1)
            #expect(more.first == end.next)
            try restored.applyAll()
            try restored.checkIndexes()
            #expect(try restored.checkHeads() == 1)
            // The next backup is of another epoch, and begins a set.
            #expect(try restored.backUp(to: scene.target, at: BackupScene.time).beganSet)
            try restored.close()
        }
        let again = try scene.open(layout)
        try again.checkIndexes()
        #expect(again.recovery.wasClean)
    }
}
