import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import Sealing

/// Imports a set of files: reads it once to check everything, once to append what changed.
///
/// The mirror must be up to date when it begins. Nobody sees a run as complete before it is: a run that needs more than
/// one batch begins with `ImportStarted`, and every run ends with `ImportCompleted`.
public struct ImportRunner {
    private let store: any ImportStore
    private let actor: ActorID
    private let now: @Sendable () -> Timestamp
    private let randomness: any RandomBytes
    private let scratchFolder: String
    private let progress: (Int) -> Void
    private let partBytesMax: Int
    private let batchEventsMax: Int

    /// Makes a runner.
    ///
    /// - Parameters:
    ///   - store: the mirror to compare with and the log to append to.
    ///   - actor: who imports.
    ///   - now: the clock.
    ///   - randomness: where ids come from.
    ///   - scratchFolder: a folder on the store's disk in which a folder of the run is made and removed again.
    ///   - partBytesMax: the most bytes that one data group may have; larger ones are held back.
    ///   - batchEventsMax: data events of one batch: enough to share a sync, few enough to hold in memory.
    ///   - progress: told after each batch how many rows have been read.
    public init(
        store: any ImportStore,
        actor: ActorID,
        now: @escaping @Sendable () -> Timestamp,
        randomness: any RandomBytes = SystemRandomness(),
        scratchFolder: String,
        partBytesMax: Int = Limits.partBytes - 4_096,
        batchEventsMax: Int = 5_000,
        progress: @escaping (Int) -> Void = { _ in }
    ) {
        self.store = store
        self.actor = actor
        self.now = now
        self.randomness = randomness
        self.scratchFolder = scratchFolder
        self.progress = progress
        self.partBytesMax = partBytesMax
        self.batchEventsMax = batchEventsMax
    }

    /// Imports, or shows what an import would do.
    ///
    /// Durable on return; the mirror is not brought up to date. Killed at any instant, the same call finishes it.
    ///
    /// - Parameters:
    ///   - files: what to read.
    ///   - request: what a person asks.
    ///   - defaultSource: the source's name when the request has none (rulings 2).
    /// - Throws: `ImportError`, or the format's refusal of the set: nothing was applied then.
    public func run(
        _ files: any RecordSource,
        _ request: ImportRequest,
        defaultSource: String
    ) throws -> ImportReport {
        let folder = scratchFolder + "/import-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try store.holdMirror()
        defer { store.releaseMirror() }
        var random = RandomNumbers(randomness)
        let name = request.source ?? defaultSource
        let known = try store.source(named: name)
        if let known, known.format != files.format {
            throw ImportError(
                .sourceFormat,
                "source \(name) has been imported as \(known.format), not \(files.format): name another source "
                    + "with --source NAME"
            )
        }
        let source = known?.id ?? SourceID.random(using: &random)
        let filter = try known.flatMap { try store.suppression(of: $0.id) }.map { try ErasureFilter(files, $0) }
        let files: any RecordSource = filter ?? files
        let day = files.producedOn ?? today()
        let scratch = try Scratch(folder: folder, randomness: randomness, store: store, day: day)
        var survey = try Survey(
            request: request,
            files: files,
            store: store,
            source: source,
            isKnownSource: known != nil,
            scratch: scratch,
            day: day,
            partBytesMax: partBytesMax,
            report: ImportReport(run: RunID.random(using: &random), source: name)
        )
        try survey.run(using: &random)
        var report = survey.report
        report.suppressed = filter?.dropped ?? 0
        report.registeredBases = survey.bases.registered.map(\.key)
        guard !request.isDryRun else {
            report.isDryRun = true
            return report
        }
        if known == nil { try register(source, name: name, format: files.format) }
        return try append(&survey, report)
    }

    private func append(_ survey: inout Survey, _ surveyed: ImportReport) throws -> ImportReport {
        var report = surveyed
        let source = survey.source
        let settings = hashed(survey.request.canonicalSettings)
        let digest = try store.keyedHash(survey.contentDigest(), source: source) ?? []
        if let unfinished = try store.unfinishedRun(of: source), unfinished.digest == digest,
            unfinished.settings == settings
        {
            report.run = unfinished.id
            report.resumed = true
        }
        let facts = RunFacts(
            source: source,
            format: survey.files.format,
            isFull: survey.request.mode == .full,
            settings: settings,
            digest: digest,
            files: survey.readFiles,
            transfer: survey.files.transfer
        )
        let composer = EventComposer(source: source, run: report.run)
        let writer = try BatchWriter(
            store: store,
            source: source,
            actor: actor,
            now: now,
            composer: composer,
            beginning: report.resumed ? nil : beginning(report.run, facts),
            eventsMax: batchEventsMax,
            progress: progress
        )
        var appending = Appending(survey, reconciler: try survey.reconciler(), composer: composer, writer: writer)
        // Of most exports on most days nothing is to be appended: then they need no second reading.
        if survey.changesAnything { try appending.run() }
        let issues = try settle(survey, appending, composer, &report)
        try appending.append(issues)
        let rest = try appending.writer.takeRest()
        report.appended = appending.writer.appended - issues.count - appending.deletionOrders.events
        report.orders = appending.deletionOrders.orders.sorted()
        let ignored = try deletesIgnored(survey, facts, run: report.run)
        report.position = try complete(report, facts, rest + ignored, version: appending.writer.sourceVersion)
        return report
    }

