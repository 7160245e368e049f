import Glibc
import Identifiers
import Sealing
import Synchronization

/// The data keys of a log: one random 256-bit key for each (subject, data class), in memory and in one file.
///
/// Any number of threads look keys up, through `withKeys`, while one adds new ones. A new key is on the disk before any
/// thread sees it, so that no record that needs it can be durable without it.
public final class KeyStore: Sendable {
    /// The log that the keys belong to.
    public let log: LogID
    /// How many pages of the key file had one damaged copy at opening, which was mended.
    public let mendedPages: Int

    let folder: String
    let source: any KeyEncryptionKeySource
    let randomness: any RandomBytes
    let table: GuardedKeyTable
    /// Generations before this one whose key-encryption keys are still there: a change of keys was cut off.
    let superseded: Mutex<[UInt32]>
    private let file: Mutex<KeyFile?>

    // MARK: Making and opening

    /// Makes a key store without keys, generation 1, under a new key-encryption key, and opens it; durable on return.
    ///
    /// - Parameters:
    ///   - folder: the store's `keys` folder; made if it is not there.
    ///   - log: the new log's id.
    ///   - source: keeps the key-encryption key.
    ///   - randomness: where keys, ids and nonces come from.
    /// - Throws: `keyExists` when either file is there already; `file`.
    public static func create(
        folder: String,
        log: LogID,
        source: any KeyEncryptionKeySource,
        randomness: any RandomBytes
    ) throws -> KeyStore {
        try Folder.create(folder)
        let key = try source.create(log: log, generation: 1)
        let place = KeyFile.Place(folder: folder, log: log, randomness: randomness)
        try KeyFile.create(place, generation: 1, key: key)
        return try KeyStore(folder: folder, log: log, source: source, randomness: randomness)
    }

    /// Opens the newest generation in a folder and mends what is damaged in one copy only.
    ///
    /// - Parameters:
    ///   - folder: the store's `keys` folder.
    ///   - log: the log's id.
    ///   - source: keeps the key-encryption key.
    ///   - randomness: where keys, ids and nonces come from.
    ///   - acknowledged: a `mark` that the keys are known to have reached. The end of that generation's file is not taken
    ///     for torn below it, and no older generation is taken for the newest.
    ///   - keepsSuperseded: leaves it to `discardSuperseded` to end a change of keys that was cut off.
    /// - Throws: `keyFileMissing`, `keyFileDamaged` with file and offset, `keyFileNewer`, `keyFileOfAnotherLog`,
    ///   `keyWrong` and the source's errors, all before anything is written.
    public init(
        folder: String,
        log: LogID,
        source: any KeyEncryptionKeySource,
        randomness: any RandomBytes,
        acknowledged: KeyMark = .none,
        keepsSuperseded: Bool = false
    ) throws {
        var generations = try Self.generations(in: folder)
        guard var newest = generations.popLast(), newest >= acknowledged.generation else {
            let name = KeyFile.name(max(1, acknowledged.generation))
            throw EventLogError(
                .keyFileMissing,
                "\(folder) has no \(name), and an older one opens less than is in use: bring it back from the newest backup"
            )
        }
        let place = KeyFile.Place(folder: folder, log: log, randomness: randomness)
        var table = KeyTable(generation: newest)
        let file: KeyFile
        do {
            file = try Self.open(newest, place, source, acknowledged, &table)
        } catch let error as EventLogError
            where error.code == .keyFileDamaged && generations.last ?? 0 >= max(1, acknowledged.generation)
        {
            // Made by a rotation that was cut off before it gave up the generation before, which is as good as ever.
            let before = generations.removeLast()
            table = KeyTable(generation: before)
            file = try Self.open(before, place, source, acknowledged, &table)
            try Self.discard(newest, in: folder, log: log, source: source)
            newest = before
        }
        // A rotation that was cut off goes on: what is older than the newest file opens nothing that is not in it.
        if !keepsSuperseded {
            for older in generations { try Self.discard(older, in: folder, log: log, source: source) }
            generations = []
        }
        superseded = Mutex(generations)
        self.log = log
        self.folder = folder
        self.source = source
        self.randomness = randomness
        mendedPages = file.mended
        self.table = GuardedKeyTable(table)
        self.file = Mutex(file)
    }

