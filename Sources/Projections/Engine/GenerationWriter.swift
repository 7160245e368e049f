import EventLog
import Identifiers
import LMDB
import School

/// Brings a generation forward: projections together, one transaction for many events.
package final class GenerationWriter {
    let generation: Generation
    let tables: [OpenTable]
    /// For each event type's number: who applies it, and to which tables.
    private let appliers: [[(projection: any Projection, tables: [OpenTable])]]
    private let fillings: [Filling]
    let limits: Limits
    /// When writes are put aside; nil for never.
    let rule: RunRule?
    /// The last position applied and committed.
    private(set) var position: Position
    /// Where the next transaction ends at the latest, so that one event that fails costs no other's work again.
    private var stop: Position?

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - projections: whom the events are shown to.
    ///   - others: what stands in the generation of other projections, and stays as it is.
    ///   - puttingAside: true for a generation that nobody reads before this writer is done with it.
    init(
        _ generation: Generation,
        _ projections: [any Projection],
        others: [Filling] = [],
        limits: Limits = Limits(),
        puttingAside: Bool = false
    ) throws {
        self.generation = generation
        self.limits = limits
        rule = puttingAside ? RunRule(folder: generation.folder, writesMin: limits.runMin) : nil
        fillings = (projections.map { Filling($0) } + others).sorted { $0.name < $1.name }
        let opened = try projections.map { projection in
            (projection: projection, tables: try projection.tables.map { try OpenTable($0, in: generation) })
        }
        tables = opened.flatMap(\.tables)
        appliers = (0...(EventType.allCases.map(\.rawValue).max() ?? 0)).map { number in
            opened.filter { $0.projection.types.contains { $0.rawValue == number } }
        }
        position = try generation.environment.read { try generation.checkpoint(in: $0)?.position ?? .origin }
        try resumeRuns()
    }

    /// Applies events up to a position, in as many transactions as it takes.
    ///
    /// Each transaction ends at a batch's end. After an error nothing of the unfinished one is kept. An event that cannot
    /// be applied is parked, with what follows it in its stream.
    ///
    /// - Parameters:
    ///   - end: where to stop: a batch's end, not beyond the source's durable end.
    ///   - committed: told the position after each transaction.
    func advance(from source: any EventSource, to end: Position, committed: (Position) -> Void = { _ in }) throws {
        try finishMerge()
        guard position < end else { return try mergeRuns() }
        var failed = try FailedAttempts(source, after: position, through: end)
        var ahead: ReadAhead?
        defer { ahead?.stop() }
        while position < end {
            if ahead == nil, stop == nil {
                ahead = ReadAhead(source, after: position, to: end, limit: limits.reading)
            }
            do {
                position = try applyBatch(from: source, ahead, to: end, failed)
                stop = nil
            } catch {
                for table in tables { table.discard() }
                // What was read ahead is needed again, from the last commit on.
                ahead?.stop()
                ahead = nil
                switch error {
                case let failure as InapplicableEvent:
                    failed.note(failure)
                    stop = failure.at
                case let unmerged as UnmergedRuns:
                    try mergeRuns(of: unmerged.table)
                default: throw error
                }
                continue
            }
            if bytesAside >= limits.runBytes { try mergeRuns() }
            committed(position)
        }
        try mergeRuns()
    }

    /// Writes the checkpoint of the origin, so that an empty log's state knows its log.
    func begin(with source: any EventSource) throws {
        try commit(Rows(try generation.environment.beginWrite()), at: position, of: source)
    }

    private func applyBatch(
        from source: any EventSource,
        _ ahead: ReadAhead?,
        to end: Position,
        _ failed: FailedAttempts
    ) throws -> Position {
        if limits.commitsCheckpointFirst {
            try commit(Rows(try generation.environment.beginWrite()), at: end, of: source)
        }
        var rows = Rows(try generation.environment.beginWrite())
        var parked = try ParkedStreams(of: generation, in: rows.transaction)
        var reached = position
        var count = 0
        repeat {
            let items =
                try ahead?.next()
                ?? source.events(after: reached, limit: reading(after: reached)).map { ReadAhead.Item($0) }
            guard let last = items.last, last.event.endsBatch else { throw Self.outOfOrder(after: reached) }
            for item in items where item.event.position <= end {
                let event = item.event
                guard event.position == reached.next else { throw Self.outOfOrder(after: reached) }
                if event.type.isParkingRecord {
                    try follow(event, of: source, failed, &parked, &rows)
                } else {
                    try take(item, failed, &parked, &rows)
                }
                reached = event.position
                count += 1
            }
        } while reached < end && count < limits.events && waitingBytes < bytesMax && reached < stop ?? end
        for table in tables { try table.flush(&rows.transaction, rule) }
        try parked.write(into: &rows.transaction, of: generation)
        try commit(rows, at: reached, of: source)
        return reached
    }

    /// How many events to ask for: not beyond where the transaction is to end.
    private func reading(after position: Position) -> Int {
        guard let stop else { return limits.reading }
        return max(1, min(limits.reading, Int(stop.rawValue - min(stop.rawValue, position.rawValue))))
    }

    /// Applies an event, unless it waits.
    private func take(
        _ item: ReadAhead.Item,
        _ failed: FailedAttempts,
        _ parked: inout ParkedStreams,
        _ rows: inout Rows
    ) throws {
        let event = item.event
        if !parked.isEmpty, parked.holds(event.stream) {
            parked[event.stream, event.position] = ParkedStreams.Entry(kind: .waits)
        } else if !failed.isEmpty, let reason = failed.reason(of: event.position, at: event.position) {
            parked[event.stream, event.position] = ParkedStreams.Entry(kind: .failed, reason: reason)
        } else {
            try apply(item.decoded, of: event.position, at: event.position, to: &rows)
        }
    }

    /// Does what a record of parking says: notes that it is told, or applies what waits, in order, as far as it goes.
    private func follow(
        _ event: RecordedEvent,
        of source: any EventSource,
        _ failed: FailedAttempts,
        _ parked: inout ParkedStreams,
        _ rows: inout Rows
    ) throws {
        guard let record = try ParkingRecord(event) else { return }
        guard record.isRetry else {
            guard parked[record.stream, record.event] != nil else {
                throw ProjectionError(
                    .parkedElsewhere,
                    "event \(record.event) was parked by another program, and is applied here"
                )
            }
            parked[record.stream, record.event] = ParkedStreams.Entry(kind: .failed, toldAt: event.position)
            return
        }
        let waiting = parked.waiting(in: record.stream)
        guard waiting.first == record.event else { return }
        for position in waiting {
            if let reason = failed.reason(of: position, at: event.position) {
                parked[record.stream, position] = ParkedStreams.Entry(kind: .failed, reason: reason)
                return
            }
            guard let late = try source.event(at: position) else { throw Self.outOfOrder(after: position) }
            let decoded = Result { () throws(ProjectionError) in try DecodedEvent(late, effectiveAt: event.position) }
            try apply(decoded, of: position, at: event.position, to: &rows)
            parked[record.stream, position] = nil
        }
    }

    /// Applies an event, tried at a position.
    private func apply(
        _ decoded: Result<DecodedEvent, ProjectionError>,
        of event: Position,
        at position: Position,
        to rows: inout Rows
    ) throws {
        if event == limits.inapplicable {
            let reason = ParkingReason(projection: "entities", text: "event \(event) is not to be applied")
            throw InapplicableEvent(event: event, at: position, reason: reason)
        }
        var projection = ""
        do {
            let decoded = try decoded.get()
            for applier in appliers[Int(decoded.type.rawValue)] {
                projection = applier.projection.name
                rows.tables = applier.tables
                try applier.projection.apply(decoded, to: &rows)
            }
        } catch let error as ProjectionError where error.code == .malformedEvent {
            let reason = ParkingReason(projection: projection, text: error.message)
            throw InapplicableEvent(event: event, at: position, reason: reason)
        }
    }

    private func commit(_ rows: consuming Rows, at position: Position, of source: any EventSource) throws {
        guard let checkpoint = try Checkpoint(source, at: position) else { throw Self.outOfOrder(after: position) }
        try generation.set(checkpoint, fillings, in: &rows.transaction)
        if rule != nil { try generation.set(runRecords, in: &rows.transaction) }
        try rows.commit()
    }

    private var waitingBytes: Int { tables.reduce(0) { $0 + $1.bytes } }

    private var bytesMax: Int { rule == nil ? limits.bytes : limits.bytesAside }

    private static func outOfOrder(after position: Position) -> ProjectionError {
        ProjectionError(.outOfOrder, "what the log gave after event \(position) does not follow on it in whole batches")
    }
}

extension EventTypeNumber {
    /// True for the events that the engine itself follows.
    fileprivate var isParkingRecord: Bool {
        rawValue == EventType.eventParked.rawValue || rawValue == EventType.eventRetried.rawValue
    }
}
