import EventLog
import Foundation
import Testing

/// Stores that are written now say what `schemas/store.md` says: a reader that knows the document alone finds in them
/// what was appended.
@Suite struct WrittenStoreTests {
    private func check(_ folder: TemporaryFolder, holds written: WrittenStore) throws -> DocumentedStore {
        let read = try DocumentedStore(store: folder.path("store"), keys: folder.path("keys"))
        #expect(try read.records.map { try $0.words } == written.expected)
        return read
    }

    @Test("A store without events")
    func empty() throws {
        let written = try WrittenStore()
        let read = try check(written.folder, holds: written)
        #expect(read.continuation == 2 && read.keys.pages == 1)
    }

    @Test("Events of every shape, in the write-ahead log alone and in the log's file, closed in order")
    func shapes() throws {
        let written = try WrittenStore()
        do {
            let log = try WrittenStore.open(written.folder)
            try written.append(written.batch(parts: [0, 1, 3]), to: log)
            for people in [1, 5, 64, 65] {
                try written.append(written.batch(parts: [people]), to: log)
            }
            // Larger than a block, and than a segment.
            try written.append(written.batch(parts: [2, 0], open: 400_000), to: log)
            try written.append(written.batch(parts: [Int](repeating: 1, count: 300)), to: log)
            let unapplied = try check(try written.killed(), holds: written)
            #expect(unapplied.applied == 0 && unapplied.segments > 1)
            try log.applyAll()
            try written.append(written.batch(parts: [1]), to: log)
            let running = try check(try written.killed(), holds: written)
            #expect(running.continuation == 0)
            #expect(running.applied == running.records.count - 1)
            try log.close()
        }
        let closed = try check(written.folder, holds: written)
        #expect(closed.continuation == 1 && closed.applied == closed.records.count)
        // Page 0, one for each append but two for 65 keys, five for 300.
        #expect(closed.keys.pages == 1 + 1 + 1 + 1 + 1 + 2 + 1 + 5 + 1)
        #expect(closed.keys.byID.count == 4 + 1 + 5 + 64 + 65 + 2 + 300 + 1)
    }

    @Test("A store that was killed, recovered, and killed again before anything was appended")
    func recovered() throws {
        let written = try WrittenStore()
        let log = try WrittenStore.open(written.folder)
        for _ in 0..<40 { try written.append(written.batch(parts: [1, 0]), to: log) }
        let killed = try written.killed()
        let recovered = try WrittenStore.open(killed)
        #expect(recovered.recovery.eventsApplied == 80)
        let again = try TemporaryFolder()
        for name in ["store", "keys"] {
            try FileManager.default.copyItem(at: killed.path(name), to: again.path(name))
        }
        let read = try check(again, holds: written)
        #expect(read.continuation == 2 && read.applied == 80)
    }

    @Test("Batches that share a frame")
    func together() throws {
        let written = try WrittenStore()
        let log = try WrittenStore.open(written.folder)
        var read = try check(try written.killed(), holds: written)
        for _ in 0..<20 where read.batchesInFrame < 2 {
            let batches = (0..<40).map { _ in written.batch(parts: [1, 0]) }
            try written.appendTogether(batches, to: log)
            read = try check(try written.killed(), holds: written)
        }
        #expect(read.batchesInFrame >= 2)
        try log.close()
    }
}
