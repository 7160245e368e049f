import EventLog
import Events
import Identifiers
import Projections
import School
import Sealing

/// The second reading of the files: appends what changed, in batches whose command ids derive from the run.
///
/// Each row is compared with the mirror again, so that a run that was killed goes on where it stopped.
struct Appending {
    /// Data events of one batch: large enough to share a sync, small enough to hold in memory.
    static let batchEvents = 5_000
    private static let batchBytes = 8 << 20

    let request: ImportRequest
    let files: any RecordSource
    let store: any ImportStore
    let source: SourceID
    let scratch: Scratch
    let actor: ActorID
    let now: @Sendable () -> Timestamp
    let composer: EventComposer
    /// The version of the source's stream that every batch is conditional on: one import of a source at a time.
    let sourceVersion: UInt64
    /// The files, numbered as the survey numbered them.
    let fileNames: [String]
    /// Told after each batch, with the rows read so far.
    let progress: (Int) -> Void

    private var hash = SHA256Box()
    private var register: Register
    private var waiting: [NewEvent] = []
    private var waitingBytes = 0
    private var batchNumber = 0
    private let resumedAt: Position
    private(set) var appended = 0
    private var rows = 0

    init(
        request: ImportRequest,
        files: any RecordSource,
        store: any ImportStore,
        source: SourceID,
        scratch: Scratch,
        actor: ActorID,
        now: @escaping @Sendable () -> Timestamp,
        composer: EventComposer,
        sourceVersion: UInt64,
        fileNames: [String],
        progress: @escaping (Int) -> Void
    ) {
        self.request = request
        self.files = files
        self.store = store
        self.source = source
        self.scratch = scratch
        self.actor = actor
        self.now = now
        self.composer = composer
        self.sourceVersion = sourceVersion
        self.fileNames = fileNames
        self.progress = progress
        register = Register(composer: composer)
        resumedAt = store.durableEnd
    }

    /// Registers the bases that the run may register.
    mutating func register(_ bases: [(key: String, id: BaseID)]) throws {
        for base in bases { try append([composer.registered(base.key, base.id)]) }
    }

    /// Reads the files again and appends what changed, then what is gone.
    ///
    /// - Parameters:
    ///   - bases: what the survey found about bases.
    ///   - held: kinds whose removals wait.
    mutating func run(bases: BaseBook, held: Set<EntityKind>) throws {
        var appending = self
        var bases = bases
        var none = RandomNumbers(SystemRandomness())
        try files.read { item in
            switch item {
            case .record(let record):
                var base: BaseID?
                if let key = RowResolver.baseKey(of: record) {
                    guard case .base(let id) = try bases.find(key, at: record.origin, using: &none) else { return }
                    base = id
                }
                try appending.take(record, base: base, bases: bases)
            case .deletion(let kind, let key, let groups, let origin):
                try appending.take(Deletion(kind: kind, key: key, groups: groups, origin: origin))
            case .issue: break
            }
        }
        if request.mode == .full { try appending.removeMissing(bases: bases, held: held) }
        self = appending
    }

    /// The events that still wait for their batch; the last one goes with the run's completion.
    mutating func takeRest() throws -> [NewEvent] {
        waiting += try register.events()
        defer { waiting = [] }
        appended += waiting.count
        return waiting
    }

    /// True when batches have been appended before the last one.
    var hasAppended: Bool { batchNumber > 0 }

    private mutating func take(_ record: SourceRecord, base: BaseID?, bases: BaseBook) throws {
        rows += 1
        let resolver = RowResolver(store: store, source: source, mode: request.mode, coverage: files.coverage)
        let row: RowResolver.Row
        do {
            row = try resolver.resolve(record, base: base, in: scratch)
        } catch is RowResolver.Refusal {
            return
        }
        guard bases.includes(row.base), let entry = try scratch.entry(row.record.kind, row.record.key),
            !entry.isParked
        else { return }
        let known = try store.entity(source, row.record.kind, key: row.record.key)
        var events: [NewEvent] = []
        if let known, entry.line == UInt32(record.origin.line), fileNames[Int(entry.file)] == record.origin.file {
            if !known.isPresent { events.append(try composer.status(row.record.kind, known, .present)) }
            if known.base != row.base { events += try composer.moved(row.record.kind, known, to: row.base) }
        }
        var changes: [EventComposer.GroupChange] = []
        for content in row.record.groups {
            guard let told = entry.groups[content.group], !told.isParked, told.line == UInt32(record.origin.line)
            else { continue }
            let hash = hash.of(content)
            guard hash == told.hash else {
                throw ImportError(
                    .filesChanged,
                    "\(record.origin.file) changed while it was read: wait until the export has finished and "
                        + "import again; what has been taken in stays, the rest follows"
                )
            }
            guard known?.groups[content.group] != hash else { continue }
            if Register.takes(row.record.kind) {
                try register.add(row, id: entry.id, content: content)
            } else {
                changes.append(EventComposer.GroupChange(group: content.group, change: .set, rows: content.rows))
            }
        }
        if !changes.isEmpty {
            events.append(
                try composer.changed(
                    row.record.kind,
                    key: row.record.key,
                    id: entry.id,
                    owner: row.owner,
                    base: row.base,
                    groups: changes
                )
            )
        }
        try append(events)
    }

