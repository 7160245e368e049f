import EventLog
import Events
import Identifiers
import School
import Sealing

/// Appends a run's events in batches whose command ids derive from the run.
///
/// Whether one batch can hold the run shows when the first is full: then, and not before, the run says that it begins.
/// So nobody sees a part of a run that has not said so, and a small run is one batch.
struct BatchWriter {
    /// Bytes of one batch.
    static let bytesMax = 8 << 20

    let store: any ImportStore
    let source: SourceID
    let actor: ActorID
    let now: @Sendable () -> Timestamp
    let run: RunID
    /// The event with which a run of several batches begins; nil when it stands in the log already.
    let beginning: NewEvent?
    /// Data events of one batch.
    let eventsMax: Int
    /// Told after each batch, with the rows read so far.
    let progress: (Int) -> Void

    private var register: Register
    private var waiting: [NewEvent] = []
    private var waitingBytes = 0
    private var batchNumber = 0
    private let resumedAt: Position
    /// The version of the source's stream that every batch is conditional on: one import of a source at a time.
    private(set) var sourceVersion: UInt64
    /// Data events appended, or waiting to be.
    private(set) var appended = 0

    init(
        store: any ImportStore,
        source: SourceID,
        actor: ActorID,
        now: @escaping @Sendable () -> Timestamp,
        composer: EventComposer,
        beginning: NewEvent?,
        eventsMax: Int,
        progress: @escaping (Int) -> Void
    ) throws {
        self.store = store
        self.source = source
        self.actor = actor
        self.now = now
        run = composer.run
        self.beginning = beginning
        self.eventsMax = eventsMax
        self.progress = progress
        register = Register(composer: composer)
        resumedAt = store.durableEnd
        sourceVersion = try store.version(of: StreamID(source))
    }

    /// Appends events, which stay together.
    ///
    /// - Parameter rows: rows read so far, for whoever watches.
    mutating func append(_ events: [NewEvent], rows: Int) throws {
        waiting += events
        for event in events {
            waitingBytes += event.open.count + event.parts.reduce(0) { $0 + $1.plaintext.count }
        }
        try flushIfFull(rows)
    }

    /// Adds a mark or a session to the register of its day.
    mutating func add(_ row: RowResolver.Row, id: SubjectID, change: EventComposer.GroupChange, rows: Int) throws {
        try register.add(row, id: id, change: change)
        try flushIfFull(rows)
    }

    /// Adds a mark or a session, whole, to the register of its day.
    mutating func add(
        _ change: EventComposer.GroupChange,
        of kind: EntityKind,
        key: String,
        id: SubjectID,
        owner: SubjectID?,
        at base: BaseID,
        rows: Int
    ) throws {
        try register.add(
            change,
            on: change.rows.first ?? FieldRow(),
            of: kind,
            key: key,
            id: id,
            owner: owner,
            at: base
        )
        try flushIfFull(rows)
    }

    /// The events that still wait for their batch; the last one goes with the run's completion.
    mutating func takeRest() throws -> [NewEvent] {
        waiting += try register.events()
        defer { waiting = [] }
        appended += waiting.count
        return waiting
    }

    private mutating func flushIfFull(_ rows: Int) throws {
        guard waiting.count + register.count >= eventsMax || waitingBytes + register.bytes >= Self.bytesMax else {
            return
        }
        if batchNumber == 0, let beginning { try begin(with: beginning) }
        let batch = try waiting + register.events()
        waiting = []
        waitingBytes = 0
        batchNumber += 1
        appended += batch.count
        try append(batch, command: RunCommand.id(run: run, step: "batch \(batchNumber) after \(resumedAt)"))
        progress(rows)
    }

    private mutating func begin(with event: NewEvent) throws {
        try append([event], command: RunCommand.id(run: run, step: "start"))
        sourceVersion = try store.version(of: StreamID(source))
    }

    private func append(_ events: [NewEvent], command: CommandID) throws {
        let batch = Batch(
            command: command,
            actor: actor,
            recordedAt: now(),
            events: events,
            conditions: [StreamCondition(stream: StreamID(source), version: sourceVersion)]
        )
        _ = try batch.surely(store.append)
    }
}

/// Command ids of a run's steps: the same step of the same run is the same command, however often it is tried.
enum RunCommand {
    static func id(run: RunID, step: String) -> CommandID {
        var hash = SHA256()
        return hash.digest(of: Array("\(run) \(step)".utf8)).withUnsafeBytes { CommandID(reading: $0) }
    }
}
