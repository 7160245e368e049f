import EventLog
import LMDB
import School

/// Brings a generation forward: all projections together, one transaction for many events.
package final class GenerationWriter {
    /// How much goes into one transaction and one reading.
    package struct Limits: Sendable {
        /// How many events to aim for in a transaction; a batch is never split.
        var events = 100_000
        /// How many bytes of memory waiting writes may take before the transaction ends.
        var bytes = 64 << 20
        /// How many events to ask the source for at a time.
        var reading = 4096
        /// Commits the checkpoint before its rows: a protection that a test takes away, to prove that it is seen.
        package var commitsCheckpointFirst = false

        /// Limits that are right for real logs.
        package init() {}

        /// Limits of a test.
        package init(events: Int, reading: Int) {
            self.events = events
            self.reading = reading
        }
    }

    let generation: Generation
    private let tables: [OpenTable]
    /// For each event type's number: who applies it, and to which tables.
    private let appliers: [[(projection: any Projection, tables: [OpenTable])]]
    private let fingerprint: String
    private let limits: Limits
    /// The last position applied and committed.
    private(set) var position: Position

    init(_ generation: Generation, _ projections: [any Projection], limits: Limits = Limits()) throws {
        self.generation = generation
        self.limits = limits
        fingerprint = Generation.fingerprint(of: projections)
        let opened = try projections.map { projection in
            (projection: projection, tables: try projection.tables.map { try OpenTable($0, in: generation) })
        }
        tables = opened.flatMap(\.tables)
        appliers = (0...(EventType.allCases.map(\.rawValue).max() ?? 0)).map { number in
            opened.filter { $0.projection.types.contains { $0.rawValue == number } }
        }
        position = try generation.environment.read { try generation.checkpoint(in: $0)?.position ?? .origin }
    }

    /// Applies events up to a position, in as many transactions as it takes.
    ///
    /// Each transaction ends at a batch's end. After an error nothing of the unfinished one is kept.
    ///
    /// - Parameters:
    ///   - end: where to stop: a batch's end, not beyond the source's durable end.
    ///   - committed: told the position after each transaction.
    func advance(from source: any EventSource, to end: Position, committed: (Position) -> Void = { _ in }) throws {
        while position < end {
            do {
                position = try applyBatch(from: source, to: end)
            } catch {
                for table in tables { table.discard() }
                throw error
            }
            committed(position)
        }
    }

    /// Writes the checkpoint of the origin, so that an empty log's state knows its log.
    func begin(with source: any EventSource) throws {
        try commit(Rows(try generation.environment.beginWrite()), at: position, of: source)
    }

    private func applyBatch(from source: any EventSource, to end: Position) throws -> Position {
        if limits.commitsCheckpointFirst {
            try commit(Rows(try generation.environment.beginWrite()), at: end, of: source)
        }
        var rows = Rows(try generation.environment.beginWrite())
        var reached = position
        var count = 0
        repeat {
            let events = try source.events(after: reached, limit: limits.reading)
            guard let last = events.last, last.endsBatch else { throw Self.outOfOrder(after: reached) }
            for event in events where event.position <= end {
                guard event.position == reached.next else { throw Self.outOfOrder(after: reached) }
                try apply(DecodedEvent(event), to: &rows)
                reached = event.position
                count += 1
            }
        } while reached < end && count < limits.events && waitingBytes < limits.bytes
        for table in tables { try table.flush(&rows.transaction) }
        try commit(rows, at: reached, of: source)
        return reached
    }

    private func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        for applier in appliers[Int(event.type.rawValue)] {
            rows.tables = applier.tables
            try applier.projection.apply(event, to: &rows)
        }
    }

    private func commit(_ rows: consuming Rows, at position: Position, of source: any EventSource) throws {
        guard let checkpoint = try Checkpoint(source, at: position) else { throw Self.outOfOrder(after: position) }
        try generation.set(checkpoint, fingerprint, in: &rows.transaction)
        try rows.commit()
    }

    private var waitingBytes: Int { tables.reduce(0) { $0 + $1.bytes } }

    private static func outOfOrder(after position: Position) -> ProjectionError {
        ProjectionError(.outOfOrder, "what the log gave after event \(position) does not follow on it in whole batches")
    }
}
