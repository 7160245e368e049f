import EventLog
import Events
import Identifiers
import LMDB
import School

/// That an import run was undone, or is being undone.
public struct UndoneImport: Sendable, Equatable {
    /// What became of one kind of entity.
    public struct Counts: Sendable, Equatable {
        /// Number of the kind.
        public var kind: UInt8
        /// Brought in by the run, and ended.
        public var ended: UInt64
        /// As before the run.
        public var restored: UInt64
        /// Left as it is, at least in part.
        public var left: UInt64
    }

    /// The run that was undone.
    public var run: RunID
    /// The undo's own run, which its events name.
    public var undo: RunID
    /// Where it ended; the origin while it has not.
    public var completedAt = Position.origin
    /// When it ended.
    public var completed = Timestamp(microseconds: 0)
    /// Events that changed something back.
    public var appended: UInt64 = 0
    /// What became of each kind.
    public var counts: [Counts] = []

    /// True when it ended.
    public var isComplete: Bool { completedAt != .origin }
}

extension UndoneImport {
    init(run: RunID, undo: RunID) {
        self.run = run
        self.undo = undo
    }

    mutating func complete(_ message: Syncd_Events_ImportUndone, _ event: DecodedEvent) {
        completedAt = event.position
        completed = event.recorded.recordedAt
        appended += message.appended
        counts = message.counts.map {
            Counts(
                kind: UInt8(truncatingIfNeeded: $0.kind),
                ended: $0.ended,
                restored: $0.restored,
                left: $0.left
            )
        }
    }

    init(_ run: RunID, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "import-runs.undone")
        self.run = run
        undo = try reader.identifier()
        completedAt = try reader.position()
        completed = Timestamp(microseconds: try reader.next())
        appended = try reader.next()
        let kinds = Int(try reader.next(UInt32.self))
        counts = try (0..<kinds).map { _ in
            Counts(
                kind: try reader.next(),
                ended: try reader.next(),
                restored: try reader.next(),
                left: try reader.next()
            )
        }
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(undo)
        writer.append(completedAt)
        writer.append(completed.microseconds)
        writer.append(appended)
        writer.append(UInt32(counts.count))
        for count in counts {
            writer.append(count.kind)
            for number in [count.ended, count.restored, count.left] { writer.append(number) }
        }
        return writer.bytes
    }
}

extension Snapshot {
    /// Every run of every source, in the order of their beginnings.
    public func importRuns() throws -> [ImportRun] {
        var found: [ImportRun] = []
        try scan(ImportRuns.runs.name, prefix: [UInt8]()) { key, row in
            found.append(try ImportRun([UInt8](key), [UInt8](row)))
            return true
        }
        return found.sorted { $0.startedAt < $1.startedAt }
    }

    /// The undone runs of a source, or those whose undoing has begun.
    public func undoneImports(of source: SourceID) throws -> [UndoneImport] {
        var found: [UndoneImport] = []
        try scan(ImportRuns.undone.name, prefix: source.bytes) { key, row in
            let run = RunID(reading: UnsafeRawBufferPointer(rebasing: key[16...]))
            found.append(try UndoneImport(run, [UInt8](row)))
            return true
        }
        return found
    }
}
