import EventLog
import Foundation
import Identifiers
import Sealing
import SyncdTesting
import Testing

@testable import Projections

/// State of a store that was restored to some position is that of a store that was only filled to there.
struct RestoredStateTests {
    @Test("Issue 5: restored at 20 random positions, state is that of a store that was only filled to there")
    func everywhere() throws {
        let store = try TemporaryStore(inMemory: true)
        let layout = StoreLayout(root: store.path("store"))
        let keys = try KeyFolder(path: store.path("keys"), store: layout.root, randomness: SystemRandomness())
        var settings = LogSettings()
        settings.segmentBytes = 1 << 20
        settings.reserveBytes = 0
        try EventLog.create(layout, log: LogID(high: 1, low: 1), owner: BaseID(high: 9, low: 9), keySource: keys)
        let log = try EventLog(opening: layout, keySource: keys, settings: settings)
        let live = try State(at: store.path("state"), of: log, mapBytes: 1 << 26)
        var filled: [Position: [String: [[UInt8]: [UInt8]]]] = [:]
        var number: UInt64 = 0
        var story = try SchoolStory(seed: 7) { events in
            number += 1
            let batch = Batch(
                command: CommandID(high: 3, low: number),
                actor: ActorID(high: 0, low: 5),
                recordedAt: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(number)),
                events: events
            )
            _ = try log.append(batch)
        }
        let target = BackupFolder(store.path("backup"))
        try FileManager.default.createDirectory(atPath: target.path, withIntermediateDirectories: true)
        for step in 0..<200 {
            try story.step()
            guard story.pick(10) == 0 || step == 199, filled.count < 20 else { continue }
            try live.catchUp()
            filled[log.durableEnd] = try live.read { try Self.rows(try $0.dump()) }
            if story.pick(4) == 0 { _ = try log.backUp(to: target, at: Timestamp(microseconds: 1)) }
        }
        _ = try log.backUp(to: target, at: Timestamp(microseconds: 2))
        #expect(filled.count >= 15)
        let (set, manifest) = try target.newestSet()
        let copy = try #require(try target.keyCopies().last)
        for (position, expected) in filled {
            let restored = StoreLayout(root: store.path("restored-\(position)"))
            let source = EventLog.RestoreSource(
                set: set,
                manifest: manifest,
                through: position,
                keys: try BackupFolder.read(copy),
                generation: copy.generation,
                epoch: 2
            )
            try EventLog.restore(source, into: restored, keySource: keys)
            let again = try EventLog(opening: restored, keySource: keys, settings: settings)
            let state = try State(at: restored.state, of: again, mapBytes: 1 << 26)
            #expect(try state.catchUp() == position)
            let found = try state.read { try Self.rows(try $0.dump()) }
            for (table, rows) in expected { #expect(found[table] == rows, "table \(table) at \(position)") }
            #expect(found.keys.sorted() == expected.keys.sorted())
            try again.close()
        }
    }

    /// Tables but the engine's own, which names the epoch.
    private static func rows(_ dump: [String: [[UInt8]: [UInt8]]]) throws -> [String: [[UInt8]: [UInt8]]] {
        dump.filter { $0.key != "engine" }
    }
}
