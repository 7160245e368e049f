import EventLog
import Foundation
import Identifiers
import Projections
import School
import SyncdTesting
import Testing
import Transfer

/// Random histories of schools, with kills and rebuilds on the way, told to consumers through cursors: whatever happened
/// in whatever order, what they hold in the end is what the naive model holds, and a window tells the net change to the
/// letter.
///
/// 1,000 seeds by default; `SYNCD_SEEDS=N` for more or fewer, `SYNCD_SEED=N` for one alone.
@Suite("Changes against a naive model, over a thousand random histories")
struct MetamorphicTests {
    static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let one = environment["SYNCD_SEED"].flatMap(UInt64.init) { return [one] }
        return Array(1...(environment["SYNCD_SEEDS"].flatMap(UInt64.init) ?? 1000))
    }()

    @Test("invariants 5 and 6: what a consumer of changes holds is what there is, through kills, moves and rebuilds")
    func seeds() async throws {
        // A case for each seed would cost more than the seeds do.
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<4 {
                group.addTask {
                    for seed in Self.seeds where seed % 4 == UInt64(lane) { Self.run(seed) }
                }
            }
        }
    }

    private static func run(_ seed: UInt64) {
        do {
            var world = try World(seed: seed)
            for _ in 0..<30 { try world.step() }
            try world.finish(verifies: seed % 5 == 0)
        } catch {
            Issue.record("seed \(seed), alone with SYNCD_SEED=\(seed) swift test --filter MetamorphicTests: \(error)")
        }
    }
}

/// A log in memory, state on the memory's file system, a story and some consumers.
private struct World {
    let log = ReferenceLog()
    let store: TemporaryStore
    private var live: State?
    var story: SchoolStory
    var consumers: [Consumer]
    /// The model as it was at each batch's end.
    var past: [Position: NaiveSchools] = [:]

    struct Consumer {
        var replica: Replica
        var cursor: ChangeCursor?
        /// The lower bound when what the consumer holds is exactly what stood there.
        var settled: Position? = .origin
    }

    init(seed: UInt64) throws {
        store = try TemporaryStore(inMemory: true)
        live = try State(at: store.path("state"), of: log, projections: Self.projections, mapBytes: 1 << 26)
        story = try SchoolStory(seed: seed) { [log] in try log.append($0) }
        consumers = [
            FeedSelection(consumer: "all"), FeedSelection(consumer: "one", base: story.bases[0]),
            FeedSelection(consumer: "some", base: story.bases[1], classes: [.basicDetails, .contactDetails]),
        ].map { Consumer(replica: Replica(of: $0)) }
        past[.origin] = NaiveSchools()
    }

    private static var projections: [any Projection] {
        [Entities(), SubjectHistory(), Bases(), Acceptances(), ErasureNotices()]
    }

    private var state: State {
        get throws {
            guard let live else { throw Disagreement(description: "state is closed") }
            return live
        }
    }

    private var feed: ChangeFeed { get throws { ChangeFeed(state: try state, log: log) } }

    mutating func step() throws {
        try story.step()
        past[log.durableEnd] = story.schools
        switch story.pick(10) {
        case 0: try kill()
        case 1: if story.pick(4) == 0 { try state.rebuild() }
        case 2, 3, 4: try read(story.pick(consumers.count), limit: 1 + story.pick(4))
        case 5: try readWindow(story.pick(consumers.count))
        default: break
        }
    }

    /// Everybody reads to the end; then all hold what there is, and state is what a rebuild would make it (asked now and
    /// then: it costs as much as the rest).
    mutating func finish(verifies: Bool) throws {
        for index in consumers.indices {
            for _ in 0..<200 where try !isSettled(index) { try read(index, limit: 3) }
            try expectHeld(index)
        }
        if verifies, let difference = try state.verify().difference {
            throw Disagreement(description: "verify: \(difference)")
        }
    }

    /// The process goes while state is being brought up, and comes back.
    private mutating func kill() throws {
        let ends = log.batchEnds
        let half = ShortenedSource(log, to: ends[story.pick(ends.count)])
        let copy = store.path("killed-\(log.durableEnd)")
        try FileManager.default.copyItem(atPath: store.path("state"), toPath: copy)
        live = nil
        try FileManager.default.removeItem(atPath: store.path("state"))
        try FileManager.default.moveItem(atPath: copy, toPath: store.path("state"))
        // State that had come further than the log seems to reach is made anew; else it is brought half-way.
        _ = try State(at: store.path("state"), of: half, projections: Self.projections, mapBytes: 1 << 26).catchUp()
        live = try State(at: store.path("state"), of: log, projections: Self.projections, mapBytes: 1 << 26)
    }

