import EventLog
import Foundation
import Identifiers
import LMDB
import School
import SyncdTesting
import Synchronization
import Testing

@testable import Projections

struct EngineTests {
    @Test(
        "Invariant 5: whole, stepwise, resumed at every batch and rebuilt are byte-equal, for random histories",
        arguments: 1...8 as ClosedRange<UInt64>
    )
    func byteEqual(seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        try history.append(batches: 60)
        try ProjectionScenario(history.log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.checkpoint().position == history.log.durableEnd)
        }
    }

    @Test("An empty log has state at the origin, which grows with it")
    func emptyLog() throws {
        let store = try TemporaryStore()
        var history = RandomHistory(seed: 3)
        let state = try State(at: store.path("state"), of: history.log)
        #expect(try state.catchUp() == .origin)
        try history.append(batches: 3)
        #expect(try state.catchUp() == history.log.durableEnd)
        #expect(try state.list().allSatisfy { $0.lag == 0 && $0.position == history.log.durableEnd })
    }

    @Test("State of another log, epoch or event is made again, and it is said why; fewer projections change nothing")
    func mismatch() throws {
        var history = RandomHistory(seed: 4)
        try history.append(batches: 5)
        let store = try TemporaryStore()
        let path = store.path("state")
        _ = try State(at: path, of: history.log)
        let reasons = Mutex<[String]>([])
        let collect = { @Sendable (notice: StateNotice) in
            if case .rebuilding(let reason) = notice { reasons.withLock { $0.append(reason) } }
        }
        _ = try State(at: path, of: history.log, notice: collect)
        #expect(reasons.withLock { $0 } == [])

        let other = ReferenceLog(logID: LogID(high: 7, low: 7))
        #expect(try State(at: path, of: other, notice: collect).read { try $0.checkpoint().position } == .origin)
        _ = try State(at: path, of: history.log, notice: collect)
        _ = try State(at: path, of: ReferenceLog(epoch: 2), notice: collect)
        var fork = RandomHistory(seed: 5)
        try fork.append(batches: 5)
        _ = try State(at: path, of: history.log, notice: collect)
        _ = try State(at: path, of: fork.log, notice: collect)
        _ = try State(at: path, of: fork.log, projections: [Bases()], notice: collect)
        let state = try State(at: path, of: fork.log, notice: collect)
        #expect(try state.read { try $0.checkpoint().position } == fork.log.durableEnd)
        #expect(reasons.withLock { $0.count } == 5)
        #expect(store.list("state").count == 2)
    }

    @Test("A damaged or truncated state file is made again")
    func damaged() throws {
        var history = RandomHistory(seed: 6)
        try history.append(batches: 20)
        let store = try TemporaryStore()
        _ = try State(at: store.path("state"), of: history.log)
        let file = store.path("state/1/data.mdb")
        let whole = try Data(contentsOf: URL(filePath: file))
        try whole.prefix(whole.count / 2).write(to: URL(filePath: file))
        let state = try State(at: store.path("state"), of: history.log)
        #expect(state.generation == 2)
        #expect(try state.verify().difference == nil)
    }

    @Test("A second opening in one process is refused and harms nothing")
    func secondOpening() throws {
        var history = RandomHistory(seed: 7)
        try history.append(batches: 5)
        let store = try TemporaryStore()
        let state = try State(at: store.path("state"), of: history.log)
        #expect(throws: LMDBError(.alreadyOpen, "")) { try State(at: store.path("state"), of: history.log) }
        #expect(try state.verify().difference == nil)
    }

    @Test("A rebuild publishes the next generation; who read the old one goes on reading it, then its folder goes")
    func generationSwap() throws {
        var history = RandomHistory(seed: 8)
        try history.append(batches: 10)
        let store = try TemporaryStore()
        let state = try State(at: store.path("state"), of: history.log)
        let before = history.log.durableEnd
        do {
            let reader = try state.beginRead()
            try history.append(batches: 10)
            try state.rebuild()
            #expect(store.list("state") == ["1", "2", "CURRENT"])
            #expect(try reader.checkpoint().position == before)
            #expect(try state.read { try $0.checkpoint().position } == history.log.durableEnd)
        }
        #expect(store.list("state") == ["2", "CURRENT"])
        try history.append(batches: 3)
        #expect(try state.catchUp() == history.log.durableEnd)
        #expect(try state.verify().difference == nil)
    }

    @Test("A folder of state that tells nothing of itself is removed by the next opening")
    func killedRebuild() throws {
        var history = RandomHistory(seed: 9)
        try history.append(batches: 5)
        let store = try TemporaryStore()
        _ = try State(at: store.path("state"), of: history.log)
        try FileManager.default.createDirectory(
            atPath: store.path("state/2"),
            withIntermediateDirectories: false
        )
        try Data([1, 2, 3]).write(to: URL(filePath: store.path("state/2/data.mdb")))
        try Data("2\n".utf8).write(to: URL(filePath: store.path("state/CURRENT.new")))
        let state = try State(at: store.path("state"), of: history.log)
        #expect(store.list("state") == ["1", "CURRENT"])
        #expect(state.generation == 1)
    }

    @Test("While the log grows and readers read, a rebuild goes through and nothing is missed")
    func rebuildAtWork() async throws {
        let log = ReferenceLog()
        let builder = EventBuilder()
        let base = BaseID(high: 1, low: 1)
        let store = try TemporaryStore()
        let state = try State(at: store.path("state"), of: log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<300 {
                    let pupil = SubjectID(high: 6, low: UInt64(number % 40))
                    let content = GroupContent(.address, [FieldRow([.init(.town, "Town \(number)")])])
                    try log.append(try builder.changed(.pupil, pupil, at: base, key: "\(number % 40)", [content]))
                    try state.catchUp()
                }
            }
            group.addTask { for _ in 0..<4 { try state.rebuild() } }
            group.addTask {
                var last = Position.origin
                for _ in 0..<200 {
                    let position = try state.read { try $0.checkpoint().position }
                    #expect(position >= last)
                    last = position
                }
            }
            try await group.waitForAll()
        }
        #expect(try state.catchUp() == Position(300))
        #expect(try state.verify().difference == nil)
        #expect(store.list("state") == ["5", "CURRENT"])
    }

    @Test("verify names the first row that is not what the log makes it, by its number, never its key or value")
    func verifyFinds() throws {
        var history = RandomHistory(seed: 10)
        try history.append(batches: 10)
        let store = try TemporaryStore()
        let state = try State(at: store.path("state"), of: history.log)
        let compared = try state.verify().rows["entities", default: 0]
        #expect(compared > 0)
        let generation = state.holdCurrent()
        let table = try generation.table("bases")
        try generation.environment.write { try $0.put([9], for: [0xAB, 0x01], in: table) }
        let difference = try #require(try state.verify().difference)
        #expect(difference.table == "bases" && difference.what == .surplus && difference.row >= 1)
        #expect(!"\(difference)".contains("ab01") && !"\(difference)".contains("171, 1"))
        try generation.environment.write { try $0.delete([0xAB, 0x01], in: table) }
        let groups = try generation.table("entities.groups")
        try generation.environment.write { transaction in
            var first: [UInt8] = []
            try transaction.scan(groups) { key, _ in
                first = [UInt8](copying: key)
                return false
            }
            try transaction.put([1], for: first, in: groups)
        }
        #expect(try state.verify().difference?.what == .different)
        #expect(!store.list("state").contains("verify"))
    }

    @Test("An event of a newer version stops state where it is, and says which")
    func unknownType() throws {
        let store = try TemporaryStore()
        let log = ReferenceLog()
        try log.append(NewEvent(type: EventTypeNumber(rawValue: 9), base: .zero, stream: .zero))
        #expect(throws: ProjectionError(.unknownType, "")) { try State(at: store.path("state"), of: log) }
    }

    @Test("After an erasure, rebuilt state has no row of the erased person's groups, and the others' are unchanged")
    func erasure() throws {
        var history = RandomHistory(seed: 12)
        try history.append(batches: 40)
        let erased = history.entities[1]
        let store = try TemporaryStore()
        let before = try State(at: store.path("before"), of: history.log).read { try $0.dump() }
        history.log.destroyKeys(of: erased)
        let after = try State(at: store.path("after"), of: history.log).read { try $0.dump() }
        #expect(before["entities.groups"]?.keys.contains { $0.starts(with: erased.bytes) } == true)
        #expect(after["entities.groups"]?.keys.contains { $0.starts(with: erased.bytes) } == false)
        #expect(after["entities"]?[erased.bytes] == nil)
        let others = before["entities"]?.filter { $0.key != erased.bytes && !$0.value.contains(erased.bytes) }
        #expect(others?.allSatisfy { after["entities"]?[$0.key] == $0.value } == true)
        try ProjectionScenario(history.log).run { _ in }
    }
}

extension [UInt8] {
    fileprivate func contains(_ other: [UInt8]) -> Bool {
        guard count >= other.count else { return false }
        return (0...(count - other.count)).contains { self[$0..<$0 + other.count].elementsEqual(other) }
    }
}
