import EventLog
import Projections

/// Given these events, expect these rows; then apply them in every other way that a store may, and expect the same state
/// byte by byte (invariant 5).
///
///     let scenario = try ProjectionScenario(given: [[admitted], [moved, welcomed]])
///     try scenario.run { snapshot in #expect(try snapshot.entity(pupil)?.base == hill) }
public struct ProjectionScenario {
    /// State that is not what it should be.
    public struct Failure: Error, CustomStringConvertible {
        /// What differs from what.
        public var description: String
    }

    /// The log.
    public let log: ReferenceLog
    private let store: TemporaryStore
    private let projections: [any Projection]

    /// From how many checkpoints state is brought to the end in one go; more of them are gone through in one life.
    private static let resumptions = 8

    /// Makes a scenario over a log.
    ///
    /// - Parameter projections: what to project; all by default.
    public init(_ log: ReferenceLog, projections: [any Projection] = AllProjections.list) throws {
        self.log = log
        self.projections = projections
        store = try TemporaryStore(inMemory: true)
    }

    /// Makes a scenario of batches of events.
    public init(given batches: [[NewEvent]], projections: [any Projection] = AllProjections.list) throws {
        let log = ReferenceLog()
        for batch in batches { try log.append(batch) }
        try self.init(log, projections: projections)
    }

    /// Runs the scenario: applied whole, one event at a time, reopened at every checkpoint, taken up from many
    /// checkpoints, each projection alone, and rebuilt beside the live state.
    ///
    /// - Parameter expect: takes state at the log's end and checks its rows.
    /// - Throws: `Failure`, naming the way of applying that gave other rows.
    public func run(_ expect: (borrowing Snapshot) throws -> Void) throws {
        let whole = try dump("whole", limits: GenerationWriter.Limits(), expect)
        // A limit of one ends a transaction and a reading at every batch.
        try same(whole, dump("stepwise", limits: GenerationWriter.Limits(events: 1, reading: 1)) { _ in }, "stepwise")
        try same(whole, reopened(), "reopened at every checkpoint")
        try resumed(whole)
        try same(whole, rebuilt(), "rebuilt beside the live state")
        // An event that one cannot apply waits for all of them: then one alone is further than with the others.
        guard whole["engine.parked"]?.isEmpty != false, projections.count > 1 else { return }
        for projection in projections { try alone(projection, whole) }
    }

    private typealias Dump = [String: [[UInt8]: [UInt8]]]

    private func state(
        _ name: String,
        _ source: any EventSource,
        _ limits: GenerationWriter.Limits = GenerationWriter.Limits(),
        _ chosen: [any Projection]? = nil
    ) throws -> State {
        try State(
            at: store.path(name),
            of: source,
            projections: chosen ?? projections,
            mapBytes: 1 << 28,
            limits: limits,
            notice: { _ in }
        )
    }

    private func dump(
        _ name: String,
        limits: GenerationWriter.Limits,
        _ expect: (borrowing Snapshot) throws -> Void
    ) throws -> Dump {
        let state = try state(name, log, limits)
        try state.catchUp()
        return try state.read { snapshot in
            try expect(snapshot)
            return try snapshot.dump()
        }
    }

    /// One life, closed and opened again after each batch.
    private func reopened() throws -> Dump {
        for end in log.batchEnds { try state("reopened", ShortenedSource(log, to: end)).catchUp() }
        return try state("reopened", log).read { try $0.dump() }
    }

    /// Many lives, each taken up at another checkpoint and brought to the end from there.
    private func resumed(_ whole: Dump) throws {
        let ends = log.batchEnds
        let stride = max(1, ends.count / Self.resumptions)
        for (number, end) in ends.enumerated() where number % stride == 0 {
            let name = "resumed-\(end)"
            try state(name, ShortenedSource(log, to: end)).catchUp()
            let state = try state(name, log)
            try state.catchUp()
            try same(whole, state.read { try $0.dump() }, "resumed from checkpoint \(end)")
        }
    }

    private func rebuilt() throws -> Dump {
        let state = try state("rebuilt", log)
        try state.catchUp()
        try state.rebuild()
        if let difference = try state.verify().difference { throw Failure(description: "verify: \(difference)") }
        return try state.read { try $0.dump() }
    }

    /// A projection rests on no other: without them it makes the same rows.
    private func alone(_ projection: any Projection, _ whole: Dump) throws {
        let state = try state("alone-\(projection.name)", log, GenerationWriter.Limits(), [projection])
        try state.catchUp()
        // What the engine keeps is of all projections together: a stream waits for all when one cannot apply its event.
        for (table, rows) in try state.read({ try $0.dump() }) where !table.hasPrefix("engine") {
            if whole[table] != rows { throw Failure(description: "\(projection.name) alone: \(table) has other rows") }
        }
    }

    private func same(_ whole: Dump, _ other: Dump, _ way: String) throws {
        for (table, rows) in whole where other[table] != rows {
            throw Failure(description: "\(way): table \(table) has other rows")
        }
        if whole.count != other.count { throw Failure(description: "\(way): other tables") }
    }
}
