import EventLog
import LMDB
import School
import SyncdTesting
import Synchronization
import Testing

@testable import Projections

struct StateDamageTests {
    /// The projection of bases as a later program would have it.
    private struct LaterBases: Projection {
        private let bases = Bases()
        let version: UInt32 = 99
        var name: String { bases.name }
        var types: [EventType] { bases.types }
        var tables: [TableDefinition] { bases.tables }
        func apply(_ event: DecodedEvent, to rows: inout Rows) throws { try bases.apply(event, to: &rows) }
    }

    /// Counts events, one row a type.
    private struct Counts: Projection {
        static let counts = TableDefinition("counts")
        let name = "counts"
        let version: UInt32 = 1
        let types = EventType.allCases
        let tables = [Self.counts]
        func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
            let key = [UInt8(event.type.rawValue)]
            var count: UInt64 = 0
            if let row = try rows.value(for: key, in: Self.counts) {
                var reader = RowReader(row, of: name)
                count = try reader.next()
            }
            var row = RowWriter()
            row.append(count + 1)
            rows.put(row.bytes, for: key, in: Self.counts)
        }
    }

    /// Replaces rows by bytes that are too short for what they should say.
    private func cutRows(of tables: [String], in generation: Generation) throws {
        try generation.environment.write { transaction in
            for name in tables {
                let table = try generation.table(name)
                var keys: [[UInt8]] = []
                try transaction.scan(table) { key, _ in
                    keys.append([UInt8](copying: key))
                    return true
                }
                for key in keys { try transaction.put([1], for: key, in: table) }
            }
        }
    }

    @Test("State whose checkpoint is damaged is made again at opening")
    func checkpoint() throws {
        var history = RandomHistory(seed: 21)
        try history.append(batches: 6)
        let store = try TemporaryStore()
        do {
            let state = try State(at: store.path("state"), of: history.log)
            try cutRows(of: [Generation.metaTable], in: state.holdCurrent())
        }
        let state = try State(at: store.path("state"), of: history.log)
        #expect(state.generation == 2)
        #expect(try state.verify().difference == nil)
    }

    @Test("A damaged row that is met on the way makes state again, instead of refusing every command")
    func rows() throws {
        var history = RandomHistory(seed: 22)
        try history.append(batches: 40)
        let store = try TemporaryStore()
        let reasons = Mutex<[String]>([])
        let state = try State(at: store.path("state"), of: history.log, projections: [Counts()]) { notice in
            if case .rebuilding(let reason) = notice { reasons.withLock { $0.append(reason) } }
        }
        let generation = state.holdCurrent()
        try cutRows(of: ["counts"], in: generation)
        try history.append(batches: 40)
        #expect(try state.catchUp() == history.log.durableEnd)
        #expect(state.generation == 2)
        #expect(reasons.withLock { $0.count } == 1)
        #expect(try state.verify().difference == nil)
    }

    @Test("State that a newer program filled is refused and left as it is")
    func newer() throws {
        var history = RandomHistory(seed: 23)
        try history.append(batches: 6)
        let store = try TemporaryStore()
        _ = try State(at: store.path("state"), of: history.log, projections: [LaterBases(), Acceptances()])
        #expect(throws: ProjectionError(.newerState, "")) {
            try State(at: store.path("state"), of: history.log, projections: [Bases(), Acceptances()])
        }
        let state = try State(at: store.path("state"), of: history.log, projections: [LaterBases(), Acceptances()])
        #expect(state.generation == 1)
    }
}