    private static func open(
        _ generation: UInt32,
        _ place: KeyFile.Place,
        _ source: any KeyEncryptionKeySource,
        _ acknowledged: KeyMark,
        _ table: inout KeyTable
    ) throws -> KeyFile {
        try KeyFile(
            place,
            generation: generation,
            key: try source.get(log: place.log, generation: generation),
            acknowledged: generation == acknowledged.generation ? acknowledged.pages : 0,
            table: &table
        )
    }

    /// The generations that have a file, oldest first.
    private static func generations(in folder: String) throws -> [UInt32] {
        try Folder.names(folder).compactMap { $0.hasPrefix("keys.") ? UInt32($0.dropFirst(5)) : nil }.sorted()
    }

    // MARK: Looking up

    /// The generation of keys that new parts are sealed under.
    public var generation: UInt32 { table.reading { $0.generation } }

    /// How far the key file has come, durably; remember it elsewhere to tell a lost end from a torn one.
    public var mark: KeyMark {
        file.withLock { KeyMark(generation: $0?.generation ?? 0, pages: $0?.pageCount ?? 0) }
    }

    /// How many keys there are.
    public var count: Int { withKeys { $0.count } }

    /// Lends the keys; new ones wait until the closure returns, so it should be short: a batch, not a replay.
    ///
    /// Must not be called again inside the closure.
    @inline(__always)
    public func withKeys<Answer, Failure: Error>(
        _ body: (borrowing KeyView) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try table.lending { table throws(Failure) in try body(KeyView(table: table)) }
    }

    // MARK: Adding

    /// Makes the keys that parts of these events need and that are not there yet; durable on return.
    ///
    /// - Throws: `subjectFenced`, and then no key is made; `keysNotDurable`; `keyStoreClosed`.
    public func makeKeys(for events: [NewEvent]) throws {
        var missing: [KeyOwner] = []
        withKeys { keys in
            for event in events {
                for part in event.parts where keys.find(part.subject, part.dataClass) == nil {
                    missing.append(KeyOwner(subject: part.subject, dataClass: part.dataClass))
                }
            }
        }
        if !missing.isEmpty { try makeKeys(for: missing) }
    }

    /// Makes the keys that these owners have not yet, in one sync for each 65,536; durable on return.
    ///
    /// - Throws: `subjectFenced`, and then no key is made; `keysNotDurable`; `keyStoreClosed`.
    public func makeKeys(for owners: [KeyOwner]) throws {
        try withFile { file in
            // Looked up again inside the lock: another thread may have made them meanwhile.
            let missing = try table.reading { table in
                var seen: Set<KeyOwner> = []
                let missing = owners.filter { table.find($0.subject, $0.dataClass) == nil && seen.insert($0).inserted }
                guard !missing.contains(where: { table.isFenced($0) }) else {
                    throw EventLogError(
                        .subjectFenced,
                        "a subject's erasure has begun or is done: no key is made for it again"
                    )
                }
                return missing
            }
            guard !missing.isEmpty else { return }
            let rows = KeyFileRows(keysFor: missing, randomness: randomness)
            try file.append(rows)
            try table.writing { table in try rows.insert(0..<rows.count, into: &table) }
        }
    }

    /// Makes sure that no key is ever made for these people, or classes of their data, again; durable on return.
    ///
    /// Keys that they have stay until the next rotation that takes them away.
    ///
    /// - Throws: `keysNotDurable`; `keyStoreClosed`.
    public func fence(_ fences: [KeyFence]) throws {
        try withFile { file in
            let new = Set(fences).subtracting(table.reading { $0.fences }).sorted()
            guard !new.isEmpty else { return }
            let rows = KeyFileRows(fencesAround: new)
            try file.append(rows)
            try table.writing { table in try rows.insert(0..<rows.count, into: &table) }
        }
    }

    /// True when no key is made for an owner again.
    public func isFenced(_ owner: KeyOwner) -> Bool { table.reading { $0.isFenced(owner) } }

    // MARK: Closing

    /// Zeroes the keys in memory and closes the file; looking up then finds nothing.
    ///
    /// Also done when the last reference to the store goes.
    public func close() {
        file.withLock { $0 = nil }
        table.writing { $0 = KeyTable(generation: $0.generation) }
    }

    func withFile(_ body: (inout KeyFile) throws -> Void) throws {
        try file.withLock { file in
            guard var open = file.take() else { throw EventLogError(.keyStoreClosed, "the key store has been closed") }
            do {
                try body(&open)
                file = consume open
            } catch {
                file = consume open
                throw error
            }
        }
    }
}
