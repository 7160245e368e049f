import Identifiers
import LMDB

@testable import EventLog

/// A closed store whose events fill several blocks, and what damages its log's file.
struct BlockStore {
    let store: TestStore

    /// Makes a store of 24 events, some in each block, three bases and three streams among them.
    init() throws {
        store = try TestStore()
        var settings = TestStore.smallSettings
        settings.segmentBytes = 1 << 20
        let log = try store.open(settings)
        var maker = BatchMaker()
        for _ in 0..<24 {
            _ = try log.append(maker.batch(stream: maker.next % 3, open: String(repeating: "o", count: 40_000)))
        }
        try log.close()
    }

    /// First positions of all blocks.
    func starts() throws -> [Position] {
        let file = try LogFile(store.layout, settings: TestStore.smallSettings)
        var starts: [Position] = []
        try file.environment.read { transaction in
            try transaction.scan(file.blocks) { key, _ in
                starts.append(key.withUnsafeBytes { Position($0.bigEndian(0)) })
                return true
            }
        }
        return starts
    }

    /// Changes the log's file.
    func damage(_ body: (LogFile, inout WriteTransaction) throws -> Void) throws {
        let file = try LogFile(store.layout, settings: TestStore.smallSettings)
        try file.environment.write { try body(file, &$0) }
    }
}