    /// Lays the data issues of the files beside those that are open; the events that this comes to.
    private func settle(
        _ survey: Survey,
        _ appending: Appending,
        _ composer: EventComposer,
        _ report: inout ImportReport
    ) throws -> [NewEvent] {
        let ledger = IssueLedger(
            survey: survey,
            reconciler: appending.reconciler,
            bases: appending.bases,
            composer: composer
        )
        var random = RandomNumbers(randomness)
        let outcome = try ledger.settle(using: &random)
        report.issuesRaised = outcome.raised
        report.issuesResolved = outcome.resolved
        report.issuesOpen = outcome.open
        report.issuesSeen = outcome.seen
        return outcome.events
    }

    private func register(_ source: SourceID, name: String, format: String) throws {
        var open = Syncd_Events_SourceRegistered()
        open.name = name
        open.format = format
        // The part makes the source's key, under which the digests of its files are taken.
        var note = Syncd_Events_AuditNote()
        note.reason = "source registered"
        let part = NewPart(
            subject: SubjectID(source),
            dataClass: DataClass(rawValue: DataGroup.audit.rawValue),
            plaintext: try note.bytes()
        )
        try appendAlone(
            NewEvent(
                type: EventType.sourceRegistered.number,
                base: store.owner,
                stream: StreamID(source),
                open: try open.bytes(),
                parts: [part]
            ),
            command: RunCommand.id(run: RunID(source), step: "register")
        )
    }

    /// The event with which a run of several batches begins.
    private func beginning(_ run: RunID, _ facts: RunFacts) throws -> NewEvent {
        NewEvent(
            type: EventType.importStarted.number,
            base: store.owner,
            stream: StreamID(facts.source),
            open: try facts.started(run).bytes()
        )
    }

    /// What the log keeps of deletions that changed nothing: that they were told, and by whose key one can ask which.
    private func deletesIgnored(_ survey: Survey, _ facts: RunFacts, run: RunID) throws -> [NewEvent] {
        guard !survey.deletesUnknown.isEmpty else { return [] }
        var open = Syncd_Events_ImportDeletesIgnored()
        open.source = facts.source.data
        open.run = run.data
        open.count = UInt64(survey.deletesUnknown.count)
        let ordered = survey.deletesUnknown.sorted { ($0.key.file, $0.key.line) < ($1.key.file, $1.key.line) }
        open.keys = try ordered.prefix(1_000).compactMap { _, deletion in
            try store.keyedHash(Array(deletion.key.utf8), source: facts.source).map { Data($0) }
        }
        return [
            NewEvent(
                type: EventType.importDeletesIgnored.number,
                base: store.owner,
                stream: StreamID(facts.source),
                open: try open.bytes()
            )
        ]
    }

    private func complete(
        _ report: ImportReport,
        _ facts: RunFacts,
        _ rest: [NewEvent],
        version: UInt64
    ) throws -> Position {
        let last = NewEvent(
            type: EventType.importCompleted.number,
            base: store.owner,
            stream: StreamID(facts.source),
            open: try facts.completed(report).bytes()
        )
        let batch = Batch(
            command: RunCommand.id(run: report.run, step: "complete after \(store.durableEnd)"),
            actor: actor,
            recordedAt: now(),
            events: rest + [last],
            conditions: [StreamCondition(stream: StreamID(facts.source), version: version)]
        )
        return try batch.surely(store.append).last
    }

    private func appendAlone(_ event: NewEvent, command: CommandID) throws {
        _ = try Batch(command: command, actor: actor, recordedAt: now(), events: [event]).surely(store.append)
        try store.catchUp()
    }

    /// The day in the United Kingdom.
    private func today() -> CalendarDate {
        let instant = Date(timeIntervalSince1970: Double(now().microseconds) / 1_000_000)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "Europe/London") ?? .gmt
        let parts = calendar.dateComponents([.year, .month, .day], from: instant)
        return CalendarDate(year: parts.year ?? 1970, month: parts.month ?? 1, day: parts.day ?? 1) ?? .earliest
    }

    private func hashed(_ text: String) -> [UInt8] {
        var hash = SHA256()
        return hash.digest(of: Array(text.utf8)).bytes
    }
}

/// Random numbers from a source of random bytes, drawn some at a time: one large call costs far less than many small.
///
/// Its copies share what has been drawn, so none repeats what another gave.
struct RandomNumbers: RandomNumberGenerator {
    private final class Pool {
        let source: any RandomBytes
        var numbers = [UInt64](repeating: 0, count: 256)
        var used = 256

        init(_ source: any RandomBytes) { self.source = source }
    }

    private let pool: Pool

    init(_ source: any RandomBytes) { pool = Pool(source) }

    mutating func next() -> UInt64 {
        if pool.used == pool.numbers.count {
            pool.numbers.withUnsafeMutableBytes { pool.source.fill($0) }
            pool.used = 0
        }
        defer { pool.used += 1 }
        return pool.numbers[pool.used]
    }
}
