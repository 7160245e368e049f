import EventLog
import Foundation
import Identifiers
import LMDB
import School
import SyncdTesting
import Synchronization
import Testing

@testable import Projections

/// New versions, new projections, rebuilds of some, and the gate before the switch (log.md section 4).
struct GenerationTests {
    private let store: TemporaryStore
    private var history: RandomHistory

    init() throws {
        store = try TemporaryStore()
        history = RandomHistory(seed: 31)
        try history.append(batches: 40)
    }

    private var path: String { store.path("state") }

    private func open(
        _ projections: [any Projection],
        limits: GenerationWriter.Limits = GenerationWriter.Limits(),
        notice: @escaping @Sendable (StateNotice) -> Void = { _ in }
    ) throws -> State {
        try State(at: path, of: history.log, projections: projections, limits: limits, notice: notice)
    }

    private static func later(mark: UInt8 = 2) -> Towns {
        var towns = Towns()
        (towns.version, towns.mark) = (2, mark)
        return towns
    }

    @Test("A projection that is new is filled from the log; the others are copied, not made again")
    func newProjection() throws {
        let before = try open([Bases(), Towns()]).read { try $0.dump() }
        let positions = Mutex<[Position]>([])
        let state = try open([Bases(), Towns(), Newcomers()]) { notice in
            if case .rebuilt(let position, _) = notice { positions.withLock { $0.append(position) } }
        }
        #expect(state.generation == 2)
        #expect(positions.withLock { $0.last } == history.log.durableEnd)
        let after = try state.read { try $0.dump() }
        #expect(!store.list("state/2").contains("BUILD"))
        for table in ["bases", "towns"] { #expect(after[table] == before[table]) }
        #expect(after["newcomers"]?.isEmpty == false)
        #expect(try state.verify().difference == nil)
        #expect(store.list("state") == ["2", "CURRENT"])
    }

    @Test("A new version does not take the old one's place by itself: others go on, its readers are told what to do")
    mutating func newVersion() throws {
        _ = try open([Bases(), Towns()])
        let told = Mutex<[OutdatedProjection]>([])
        let state = try open([Bases(), Self.later()]) { notice in
            if case .outdated(let outdated) = notice { told.withLock { $0 += outdated } }
        }
        #expect(told.withLock { $0.map(\.name) } == ["towns"])
        let stopped = history.log.durableEnd
        try history.append(batches: 10)
        #expect(try state.catchUp() == history.log.durableEnd)
        #expect(throws: ProjectionError(.outdated, "")) {
            try state.read { try $0.value(for: [UInt8](repeating: 0, count: 16), in: "towns") }
        }
        let lines = try state.list()
        #expect(lines.first { $0.name == "towns" }?.position == stopped)
        #expect(lines.first { $0.name == "towns" }?.condition == .outdated)
        #expect(lines.first { $0.name == "bases" }?.condition == .live)
        #expect(lines.first { $0.name == "bases" }?.lag == 0)
    }

    @Test("A new version is compared where the old one stopped, reviewed, and published when it is accepted")
    mutating func review() throws {
        let before = try open([Bases(), Towns()]).read { try $0.dump()["towns"] ?? [:] }
        let state = try open([Bases(), Self.later()])
        let stopped = history.log.durableEnd
        try history.append(batches: 10)
        try state.catchUp()

        var people: Set<SubjectID> = []
        let review = try state.rebuild(publishing: .never) { difference in
            if let subject = difference.subject { people.insert(subject) }
        }
        #expect(!review.isPublished && state.generation == 1)
        let towns = try #require(review.reviews.first { $0.name == "towns" })
        #expect(towns.position == stopped.rawValue)
        #expect(towns.storedVersion == 1 && towns.version == 2)
        #expect(towns.rows(\.changed) == before.count && towns.rows(\.added) == 0 && towns.rows(\.removed) == 0)
        #expect(towns.digest != towns.storedDigest)
        #expect(people.count == before.count)
        #expect(try state.list().first { $0.name == "towns" }?.condition == .differs)

        let refused = try state.rebuild()
        #expect(!refused.isPublished)
        try history.append(batches: 10)
        let accepted = try state.rebuild(publishing: .accepted)
        #expect(accepted.isPublished && state.generation == 2)
        #expect(try state.read { try $0.dump()["towns"] }?.values.allSatisfy { $0.last == 2 } == true)
        #expect(try state.catchUp() == history.log.durableEnd)
        #expect(try state.verify().difference == nil)
        #expect(store.list("state") == ["2", "CURRENT"])
    }

