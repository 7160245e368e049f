import CBusError
import CLMDB
import Glibc
import Synchronization

/// One LMDB file, open: the place where tables live and transactions begin.
///
/// What `lmdb.h` asks of its callers is refused here instead: a second open in one process, use after fork, a network
/// file system, a file cut short, a write transaction inside another. The file closes when the last reference, and the
/// last transaction, is gone. `MDB_NOTLS` is always set, so a reader belongs to its transaction and not to its thread;
/// `MDB_WRITEMAP`, `MDB_NOMETASYNC` and `MDB_NOMEMINIT` never are.
///
/// `@unchecked Sendable`: LMDB guards the environment's own state with its locks, handles are added only under
/// `tables`, and everything else here is immutable or inside a `Mutex`.
public final class Environment: @unchecked Sendable {
    /// The file.
    public let file: String
    /// How it was opened.
    public let options: Options

    let pointer: OpaquePointer
    let serial: UInt64
    let tables = Mutex<[String: Table]>([:])
    private let owner: pid_t
    private let fileID: OpenEnvironments.FileID
    private let use = Mutex(Use())

    /// The transactions that are open.
    private struct Use {
        var transactions = 0
        /// When each reader began, in nanoseconds of the monotonic clock.
        var readers: [UInt64: UInt64] = [:]
        var lastReader: UInt64 = 0
        var writer: pthread_t?
        /// New transactions wait while the map grows.
        var isGrowing = false
    }

    /// Opens a file, making it and nothing else when it does not exist and may be made; beside it lies `<file>-lock`.
    ///
    /// A new file is durable, with its folder's entry, on return.
    ///
    /// - Parameters:
    ///   - file: the path of the data file; its folder must exist.
    ///   - options: map size, limits, durability.
    /// - Throws: `alreadyOpen`, `networkFileSystem`, `truncated`, `notAnEnvironment`, `missing`, `accessDenied` and
    ///   others, before any page is read.
    public init(file: String, options: Options = Options()) throws(LMDBError) {
        _ = reportsBusErrors
        let folder = FileCreation.folder(of: file)
        if !options.allowsNetworkFileSystem { try FileSystemKind.requireLocal(folder: folder) }
        if !options.readOnly && options.createsFile { try FileCreation.createIfMissing(file) }
        let id = try OpenEnvironments.enter(file)
        do throws(LMDBError) {
            try FileShape.check(file, readOnly: options.readOnly)
            if !options.readOnly { try FileCreation.reserveLock(of: file, readers: options.readersMax) }
            pointer = try Self.open(file, options)
        } catch {
            OpenEnvironments.leave(id)
            throw error
        }
        self.file = file
        self.options = options
        fileID = id
        owner = getpid()
        serial = OpenEnvironments.nextSerial()
    }

    deinit {
        // In a fork, closing would free the parent's reader slots: the map is left to the process's end.
        if getpid() == owner {
            OpenEnvironments.leave(fileID) { mdb_env_close(pointer) }
        }
    }

    private static func open(_ file: String, _ options: Options) throws(LMDBError) -> OpaquePointer {
        var made: OpaquePointer?
        try check(mdb_env_create(&made), "cannot create an environment")
        guard let pointer = made else { throw LMDBError(.other, "cannot create an environment") }
        do throws(LMDBError) {
            try check(mdb_env_set_mapsize(pointer, options.mapBytes), "cannot set the map size")
            try check(mdb_env_set_maxdbs(pointer, MDB_dbi(options.tablesMax)), "cannot set the number of tables")
            try check(mdb_env_set_maxreaders(pointer, UInt32(options.readersMax)), "cannot set the number of readers")
            try check(mdb_env_set_assert(pointer, reportAssertion), "cannot set the assertion hook")
            var flags = UInt32(MDB_NOSUBDIR | MDB_NOTLS)
            if options.readOnly { flags |= UInt32(MDB_RDONLY) }
            if options.durability == .unsynced { flags |= UInt32(MDB_NOSYNC) }
            try check(mdb_env_open(pointer, file, flags, 0o600), "cannot open \(file)")
            var cleared: Int32 = 0
            try check(mdb_reader_check(pointer, &cleared), "cannot check the readers of \(file)")
            // What is read from here on is durable, even if the process before was killed between write and sync.
            if !options.readOnly && options.durability == .full {
                try check(mdb_env_sync(pointer, 1), "cannot sync \(file)")
            }
        } catch {
            mdb_env_close(pointer)
            throw error
        }
        return pointer
    }

