import EventLog
import Projections

/// Given these events, expect these rows; then rebuild, resume at every batch, apply one event at a time, and expect
/// the same state byte by byte (invariant 5).
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

    /// Makes a scenario over a log.
    ///
    /// - Parameter projections: what to project; all by default.
    public init(_ log: ReferenceLog, projections: [any Projection] = AllProjections.list) throws {
        self.log = log
        self.projections = projections
        store = try TemporaryStore()
    }

    /// Runs the scenario.
    ///
    /// - Parameter expect: takes state at the log's end and checks its rows.
    /// - Throws: `Failure`, naming the way of applying that gave other rows.
    public func run(_ expect: (borrowing Snapshot) throws -> Void) throws {
        let whole = try dump("whole", limits: GenerationWriter.Limits(), expect)
        // A limit of one ends a transaction and a reading at every batch.
        try same(whole, dump("stepwise", limits: GenerationWriter.Limits(events: 1, reading: 1)) { _ in }, "stepwise")
        try same(whole, resumed(), "resumed at every batch")
        try same(whole, rebuilt(), "rebuilt beside the live state")
    }

    private typealias Dump = [String: [[UInt8]: [UInt8]]]

    private func state(
        _ name: String,
        _ source: any EventSource,
        _ limits: GenerationWriter.Limits = GenerationWriter.Limits()
    ) throws -> State {
        try State(
            at: store.path(name),
            of: source,
            projections: projections,
            mapBytes: 1 << 30,
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

    private func resumed() throws -> Dump {
        for end in log.batchEnds { try state("resumed", ShortenedSource(log, to: end)).catchUp() }
        return try state("resumed", log).read { try $0.dump() }
    }

    private func rebuilt() throws -> Dump {
        let state = try state("rebuilt", log)
        try state.catchUp()
        try state.rebuild()
        if let difference = try state.verify().difference { throw Failure(description: "verify: \(difference)") }
        return try state.read { try $0.dump() }
    }

    private func same(_ whole: Dump, _ other: Dump, _ way: String) throws {
        for (table, rows) in whole where other[table] != rows {
            throw Failure(description: "\(way): table \(table) has other rows")
        }
        if whole.count != other.count { throw Failure(description: "\(way): other tables") }
    }
}
