import Foundation
import Identifiers
import Sealing
import Testing

@testable import EventLog

@Suite struct KeyMarkTests {
    /// Makes the key file of the next generation, without keys, as an erasure of everybody would.
    private func beginGeneration(_ generation: UInt32, in folder: String, log: LogID, _ source: KeyFolder) throws {
        try KeyFile.create(
            KeyFile.Place(folder: folder, log: log, randomness: SystemRandomness()),
            generation: generation,
            key: try source.create(log: log, generation: generation)
        )
    }

    @Test("A new generation with fewer pages is no loss; fewer pages of the same one, or an older one, are")
    func generations() throws {
        let scene = try KeyScene()
        let store = try scene.create()
        for owner in scene.owners(20) { try store.makeKeys(for: [owner]) }
        let mark = store.mark
        #expect(mark.generation == 1 && mark.pages > 1)
        store.close()
        try beginGeneration(2, in: scene.keysPath, log: scene.log, try scene.source())
        #expect(try scene.open(acknowledged: mark).mark == KeyMark(generation: 2, pages: 1))
        #expect(throws: EventLogError(.keyFileDamaged, "")) {
            try scene.open(acknowledged: KeyMark(generation: 2, pages: 2))
        }
        #expect(throws: EventLogError(.keyFileMissing, "")) {
            try scene.open(acknowledged: KeyMark(generation: 3, pages: 1))
        }
    }

    @Test("A store opens after a change of generation, and from then on knows the new one")
    func store() throws {
        let store = try TestStore()
        do {
            let log = try store.open()
            for subject in 1...20 as ClosedRange<UInt64> {
                var maker = BatchMaker(next: subject)
                _ = try log.append(maker.batch(subject: subject))
            }
            try log.close()
        }
        let source = try KeyFolder(
            path: store.folder + "/keys",
            store: store.layout.root,
            randomness: SystemRandomness()
        )
        try beginGeneration(2, in: store.layout.keys, log: store.logID, source)
        do {
            let log = try store.open()
            #expect(log.durableEnd == Position(20))
            var maker = BatchMaker(next: 100)
            _ = try log.append(maker.batch(subject: 100))
            try log.close()
        }
        try FileManager.default.removeItem(atPath: store.layout.keys + "/keys.2")
        #expect(throws: EventLogError(.keyFileMissing, "")) { try store.open() }
    }

    @Test("What is known of keys only grows, whatever a later commit says")
    func grows() throws {
        #expect(KeyMark.none < KeyMark(generation: 1, pages: 1))
        #expect(KeyMark(generation: 1, pages: 900) < KeyMark(generation: 2, pages: 1))
        #expect(max(KeyMark(generation: 2, pages: 3), KeyMark(generation: 1, pages: 9)).generation == 2)
        var end = LogEnd()
        end.keyMark = KeyMark(generation: 2, pages: 7)
        let read = try end.row.withUnsafeBytes { try LogEnd(reading: $0) }
        #expect(read == end)
    }
}
