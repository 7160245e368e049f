import Identifiers
import Sealing
import Synchronization

/// An append-only log of sealed events: a write-ahead log that acknowledges, and an LMDB file that packs.
///
/// It knows bytes, streams, positions and keys, and nothing of schools. One process owns a store at a time; in it, any
/// number of threads and tasks append and read. What `append` has answered survives a kill, a power cut, a full disk
/// and a failed sync.
public final class EventLog: EventSource {
    /// Where the store lies.
    public let layout: StoreLayout
    /// The log's identity.
    public let logID: LogID
    /// The base id of the store's own events.
    public let owner: BaseID
    /// The epoch that appends belong to.
    public let epoch: UInt32
    /// What recovery found when the store was opened.
    public let recovery: RecoveryReport

    /// How many pages of the key file had one damaged copy at opening, which was mended from the other.
    public var mendedKeyPages: Int { keys.mendedPages }

    let file: LogFile
    let keys: KeyStore
    let tail: Tail
    let announcer: Announcer
    let reader: LogReader
    let gate = ReadGate()
    let acknowledged: (@Sendable (Position) -> Void)?
    private let encoder: BatchEncoder
    private let lock: OwnerLock
    private let writer: LogWriter
    let queue: AppendQueue
    private let threads: [WorkerThread]
    private let isClosed = Atomic(false)

    /// Opens a store, recovering it first when its last close was not in order.
    ///
    /// - Parameters:
    ///   - layout: where.
    ///   - keySource: where the key-encryption key is kept.
    ///   - settings: sizes; the defaults suit a store in use.
    ///   - purpose: what the owner is doing, shown to those who wait.
    ///   - waitMilliseconds: how long to wait for another owner.
    ///   - randomness: where keys and nonces come from.
    ///   - onFailure: told of failed flushes, which callers also hear of.
    /// - Throws: `notAStore`, `newerFormat`, `owned`, `walDamaged`, `keyMissing`, `keyWrong` and others.
    public init(
        opening layout: StoreLayout,
        keySource: any KeyEncryptionKeySource,
        settings: LogSettings = LogSettings(),
        purpose: String = "syncd",
        waitMilliseconds: Int = 0,
        randomness: some RandomBytes = SystemRandomness(),
        onFailure: @escaping @Sendable (EventLogError) -> Void = { _ in }
    ) throws {
        let control = try ControlFile(reading: layout)
        lock = try OwnerLock(layout, purpose: purpose, waitMilliseconds: waitMilliseconds)
        Folder.removeTrees(in: layout.temporary)
        let file = try LogFile(layout, settings: settings)
        let keys = try KeyStore(
            folder: layout.keys,
            log: control.log,
            source: keySource,
            randomness: randomness,
            acknowledged: try file.end().keyMark,
            keepsSuperseded: settings.keepsSupersededKeys
        )
        let keyMark: @Sendable () -> KeyMark = { keys.mark }
        let recovery = Recovery(layout: layout, log: control.log, file: file, settings: settings, keyMark: keyMark)
        let outcome = try Reserve.helping(layout) { try recovery.run() }
        let applied = Position(outcome.end.next.rawValue - 1)
        let tail = Tail(applied: applied, applyEvents: settings.applyEvents)
        let announcer = Announcer(end: applied)
        let start = Starter(
            layout: layout,
            log: control.log,
            file: file,
            settings: settings,
            keyMark: keyMark,
            tail: tail
        )
        let (wal, sequencer) = try Reserve.helping(layout) { try start.open(outcome) }
        let writer = LogWriter(
            wal: wal,
            sequencer: sequencer,
            tail: tail,
            announcer: announcer,
            generation: { keys.generation },
            restart: { try start.restart() },
            onFailure: onFailure
        )
        let queue = AppendQueue { writer.flush($0) }
        let applying = ApplierThread(
            file: file,
            layout: layout,
            tail: tail,
            keyMark: keyMark,
            settings: settings,
            onFailure: onFailure
        )

        self.layout = layout
        self.keys = keys
        self.file = file
        self.tail = tail
        self.announcer = announcer
        self.writer = writer
        self.queue = queue
        logID = control.log
        owner = control.owner
        epoch = control.epoch
        self.recovery = RecoveryReport(outcome)
        acknowledged = settings.acknowledged
        encoder = BatchEncoder(log: control.log, epoch: control.epoch, keys: keys, randomness: randomness)
        reader = LogReader(source: file, tail: tail, index: CommittedIndex(file: file), keys: keys, log: control.log)
        threads = [try WorkerThread { queue.run() }, try WorkerThread { applying.run() }]
        Reserve.hold(layout, bytes: settings.reserveBytes)
    }

    deinit { try? close() }

    /// The last durable position.
    public var durableEnd: Position { tail.durableEnd }

    /// The last position that stands in the log's file; what follows stands in the WAL alone.
    public var appliedEnd: Position { tail.applied }

    /// Appends a batch and waits for it, holding the calling thread.
    ///
    /// Durable on return. A lone caller writes and syncs by itself; callers that come meanwhile are written together.
    ///
    /// - Parameter batch: what to append; its command id makes repeating it safe for ever.
    /// - Returns: where the events are; for a command id that was appended before, where they have been since.
    /// - Throws: `versionConflict`, `commandReused`, `batchRefused`, `keysChanged`: nothing was written;
    ///   `outcomeUnknown`: repeat with the same command id; `readOnly`, `closed`, `diskFull`.
    @available(*, noasync, message: "use the asynchronous append: this one holds the thread")
    public func append(_ batch: Batch) throws -> Appended {
        let appended = try queue.append(try encode(batch))
        acknowledged?(appended.last)
        return appended
    }

    /// Appends a batch.
    ///
    /// Durable on return; see the blocking form for what it answers and throws.
    public func append(_ batch: Batch) async throws -> Appended {
        let sealed = try encode(batch)
        let appended = try await queue.append(sealed)
        acknowledged?(appended.last)
        return appended
    }

    /// Seals a batch; once the log is closed there are no keys to seal it under.
    private func encode(_ batch: Batch) throws -> SealedBatch {
        do {
            return try encoder.encode(batch)
        } catch let error as EventLogError where error.code == .keyStoreClosed {
            throw EventLogError(.closed, "the log has been closed")
        }
    }

    /// Brings everything durable into the log's file.
    public func applyAll() throws {
        try tail.drain()
    }

    /// Closes the log in order: waiting appends are written, everything is applied, and reads that have begun end.
    ///
    /// Appends and reads that come later are refused. The store itself is given back to other processes when the last
    /// reference to the log goes.
    ///
    /// - Throws: what kept durable events from the log's file; they are safe in the WAL.
    public func close() throws {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        queue.close()
        threads[0].join()
        let drained = Result { try tail.drain() }
        tail.stop()
        threads[1].join()
        let end = writer.finish()
        // Last of all, so that followers hear of what was still written, and readers see everybody.
        announcer.close()
        gate.close()
        defer { keys.close() }
        try drained.get()
        guard let end else { return }
        try Applier(file: file, keyMark: { [keys] in keys.mark }).apply([], continuation: .clean, wal: end)
    }
}
