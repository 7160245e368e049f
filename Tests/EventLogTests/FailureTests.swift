import Foundation
import Identifiers
import Testing

@testable import EventLog

@Suite struct FailureTests {
    /// A store whose frames of 20,000 bytes need a segment of their own.
    private func open(_ store: TestStore) throws -> EventLog {
        var settings = TestStore.smallSettings
        settings.segmentBytes = 8192
        return try store.open(settings)
    }

    private let large = String(repeating: "o", count: 20_000)

    /// Puts a folder where the next segment is to be, so that neither it nor recovery can succeed; answers its path.
    private func obstruct(_ store: TestStore) throws -> String {
        let last = try FileManager.default.contentsOfDirectory(atPath: store.layout.wal)
            .compactMap { Segment.number(ofFile: $0) }.max()
        let path = store.layout.wal + "/" + Segment.name(try #require(last) + 1)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        return path
    }

    @Test("Invariant 2: what is in doubt stays in doubt until the store is opened again; other batches are refused")
    func doubt() throws {
        let store = try TestStore()
        let log = try open(store)
        var maker = BatchMaker()
        _ = try log.append(maker.batch())
        let obstacle = try obstruct(store)
        let doubtful = maker.batch(open: large)
        for _ in 0..<3 {
            #expect(throws: EventLogError(.outcomeUnknown, "")) { try log.append(doubtful) }
        }
        for _ in 0..<2 {
            #expect(throws: EventLogError(.readOnly, "")) { try log.append(maker.batch()) }
        }
        #expect(throws: EventLogError(.outcomeUnknown, "")) { try log.append(doubtful) }
        try FileManager.default.removeItem(atPath: obstacle)
    }

    @Test("A repeat that is answered without a flush does not count as a success between two failures")
    func failuresInARow() throws {
        let store = try TestStore()
        let log = try open(store)
        var maker = BatchMaker()
        let first = maker.batch()
        _ = try log.append(first)
        for _ in 0..<2 {
            let obstacle = try obstruct(store)
            let batch = maker.batch(open: large)
            #expect(throws: EventLogError(.outcomeUnknown, "")) { try log.append(batch) }
            try FileManager.default.removeItem(atPath: obstacle)
            if maker.next == 3 { #expect(try log.append(first).repeated) }
        }
        #expect(throws: EventLogError(.readOnly, "")) { try log.append(maker.batch()) }
    }
}
