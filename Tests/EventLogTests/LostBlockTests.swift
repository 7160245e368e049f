import Identifiers
import LMDB
import Testing

@testable import EventLog

@Suite struct LostBlockTests {
    @Test("A block that is gone is told by every way of reading; nothing is left out in silence")
    func lostBlock() throws {
        let blocks = try BlockStore()
        let lost = try blocks.starts()[1]
        try blocks.damage { file, transaction in
            var key = KeyBytes()
            key.append(lost.rawValue)
            try transaction.delete(key, in: file.blocks)
        }
        let log = try blocks.store.open()
        let damaged = EventLogError(.blockDamaged, "")
        for direction in [LogQuery.Direction.forward, .backward] {
            #expect(throws: damaged) { try log.all(LogQuery(direction: direction)) }
            #expect(throws: damaged) { try log.all(LogQuery(base: BaseID(high: 3, low: 1), direction: direction)) }
            #expect(throws: damaged) { try log.all(LogQuery(from: lost, direction: direction)) }
        }
        #expect(throws: damaged) { try log.events(after: Position(lost.rawValue - 1), limit: 10) }
        #expect(throws: damaged) { try log.scanLeaves { _ in } }
        let before = LogQuery(through: Position(lost.rawValue - 1))
        #expect(try log.all(before).count == Int(lost.rawValue) - 1)
    }
}
