import Foundation
import Identifiers
import Testing

@testable import EventLog

@Suite struct FailureTests {
    @Test("Invariant 2: what is in doubt stays in doubt until the store is opened again; other batches are refused")
    func doubt() throws {
        let store = try TestStore()
        var settings = TestStore.smallSettings
        settings.segmentBytes = 8192
        let log = try store.open(settings)
        var maker = BatchMaker()
        _ = try log.append(maker.batch())
        try log.applyAll()
        // The next segment cannot be made, and recovery finds no folder either.
        let away = store.folder + "/away"
        try FileManager.default.moveItem(atPath: store.layout.wal, toPath: away)
        let large = maker.batch(open: String(repeating: "o", count: 20_000))
        for _ in 0..<3 {
            #expect(throws: EventLogError(.outcomeUnknown, "")) { try log.append(large) }
        }
        for _ in 0..<2 {
            #expect(throws: EventLogError(.readOnly, "")) { try log.append(maker.batch()) }
        }
        #expect(throws: EventLogError(.outcomeUnknown, "")) { try log.append(large) }
        try FileManager.default.moveItem(atPath: away, toPath: store.layout.wal)
    }

    @Test("A repeat that is answered without a flush does not count as a success between two failures")
    func failuresInARow() throws {
        let store = try TestStore()
        var settings = TestStore.smallSettings
        settings.segmentBytes = 8192
        let log = try store.open(settings)
        var maker = BatchMaker()
        let first = maker.batch()
        _ = try log.append(first)
        try log.applyAll()
        let away = store.folder + "/away"
        for _ in 0..<2 {
            try FileManager.default.moveItem(atPath: store.layout.wal, toPath: away)
            let large = maker.batch(open: String(repeating: "o", count: 20_000))
            #expect(throws: EventLogError(.outcomeUnknown, "")) { try log.append(large) }
            try FileManager.default.moveItem(atPath: away, toPath: store.layout.wal)
            if maker.next == 3 { #expect(try log.append(first).repeated) }
        }
        #expect(throws: EventLogError(.readOnly, "")) { try log.append(maker.batch()) }
    }
}