    private mutating func take(_ deletion: Deletion) throws {
        guard let known = try store.entity(source, deletion.kind, key: deletion.key), known.isPresent,
            !deletion.contradicts(try scratch.entry(deletion.kind, deletion.key))
        else { return }
        if deletion.groups.isEmpty {
            try append([composer.status(deletion.kind, known, .deletedAtSource)])
            return
        }
        let there = deletion.groups.filter { known.groups[$0] != nil }
        try append(cleared(there, of: deletion.kind, known, as: .deletedAtSource))
    }

    /// Tells what the source had and the files do not.
    private mutating func removeMissing(bases: BaseBook, held: Set<EntityKind>) throws {
        for (kind, groups) in files.coverage.groups.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard Survey.canBeGone(kind) else { continue }
            var missing: [MirrorEntry] = []
            try store.forEachEntity(source, kind) { known in
                guard known.isPresent, bases.seen.contains(known.base), bases.includes(known.base) else { return }
                guard let entry = try scratch.entry(kind, known.key) else {
                    if !held.contains(kind) { missing.append(known) }
                    return
                }
                let cleared = groups.filter { known.groups[$0] != nil && entry.groups[$0] == nil }
                if !cleared.isEmpty, !entry.isParked {
                    missing.append(known)
                }
            }
            for known in missing {
                if let entry = try scratch.entry(kind, known.key) {
                    let cleared = groups.filter { known.groups[$0] != nil && entry.groups[$0] == nil }
                    try append(
                        self.cleared(cleared.sorted { $0.rawValue < $1.rawValue }, of: kind, known, as: .cleared)
                    )
                } else {
                    let left = kind == .pupil && request.absentMeansLeft
                    try append([composer.status(kind, known, left ? .left : .absent)])
                }
            }
        }
    }

    private func cleared(
        _ groups: [DataGroup],
        of kind: EntityKind,
        _ known: MirrorEntry,
        as change: Syncd_Events_GroupPart.Change
    ) throws -> [NewEvent] {
        guard !groups.isEmpty else { return [] }
        let changes = groups.map { EventComposer.GroupChange(group: $0, change: change, rows: []) }
        return [
            try composer.changed(kind, key: known.key, id: known.id, owner: nil, base: known.base, groups: changes)
        ]
    }

    private mutating func append(_ events: [NewEvent]) throws {
        waiting += events
        for event in events {
            waitingBytes += event.open.count + event.parts.reduce(0) { $0 + $1.plaintext.count }
        }
        guard waiting.count + register.count >= Self.batchEvents || waitingBytes >= Self.batchBytes else { return }
        let batch = try waiting + register.events()
        waiting = []
        waitingBytes = 0
        try flush(batch)
    }

    /// Appends a batch; an unknown outcome is resolved by repeating it with the same command id.
    private mutating func flush(_ events: [NewEvent]) throws {
        batchNumber += 1
        appended += events.count
        let batch = Batch(
            command: RunCommand.id(run: composer.run, step: "batch \(batchNumber) after \(resumedAt)"),
            actor: actor,
            recordedAt: now(),
            events: events,
            conditions: [StreamCondition(stream: StreamID(source), version: sourceVersion)]
        )
        _ = try store.appendSurely(batch)
        progress(rows)
    }
}

/// Command ids of a run's steps: the same step of the same run is the same command, however often it is tried.
enum RunCommand {
    static func id(run: RunID, step: String) -> CommandID {
        var hash = SHA256()
        return hash.digest(of: Array("\(run) \(step)".utf8)).withUnsafeBytes { CommandID(reading: $0) }
    }
}

extension ImportStore {
    /// Appends a batch, repeating it while its outcome is unknown.
    func appendSurely(_ batch: Batch) throws -> Appended {
        var triesLeft = 3
        while true {
            do {
                return try append(batch)
            } catch let error as EventLogError where error.code == .outcomeUnknown && triesLeft > 0 {
                triesLeft -= 1
            }
        }
    }
}
