import EventLog
import Events
import Identifiers
import School

/// One run of an import.
public struct ImportRun: Sendable, Equatable {
    /// What became of one kind of entity.
    public struct Counts: Sendable, Equatable {
        /// Number of the kind.
        public var kind: UInt8
        /// Not there before.
        public var added: UInt64
        /// There, with other content.
        public var changed: UInt64
        /// There, with the same content.
        public var unchanged: UInt64
        /// No longer there.
        public var gone: UInt64
        /// No longer there, but held for a person to allow.
        public var held: UInt64
    }

    /// The run.
    public var id: RunID
    /// The source.
    public var source: SourceID
    /// Where it began.
    public var startedAt: Position
    /// When it began.
    public var started: Timestamp
    /// Where it ended; the origin while it has not.
    public var completedAt = Position.origin
    /// When it ended.
    public var completed = Timestamp(microseconds: 0)
    /// A full export, or a delta.
    public var isFull: Bool
    /// The format of the files.
    public var format: String
    /// SHA-256 of the settings.
    public var settings: [UInt8]
    /// HMAC of the files' content.
    public var digest: [UInt8]
    /// Data events appended.
    public var appended: UInt64 = 0
    /// Issues told.
    public var issues: UInt64 = 0
    /// Rows held back.
    public var parked: UInt64 = 0
    /// What became of each kind.
    public var counts: [Counts] = []

    /// True when it ended.
    public var isComplete: Bool { completedAt != .origin }

    init(source: SourceID, event: DecodedEvent, _ message: Syncd_Events_ImportStarted) throws {
        id = try identifier(message.run)
        self.source = source
        startedAt = event.position
        started = event.recorded.recordedAt
        isFull = message.full
        format = message.format
        settings = [UInt8](message.settings)
        digest = [UInt8](message.digest)
    }

    mutating func complete(_ message: Syncd_Events_ImportCompleted, _ event: DecodedEvent) {
        completedAt = event.position
        completed = event.recorded.recordedAt
        appended = message.appended
        issues = message.issues
        parked = message.parked
        counts = message.counts.map {
            Counts(
                kind: UInt8(truncatingIfNeeded: $0.kind),
                added: $0.added,
                changed: $0.changed,
                unchanged: $0.unchanged,
                gone: $0.gone,
                held: $0.held
            )
        }
    }
}

extension ImportRun {
    /// The row's key.
    var key: [UInt8] {
        var writer = RowWriter()
        writer.append(source)
        writer.append(startedAt)
        return writer.bytes
    }

    init(_ key: [UInt8], _ row: [UInt8]) throws {
        var keyReader = RowReader(key, of: "import-runs")
        source = try keyReader.identifier()
        startedAt = try keyReader.position()
        var reader = RowReader(row, of: "import-runs")
        id = try reader.identifier()
        started = Timestamp(microseconds: try reader.next())
        completedAt = try reader.position()
        completed = Timestamp(microseconds: try reader.next())
        isFull = try reader.next(UInt8.self) != 0
        format = try reader.text()
        settings = try reader.raw(Int(try reader.next(UInt32.self)))
        digest = try reader.raw(Int(try reader.next(UInt32.self)))
        appended = try reader.next()
        issues = try reader.next()
        parked = try reader.next()
        let kinds = Int(try reader.next(UInt32.self))
        counts = try (0..<kinds).map { _ in
            Counts(
                kind: try reader.next(),
                added: try reader.next(),
                changed: try reader.next(),
                unchanged: try reader.next(),
                gone: try reader.next(),
                held: try reader.next()
            )
        }
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(id)
        writer.append(started.microseconds)
        writer.append(completedAt)
        writer.append(completed.microseconds)
        writer.append(UInt8(isFull ? 1 : 0))
        writer.append(format)
        for bytes in [settings, digest] {
            writer.append(UInt32(bytes.count))
            writer.append(raw: bytes)
        }
        for count in [appended, issues, parked] { writer.append(count) }
        writer.append(UInt32(counts.count))
        for count in counts {
            writer.append(count.kind)
            for number in [count.added, count.changed, count.unchanged, count.gone, count.held] {
                writer.append(number)
            }
        }
        return writer.bytes
    }
}

extension Snapshot {
    /// Every run of a source, in the order of their beginnings.
    public func importRuns(of source: SourceID) throws -> [ImportRun] {
        var found: [ImportRun] = []
        try scan(ImportRuns.runs.name, prefix: source.bytes) { key, row in
            found.append(try ImportRun([UInt8](key), [UInt8](row)))
            return true
        }
        return found
    }

    /// The run of a source that began and did not end; nil when every one did.
    public func unfinishedImport(of source: SourceID) throws -> ImportRun? {
        var found: ImportRun?
        try scan(ImportRuns.unfinished.name, prefix: source.bytes) { _, started in
            let key = source.bytes + [UInt8](started)
            found = try value(for: key, in: ImportRuns.runs.name).map { try ImportRun(key, $0) }
            return found == nil
        }
        return found
    }
}
