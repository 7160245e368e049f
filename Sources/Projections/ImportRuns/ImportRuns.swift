import EventLog
import Events
import Identifiers
import LMDB
import School

/// The run ledger of imports: what began, what went through, and what was cut short.
///
/// ```
/// import-runs            source 16, started at 8 → run 16, started 8, completed at 8 (0: not yet), completed 8, full 1,
///                        format, settings, digest (texts and bytes, length 4 before each),
///                        appended 8, issues 8, parked 8, kinds 4, then a kind: number 1, five counts 8 each
/// import-runs.unfinished source 16, run 16 → started at 8
/// import-runs.undone     source 16, run 16 → undo's run 16, completed at 8 (0: not yet), completed 8, appended 8,
///                        kinds 4, then a kind: number 1, three counts 8 each
/// ```
/// Positions are `…at`, times are microseconds.
public struct ImportRuns: Projection {
    /// Its name.
    public let name = "import-runs"
    /// Its version.
    public let version: UInt32 = 2
    /// Events of import runs.
    public let types: [EventType] = [.importStarted, .importCompleted, .importUndoStarted, .importUndone]
    /// Its tables.
    public let tables = [Self.runs, Self.unfinished, Self.undone]

    static let runs = TableDefinition("import-runs")
    static let unfinished = TableDefinition("import-runs.unfinished")
    static let undone = TableDefinition("import-runs.undone")

    /// Makes the projection.
    public init() {}

    /// Enters a run's beginning or its end.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .importStarted(let message):
            let source: SourceID = try identifier(message.source)
            let run = try ImportRun(source: source, event: event, message)
            rows.put(run.row, for: run.key, in: Self.runs)
            var started = RowWriter()
            started.append(run.startedAt)
            rows.put(started.bytes, for: source.bytes + run.id.bytes, in: Self.unfinished)
        case .importCompleted(let message):
            let source: SourceID = try identifier(message.source)
            let open = source.bytes + [UInt8](message.run)
            // A run that appended nothing may have no beginning of its own (rulings 20).
            var run = try ImportRun(source: source, event: event, Syncd_Events_ImportStarted(message))
            if let started = try rows.value(for: open, in: Self.unfinished),
                let row = try rows.value(for: source.bytes + started, in: Self.runs)
            {
                run = try ImportRun(source.bytes + started, row)
            }
            run.complete(message, event)
            rows.put(run.row, for: run.key, in: Self.runs)
            rows.delete(open, in: Self.unfinished)
        case .importUndoStarted(let message):
            let key = try identifier(message.source, SourceID.self).bytes + [UInt8](message.undone)
            guard try rows.value(for: key, in: Self.undone) == nil else { break }
            let undone = UndoneImport(run: try identifier(message.undone), undo: try identifier(message.run))
            rows.put(undone.row, for: key, in: Self.undone)
        case .importUndone(let message):
            let run: RunID = try identifier(message.undone)
            let key = try identifier(message.source, SourceID.self).bytes + run.bytes
            let begun = try rows.value(for: key, in: Self.undone).map { try UndoneImport(run, $0) }
            var undone = try begun ?? UndoneImport(run: run, undo: identifier(message.run))
            undone.complete(message, event)
            rows.put(undone.row, for: key, in: Self.undone)
            // What was cut short and is undone is not taken up again.
            rows.delete(key, in: Self.unfinished)
        default:
            break
        }
    }
}

extension Syncd_Events_ImportStarted {
    /// What the end of a run says of its beginning.
    fileprivate init(_ completed: Syncd_Events_ImportCompleted) {
        self.init()
        run = completed.run
        source = completed.source
        format = completed.format
        full = completed.full
        settings = completed.settings
        digest = completed.digest
        files = completed.files
    }
}
