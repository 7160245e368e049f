import Identifiers
import LMDB
import Testing

@testable import EventLog

@Suite struct IndexTests {
    @Test("A wrong bit in a stream's head is told before it goes into a leaf", arguments: [0, 3, 7, 8, 12, 15])
    func wrongHead(byte: Int) throws {
        let blocks = try BlockStore()
        try blocks.damage { file, transaction in
            var key = KeyBytes()
            key.append(StreamID(high: 1, low: 1))
            var row = try #require(try transaction.bytes(for: key, in: file.heads))
            row[byte] ^= 1
            try transaction.put(row, for: key, in: file.heads)
        }
        let log = try blocks.store.open()
        var maker = BatchMaker(next: 500)
        #expect(throws: EventLogError(.blockDamaged, "")) { try log.append(maker.batch(stream: 1)) }
        #expect(log.durableEnd == Position(24))
        _ = try log.append(maker.batch(stream: 2))
    }

    @Test("Rows of the index that are too short are told", arguments: ["heads", "commands", "bases"])
    func shortRows(table: String) throws {
        let blocks = try BlockStore()
        try blocks.damage { file, transaction in
            var keys: [[UInt8]] = []
            let table = try file.environment.table(table)
            try transaction.scan(table) { key, _ in
                keys.append([UInt8](copying: key))
                return true
            }
            for key in keys { try transaction.put([1, 2, 3], for: key, in: table) }
        }
        #expect(throws: EventLogError(.blockDamaged, "")) {
            let log = try blocks.store.open()
            var maker = BatchMaker(next: table == "commands" ? 1 : 900)
            _ = try log.append(maker.batch(stream: 1))
            _ = try log.version(of: StreamID(high: 1, low: 1))
        }
    }
}