    @Test("A new version that makes the same rows needs nobody's word")
    func sameRows() throws {
        _ = try open([Bases(), Towns()])
        let state = try open([Bases(), Self.later(mark: 1)])
        #expect(try state.rebuild().isPublished)
        #expect(state.outdated.isEmpty)
    }

    @Test("A rebuild of the same version is refused when one row differs, says which, and leaves state as it was")
    func refused() throws {
        let state = try open([Bases(), Towns()])
        let generation = state.holdCurrent()
        let table = try generation.table("towns")
        try generation.environment.write { try $0.put([7], for: [0xFF, 1], in: table) }
        let before = try state.read { try $0.dump() }
        let refused = try state.rebuild()
        #expect(!refused.isPublished && !refused.isEqual)
        #expect(refused.reviews.first { $0.name == "towns" }?.rows(\.removed) == 1)
        #expect(refused.reviews.first { $0.name == "bases" }?.isEqual == true)
        #expect(state.generation == 1)
        #expect(try state.read { try $0.dump() } == before)
        // Somebody has looked at it.
        #expect(try state.rebuild(publishing: .accepted).isPublished)
        #expect(try state.verify().difference == nil)
    }

    @Test("Some are rebuilt, the others copied; the whole is byte-equal to one made from the log alone")
    mutating func some() throws {
        let state = try open(AllProjections.list)
        let outcome = try state.rebuild(["entities"])
        #expect(outcome.isPublished && outcome.reviews.map(\.name) == ["entities"])
        try history.append(batches: 10)
        try state.catchUp()
        let whole = try State(at: store.path("whole"), of: history.log).read { try $0.dump() }
        #expect(try state.read { try $0.dump() } == whole)
        #expect(throws: ProjectionError(.projectionUnknown, "")) { try state.rebuild(["entitys"]) }
    }

