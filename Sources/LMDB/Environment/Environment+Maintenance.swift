import CLMDB
import Glibc

/// Sizes of an environment.
public struct EnvironmentStatistics: Sendable, Equatable {
    /// Size of a page, in bytes.
    public var pageBytes: Int
    /// The highest page number in use.
    public var lastPage: Int
    /// The last committed transaction.
    public var transaction: Int
    /// Size of the map, in bytes.
    public var mapBytes: Int
    /// Size of the file, in bytes.
    public var fileBytes: Int
    /// Reader slots in use or used before.
    public var readerSlots: Int
}

/// A snapshot that somebody holds: what it can see is not used again, so the file grows.
public struct OpenReader: Sendable, Equatable {
    /// The file.
    public var file: String
    /// How long it has been held.
    public var seconds: Double
}

extension Environment {
    /// Makes everything committed durable: what ends the making of an unsynced environment.
    public func sync() throws(LMDBError) {
        try check(mdb_env_sync(pointer, 1), "cannot sync \(file)")
    }

    /// Ends the making of an unsynced environment: syncs it, and from here on every commit is durable.
    ///
    /// Allowed while it is read; a commit that runs at the same time may or may not be synced by itself.
    public func becomeDurable() throws(LMDBError) {
        try check(mdb_env_set_flags(pointer, UInt32(MDB_NOSYNC), 0), "cannot make \(file) durable")
        try sync()
    }

    /// Frees the slots of readers whose process has died; done at every opening, and to be done hourly.
    ///
    /// - Returns: how many were freed.
    @discardableResult
    public func clearDeadReaders() throws(LMDBError) -> Int {
        var cleared: Int32 = 0
        try check(mdb_reader_check(pointer, &cleared), "cannot check the readers of \(file)")
        return Int(cleared)
    }

    /// Sizes, now.
    public func statistics() throws(LMDBError) -> EnvironmentStatistics {
        var info = MDB_envinfo()
        var stat = MDB_stat()
        try check(mdb_env_info(pointer, &info), "cannot look at \(file)")
        try check(mdb_env_stat(pointer, &stat), "cannot look at \(file)")
        return EnvironmentStatistics(
            pageBytes: Int(stat.ms_psize),
            lastPage: info.me_last_pgno,
            transaction: info.me_last_txnid,
            mapBytes: info.me_mapsize,
            fileBytes: try fileBytes(),
            readerSlots: Int(info.me_numreaders)
        )
    }

    /// Copies the environment while it is in use, without its free pages.
    ///
    /// LMDB syncs neither the copy nor its folder; here both are, and the name appears only when the copy is whole.
    ///
    /// - Parameter copy: the path of the new file; must not exist.
    /// - Throws: `LMDBError`; durable on return.
    public func copyCompacted(to copy: String) throws(LMDBError) {
        let draft = copy + ".new"
        unlink(draft)
        defer { unlink(draft) }
        let descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw LMDBError(errno, "cannot create \(draft)") }
        defer { close(descriptor) }
        try check(mdb_env_copyfd2(pointer, descriptor, UInt32(MDB_CP_COMPACT)), "cannot copy \(file)")
        if fsync(descriptor) != 0 { throw LMDBError(errno, "cannot sync \(draft)") }
        if link(draft, copy) != 0 { throw LMDBError(errno, "cannot create \(copy)") }
        try FileCreation.sync(FileCreation.folder(of: copy), O_RDONLY | O_DIRECTORY)
    }

    /// Makes the file as long as its last page asks, after a commit that left it short.
    ///
    /// A failure is not reported: the commit stands, and an opening finds out that nothing is missing.
    func extendFile() {
        var info = MDB_envinfo()
        var stat = MDB_stat()
        var descriptor: Int32 = -1
        guard mdb_env_info(pointer, &info) == MDB_SUCCESS, mdb_env_stat(pointer, &stat) == MDB_SUCCESS,
            mdb_env_get_fd(pointer, &descriptor) == MDB_SUCCESS, let present = try? fileBytes()
        else { return }
        FileShape.extend(descriptor, to: (info.me_last_pgno + 1) * Int(stat.ms_psize), from: present)
    }

    private func fileBytes() throws(LMDBError) -> Int {
        var descriptor: Int32 = -1
        try check(mdb_env_get_fd(pointer, &descriptor), "cannot look at \(file)")
        var facts = Glibc.stat()
        if fstat(descriptor, &facts) != 0 { throw LMDBError(errno, "cannot look at \(file)") }
        return Int(facts.st_size)
    }
}
