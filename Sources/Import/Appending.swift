import EventLog
import Events
import Identifiers
import Projections
import School
import Sealing

/// The second reading of the files: appends what the survey counted.
///
/// Each row is compared with the mirror again, so that a run that was killed goes on where it stopped.
struct Appending {
    let request: ImportRequest
    let files: any RecordSource
    let store: any ImportStore
    let source: SourceID
    let scratch: Scratch
    let reconciler: Reconciler
    let composer: EventComposer
    /// The files, numbered as the survey numbered them.
    let fileNames: [String]
    /// Kinds whose removals wait.
    let held: Set<EntityKind>
    var bases: BaseBook
    /// Whose record became whose.
    var traces: IdentityTraces
    /// True when a pupil's record goes in this run.
    private let losesPupils: Bool
    /// Marks that waited for an entry date, and come in now.
    private let released: [ReleasedMark]
    var writer: BatchWriter
    /// What the MIS deleted is to be erased.
    var deletionOrders: DeletionOrders

    private var hash = SHA256Box()
    /// The open parts of events that tell of a kind's own groups.
    var openParts: [EntityKind: [UInt8]] = [:]
    /// Rows read so far.
    var rows = 0
    /// True while what waited comes in: its line is one of an earlier run's files.
    private var isReleasing = false

    init(
        _ survey: Survey,
        reconciler: Reconciler,
        composer: EventComposer,
        writer: BatchWriter
    ) {
        request = survey.request
        files = survey.files
        store = survey.store
        source = survey.source
        scratch = survey.scratch
        fileNames = survey.fileNames
        held = survey.held
        bases = survey.bases
        traces = survey.traces
        released = survey.released
        losesPupils = survey.report.entities[.pupil]?.gone ?? 0 > 0
        self.reconciler = reconciler
        self.composer = composer
        self.writer = writer
        deletionOrders = DeletionOrders(run: composer.run, actor: writer.actor, now: writer.now())
    }

    /// Registers the schools that need it, reads the files again and appends what changed, then what is gone.
    mutating func run() throws {
        for base in bases.registered { try append([composer.registered(base.key, base.id)]) }
        if losesPupils { try findLost() }
        var appending = self
        var none = RandomNumbers(SystemRandomness())
        try ReadAhead.read(files) { batch in
            try batch.forEach { record, line, layout in
                try appending.isDone(record, line: line, layout)
            } item: { item in
                try appending.take(item, using: &none)
            }
        }
        appending.isReleasing = true
        for mark in released { try appending.take(mark.record, base: mark.base) }
        appending.isReleasing = false
        if request.mode == .full { try appending.removeMissing() }
        self = appending
    }

    private mutating func take(_ item: SourceItem, using none: inout RandomNumbers) throws {
        switch item {
        case .record(let record):
            var base: BaseID?
            if let key = RowResolver.baseKey(of: record) {
                guard case .base(let id) = try bases.find(key, at: record.origin, using: &none) else { return }
                base = id
            }
            try take(record, base: base)
        case .deletion(let kind, let key, let groups, let origin):
            try take(Deletion(kind: kind, key: key, groups: groups, origin: origin))
        case .departure(let kind, let key, let departure, let origin):
            try take(Deletion(kind: kind, key: key, groups: [], origin: origin, departure: departure))
        case .issue: break
        }
    }

    private mutating func take(_ record: SourceRecord, base: BaseID?) throws {
        rows += 1
        let resolver = RowResolver(
            store: store,
            source: source,
            mode: request.mode,
            coverage: files.coverage,
            scratch: scratch,
            files: fileNames
        )
        let row: RowResolver.Row
        do {
            row = try resolver.resolve(record, base: base, bases: bases)
        } catch is RowResolver.Refusal {
            return
        }
        guard record.isPart || bases.includes(row.base) else { return }
        if record.kind == .registration || record.kind == .pupil { return try takePupil(row) }
        guard let entry = try scratch.entry(record.kind, record.key), entry.isThere else { return }
        let known = try store.known(record.kind, of: source, by: row)
        var events: [NewEvent] = []
        if entry.stands, entry.place == place(of: record.origin), let known {
            if !known.isPresent { events.append(try composer.status(record.kind, known, .present)) }
            if known.base != row.base { events += try composer.moved(record.kind, known, to: row.base) }
        }
        let changes = try changes(record, entry, known)
        if Register.takes(record.kind) {
            for change in changes {
                try writer.add(row, id: entry.id, change: change, rows: rows)
            }
        } else if !changes.isEmpty {
            events.append(
                try composer.changed(
                    record.kind,
                    key: record.key,
                    id: entry.id,
                    owner: row.owner,
                    base: row.base,
                    groups: changes
                )
            )
        }
        try append(events)
    }

    /// The groups of a row that are not what the mirror has, registrations of pupils apart.
    func changes(
        _ record: SourceRecord,
        _ entry: Scratch.Entry,
        _ known: MirrorEntry?
    ) throws -> [EventComposer.GroupChange] {
        var changes: [EventComposer.GroupChange] = []
        for told in record.groups where !(record.kind == .pupil && told.group == .registration) {
            guard let state = entry.groups[told.group], state.saying == .told, state.place == place(of: record.origin)
            else { continue }
            let (content, found) = try store.settled(told, record, known, hash)
            try require(found, toBe: state.hash, record)
            guard known?.groups[told.group] != state.hash else { continue }
            changes.append(
                EventComposer.GroupChange(
                    group: told.group,
                    change: .set,
                    rows: content.rows,
                    place: isReleasing ? nil : state.place
                )
            )
        }
        return changes
    }

    /// A row that says something else the second time stops the run: the export was still being written.
    func require(_ found: ContentHash, toBe told: ContentHash, _ record: SourceRecord) throws {
        guard found != told else { return }
        throw ImportError(
            .filesChanged,
            "\(record.origin.file) changed while it was read: wait until the export has finished and "
                + "import again; what has been taken in stays, the rest follows"
        )
    }

    /// The hash of a content.
    func hash(of content: GroupContent) -> ContentHash { hash.of(content) }

    /// The hash of a content's canonical bytes.
    func hash(of canonicalBytes: UnsafeRawBufferPointer) -> ContentHash { hash.of(canonicalBytes) }

    /// A place as the scratch has it.
    func place(of origin: SourceRecord.Origin) -> Scratch.Place {
        Scratch.Place(file: number(of: origin.file), line: UInt32(origin.line))
    }

    /// A file's number as the survey numbered it.
    func number(of file: String) -> UInt16 { fileNames.firstIndex(of: file).map(UInt16.init) ?? UInt16.max }

    mutating func append(_ events: [NewEvent]) throws {
        if !events.isEmpty { try writer.append(events, rows: rows) }
    }
}