    @Test("Killed anywhere, a build goes on where it was and ends byte-equal", arguments: 1...12 as ClosedRange<UInt64>)
    func resumed(part: UInt64) throws {
        let whole = try State(at: store.path("whole"), of: history.log).read { try $0.dump() }
        let limit = Position(history.log.durableEnd.rawValue * part / 13)
        let limits = GenerationWriter.Limits(events: 1, reading: 1)
        // The first build of all, then one beside a live generation.
        #expect(throws: InterruptedSource.Interruption.self) {
            try State(
                at: path,
                of: InterruptedSource(source: history.log, limit: limit),
                limits: limits,
                notice: { _ in }
            )
        }
        let resumedAt = Mutex<Position?>(nil)
        let state = try State(at: path, of: history.log, limits: limits) { notice in
            if case .resumed(let position) = notice { resumedAt.withLock { $0 = position } }
        }
        #expect(try #require(resumedAt.withLock { $0 }) >= limit)
        #expect(try state.read { try $0.dump() } == whole)
    }

    @Test("Ended after any part of a merge, a build goes on there and ends byte-equal")
    func endedInMerge() throws {
        let whole = try State(at: store.path("whole"), of: history.log).read { try $0.dump() }
        for stop in 1... {
            let parts = Mutex(0)
            var limits = GenerationWriter.Limits(events: stop % 3 == 0 ? 7 : 1000, reading: 7)
            limits.bytes = 600
            limits.merged = {
                let reached = parts.withLock { parts in
                    parts += 1
                    return parts
                }
                if reached == stop { throw InterruptedSource.Interruption() }
            }
            let folder = store.path("merge-\(stop)")
            let cut = Result { try State(at: folder, of: history.log, limits: limits, notice: { _ in }) }
            if case .success = cut { break }
            #expect(throws: InterruptedSource.Interruption.self) { try cut.get() }
            let state = try State(at: folder, of: history.log)
            #expect(try state.read { try $0.dump() } == whole, "after part \(stop)")
        }
    }

    @Test("A killed build whose writes put aside are lost is begun anew")
    func lostRuns() throws {
        let limits = GenerationWriter.Limits(events: 1, reading: 1)
        let half = InterruptedSource(source: history.log, limit: Position(20))
        #expect(throws: InterruptedSource.Interruption.self) {
            try State(at: path, of: half, limits: limits, notice: { _ in })
        }
        let runs = store.list("state/1").filter { $0.hasSuffix(SortedRuns.suffix) }
        #expect(!runs.isEmpty)
        for run in runs { try FileManager.default.removeItem(atPath: path + "/1/" + run) }
        let notices = Mutex<[StateNotice]>([])
        let state = try State(at: path, of: history.log, limits: limits) { notice in
            notices.withLock { $0.append(notice) }
        }
        #expect(notices.withLock { !$0.contains { if case .resumed = $0 { true } else { false } } })
        #expect(try state.verify().difference == nil)
        #expect(store.list("state/1") == ["data.mdb", "data.mdb-lock"])
    }

    @Test("A build that another kernel's life has begun is not trusted, and begun anew")
    func otherBoot() throws {
        var limits = GenerationWriter.Limits(events: 1, reading: 1)
        limits.boot = "before the cut"
        let half = InterruptedSource(source: history.log, limit: Position(20))
        #expect(throws: InterruptedSource.Interruption.self) {
            try State(at: path, of: half, limits: limits, notice: { _ in })
        }
        #expect(store.list("state") == ["1"])
        // As a power cut may leave it.
        try Data(repeating: 0xA5, count: 50_000).write(to: URL(filePath: path + "/1/data.mdb"))
        limits.boot = "after the cut"
        let notices = Mutex<[StateNotice]>([])
        let state = try State(at: path, of: history.log, limits: limits) { notice in
            notices.withLock { $0.append(notice) }
        }
        #expect(notices.withLock { !$0.contains { if case .resumed = $0 { true } else { false } } })
        #expect(try state.verify().difference == nil)
    }

    @Test("A build that waits to be accepted outlives the process, and the list shows it")
    func waiting() throws {
        _ = try open([Bases(), Towns()])
        do {
            let state = try open([Bases(), Self.later()])
            #expect(try !state.rebuild(publishing: .never).isPublished)
        }
        let state = try open([Bases(), Self.later()])
        #expect(state.unpublishedBuild == history.log.durableEnd)
        #expect(try state.list().first { $0.name == "towns" }?.condition == .differs)
        let accepted = try state.rebuild(publishing: .accepted)
        #expect(accepted.resumedAt == history.log.durableEnd && accepted.isPublished)
        #expect(try state.verify().difference == nil)
    }

    @Test("Without room for a second generation nothing is begun, and it is said how much is needed and there")
    func room() throws {
        _ = try open([Bases(), Towns()])
        var limits = GenerationWriter.Limits()
        limits.freeBytes = 4096
        let state = try open([Bases(), Towns()], limits: limits)
        let error = #expect(throws: ProjectionError.self) { try state.rebuild() }
        #expect(error?.code == .noRoom)
        #expect(error?.message.contains("MiB beside the present one") == true)
        #expect(error?.message.contains("has 0.1 MiB free") == true)
        #expect(store.list("state") == ["1", "CURRENT"])
    }

    @Test("While the log is gone through, no snapshot is held: the live file stays as large as its rows")
    func noGrowth() throws {
        let log = ReferenceLog()
        let builder = EventBuilder()
        let pupil = SubjectID(high: 6, low: 1)
        func change(_ number: Int) throws {
            let content = GroupContent(
                .address,
                [FieldRow([.init(.town, String(repeating: "x\(number)", count: 200))])]
            )
            try log.append(try builder.changed(.pupil, pupil, at: .zero, key: "1", [content]))
        }
        for number in 0..<20 { try change(number) }
        let state = try State(at: path, of: log)
        for number in 0..<20 {
            try change(number)
            try state.catchUp()
        }
        let before = try state.holdCurrent().environment.statistics().lastPage
        let scratch = try TemporaryStore()
        // A reader that follows the log in small steps, as a rebuild does, while the live state is written to.
        let next = try Generation(
            folder: scratch.path,
            number: 9,
            projections: AllProjections.list,
            mapBytes: 1 << 30,
            durability: .unsynced
        )
        let writer = try GenerationWriter(next, AllProjections.list, limits: .init(events: 1, reading: 1))
        try writer.begin(with: log)
        let comparison = try state.comparison(
            of: state.holdCurrent(),
            with: next,
            advance: { end in
                try writer.advance(from: log, to: end) { position in
                    guard position.rawValue < 41 else { return }
                    for number in 0..<5 {
                        try? change(number)
                        _ = try? state.catchUp()
                    }
                }
            }
        )
        let position = try comparison.position
        #expect(position > Position(100))
        let after = try state.holdCurrent().environment.statistics().lastPage
        #expect(after <= before + 100, "\(before) pages, then \(after)")
    }

    @Test("A reader that stays is told of, one that has gone is not")
    func longReader() throws {
        let state = try open([Bases()])
        do {
            let snapshot = try state.beginRead()
            #expect(try state.longReaders(olderThan: -1).count == 1)
            #expect(try state.longReaders(olderThan: 60).isEmpty)
            #expect(try snapshot.checkpoint().position == history.log.durableEnd)
        }
        #expect(try state.longReaders(olderThan: -1).isEmpty)
    }
}
