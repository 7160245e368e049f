import Testing

@testable import EventLog

@Suite struct BlockQueryTests {
    @Test("A query by base or type gives every event once, wherever in a block it begins and ends")
    func onceEach() throws {
        let blocks = try BlockStore()
        #expect(try blocks.starts().count > 3)
        let log = try blocks.store.open()
        let all = try log.all()
        for from in 1...UInt64(all.count) {
            for through in [from, from + 5, UInt64(all.count)] {
                for query in [LogQuery(base: all[4].base), LogQuery(type: all[4].type)] {
                    var query = query
                    query.from = Position(from)
                    query.through = Position(through)
                    query.opensParts = true
                    let expected = all.filter { event in
                        event.position >= query.from && event.position.rawValue <= through
                            && query.base ?? event.base == event.base
                    }
                    #expect(try log.all(query) == expected, "\(query)")
                    query.direction = .backward
                    #expect(try log.all(query) == expected.reversed(), "\(query)")
                }
            }
        }
    }
}