    private func isSettled(_ index: Int) throws -> Bool {
        guard let cursor = consumers[index].cursor else { return false }
        let page = try feed.page(since: cursor, consumers[index].replica.selection, limit: 1)
        return page.lines.isEmpty && !page.hasMore && page.upper == page.available.newest
    }

    /// A page, with the log going on between it and the next one.
    private mutating func read(_ index: Int, limit: Int) throws {
        let consumer = consumers[index]
        let page = try feed.page(since: consumer.cursor, consumer.replica.selection, limit: limit)
        if page.lines.count > limit { throw Disagreement(description: "a page of \(page.lines.count) for \(limit)") }
        try consumers[index].replica.apply(page)
        consumers[index].cursor = try ChangeCursor(page.next.text)
        consumers[index].settled = nil
    }

    /// A whole window in one page; where the consumer holds what stood at its lower bound, the lines are the difference
    /// of the two models.
    private mutating func readWindow(_ index: Int) throws {
        var consumer = consumers[index]
        // Ends a window that was begun.
        while true {
            let page = try feed.page(since: consumer.cursor, consumer.replica.selection, limit: 1000)
            try consumer.replica.apply(page)
            let began = consumer.settled
            consumer.cursor = page.next
            if let began, page.lower == began, let before = past[began], let after = past[page.upper] {
                let expected = Difference.lines(before, after, consumer.replica.selection)
                let told = Dictionary(uniqueKeysWithValues: page.lines.map { ($0.entity, Difference($0)) })
                if told != expected {
                    throw Disagreement(
                        description:
                            "\(consumer.replica.selection.consumer) \(page.lower)..\(page.upper): \(told) for \(expected)"
                    )
                }
            }
            if page.upper == page.available.newest, !page.hasMore { break }
        }
        // Read to the end at one go: what the consumer holds is what stands there.
        consumer.settled = log.durableEnd
        consumers[index] = consumer
        try expectHeld(index)
    }

    private func expectHeld(_ index: Int) throws {
        let replica = consumers[index].replica
        let classes = replica.selection.classes
        var expected: [SubjectID: [DataGroup: [FieldRow]]] = [:]
        for (id, thing) in story.schools.present(at: replica.selection.base) {
            let groups = thing.groups.filter { classes.isEmpty || classes.contains($0.key) }
            if !groups.isEmpty { expected[id] = groups.filter { !$0.value.isEmpty } }
        }
        let held = replica.held.mapValues(\.groups)
        if held != expected {
            throw Disagreement(description: "\(replica.selection.consumer) holds \(held) instead of \(expected)")
        }
    }
}

/// What is compared of a line.
private struct Difference: Equatable {
    var what: FeedLine.What
    var groups: Set<DataGroup>
    var cleared: Set<DataGroup>
    var oldUPN: String?

    init(_ line: FeedLine) {
        what = line.what
        groups = Set(line.groups.map(\.group))
        cleared = Set(line.cleared)
        oldUPN = line.keyChanges.first?.old
    }

    private init(_ what: FeedLine.What, _ groups: Set<DataGroup> = [], _ cleared: Set<DataGroup> = []) {
        self.what = what
        self.groups = groups
        self.cleared = cleared
    }

    /// What must be told between two moments.
    static func lines(
        _ before: NaiveSchools,
        _ after: NaiveSchools,
        _ selection: FeedSelection
    ) -> [SubjectID: Difference] {
        let takes = { (group: DataGroup) in selection.classes.isEmpty || selection.classes.contains(group) }
        let there = { (schools: NaiveSchools) in
            schools.present(at: selection.base).filter { $0.value.groups.keys.contains(where: takes) }
        }
        let (old, new) = (there(before), there(after))
        var lines: [SubjectID: Difference] = [:]
        for (id, thing) in new {
            let groups = thing.groups.filter { takes($0.key) }
            guard let then = old[id] else {
                lines[id] = Difference(.new, Set(groups.filter { !$0.value.isEmpty }.keys))
                continue
            }
            let differing = groups.filter { $0.value != then.groups[$0.key] ?? [] }
            var line = Difference(
                .changed,
                Set(differing.filter { !$0.value.isEmpty }.keys),
                Set(differing.filter { $0.value.isEmpty }.keys)
            )
            if takes(.basicDetails), let upn = then.upn, upn != thing.upn { line.oldUPN = upn }
            let hasMoved = selection.base == nil && then.base != thing.base
            if !differing.isEmpty || hasMoved || (thing.statusSaid ?? 0) > (then.statusSaid ?? 0) { lines[id] = line }
        }
        for id in old.keys where new[id] == nil {
            let thing = after.things[id]
            let reason: Tombstone =
                selection.base.map { $0 != thing?.base } == true
                ? .left
                : thing?.gone == .absent ? .absent : thing?.gone == .deletedAtSource ? .deletedAtSource : .left
            lines[id] = Difference(.deleted(reason))
        }
        return lines
    }
}