    /// Counts a transaction in, before it begins.
    ///
    /// - Throws: `forked`, or `nestedWrite` when this thread would wait for itself.
    func enter(writing: Bool) throws(LMDBError) {
        guard getpid() == owner else {
            throw LMDBError(.forked, "\(file) was opened before a fork: open it again in the new process")
        }
        while true {
            let entry = use.withLock { use in
                if writing && use.writer == pthread_self() { return Entry.nested }
                if use.isGrowing { return .later }
                use.transactions += 1
                return .entered
            }
            switch entry {
            case .entered: return
            case .later: usleep(1000)
            case .nested:
                throw LMDBError(.nestedWrite, "this thread already has a write transaction on \(file)")
            }
        }
    }

    /// Notes that a reader has taken a snapshot; a number of 0 is a new one.
    ///
    /// - Returns: the reader's number.
    func noteReader(_ number: UInt64 = 0) -> UInt64 {
        let now = Self.monotonicNanoseconds()
        return use.withLock { use in
            var number = number
            if number == 0 {
                use.lastReader += 1
                number = use.lastReader
            }
            use.readers[number] = now
            return number
        }
    }

    /// Notes that a reader has gone.
    func forgetReader(_ number: UInt64) {
        use.withLock { _ = $0.readers.removeValue(forKey: number) }
    }

    /// Readers of this process that have held their snapshot longer than so many seconds, oldest first.
    public func readers(olderThan seconds: Double) -> [OpenReader] {
        let now = Self.monotonicNanoseconds()
        return use.withLock { $0.readers.values.sorted() }
            .map { OpenReader(file: file, seconds: Double(now - min(now, $0)) / 1_000_000_000) }
            .filter { $0.seconds > seconds }
    }

    private static func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private enum Entry {
        case entered
        case later
        case nested
    }

    /// Notes that this thread has LMDB's write lock.
    func becameWriter() {
        use.withLock { $0.writer = pthread_self() }
    }

    /// Counts a transaction out; for a writer, before its lock is given back.
    func leave(writing: Bool) {
        use.withLock { use in
            use.transactions -= 1
            if writing { use.writer = nil }
        }
    }

    /// Makes the map larger, when no transaction is open: its address may change.
    ///
    /// Transactions that want to begin meanwhile wait; those that are open are waited for. A thread that begins one
    /// inside another therefore holds growing up until the time is over, and then goes on.
    ///
    /// - Parameters:
    ///   - bytes: the new size of the map.
    ///   - waitMilliseconds: how long to wait for open transactions.
    /// - Throws: `inUse` when a transaction was still open then; the map is as it was.
    public func grow(mapBytes bytes: Int, waitMilliseconds: Int = 0) throws(LMDBError) {
        use.withLock { $0.isGrowing = true }
        defer { use.withLock { $0.isGrowing = false } }
        var waited = 0
        while true {
            let returned: Int32? = use.withLock { use in
                use.transactions == 0 ? mdb_env_set_mapsize(pointer, bytes) : nil
            }
            if let returned { return try check(returned, "cannot grow \(file)") }
            guard waited < waitMilliseconds else { throw LMDBError(.inUse, "\(file) has open transactions") }
            usleep(1000)
            waited += 1
        }
    }
}

/// Once in a process, at the first opening: reading beyond the end of a map's file says which file it was.
private let reportsBusErrors = CBusErrorReport() == 0

/// Tells which file LMDB gave up on, and ends the process.
///
/// LMDB would end it by a signal; nothing that it holds open can be trusted any more. What was acknowledged is in the log.
private func reportAssertion(environment: OpaquePointer?, message: UnsafePointer<CChar>?) {
    var path: UnsafePointer<CChar>?
    _ = mdb_env_get_path(environment, &path)
    let file = path.map { String(cString: $0) } ?? "an LMDB file"
    let said = message.map { String(cString: $0) } ?? "assertion failed"
    let text =
        "syncd: \(file) is damaged (\(said)). Folders state and trees are made again when they are removed; "
        + "a log must be restored from a backup\n"
    _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    _exit(1)
}
