import Foundation
import Identifiers
import LMDB
import Testing

@testable import EventLog

@Suite struct LossTests {
    /// A closed store with events.
    private func filled() throws -> TestStore {
        let store = try TestStore()
        let log = try store.open()
        var maker = BatchMaker()
        for _ in 0..<10 { _ = try log.append(maker.batch(events: 3)) }
        try log.close()
        return store
    }

    private func empty(_ folder: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            try FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }

    @Test("A store whose log's file is gone is refused, and none is made in its place", arguments: [true, false])
    func lostFile(alsoSegments: Bool) throws {
        let store = try filled()
        try empty(store.layout.log)
        if alsoSegments { try empty(store.layout.wal) }
        let error = #expect(throws: EventLogError.self) { try store.open() }
        #expect(error?.message.contains("\(store.layout.log)/data.mdb") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.layout.log).isEmpty)
    }

    @Test("A log's file that says nothing of its end is refused")
    func lostEnd() throws {
        let store = try filled()
        do {
            let file = try LogFile(store.layout, settings: TestStore.smallSettings)
            try file.environment.write { try $0.delete(LogEnd.key, in: file.meta) }
        }
        #expect(throws: EventLogError(.blockDamaged, "")) { try store.open() }
    }
}
