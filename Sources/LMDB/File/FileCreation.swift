import CLMDB
import Glibc

/// Makes the file of a new environment so that a power cut leaves either no file or a good one.
///
/// LMDB writes the two meta pages of a new file in place and syncs neither them nor the folder; a cut in between leaves a
/// file that will not open. So the file is made under another name, synced, linked to its own name, and the folder
/// synced.
enum FileCreation {
    /// Makes the file unless it exists.
    ///
    /// - Throws: `LMDBError` when the folder cannot be written; durable on return.
    static func createIfMissing(_ file: String) throws(LMDBError) {
        if access(file, F_OK) == 0 { return }
        let draft = file + ".new"
        removeDraft(draft)
        defer { removeDraft(draft) }
        try writeMetaPages(draft)
        try sync(draft, O_RDWR)
        // A link, not a rename: it never replaces a file that somebody else made meanwhile.
        if link(draft, file) != 0 && errno != EEXIST { throw LMDBError(errno, "cannot create \(file)") }
        try sync(folder(of: file), O_RDONLY | O_DIRECTORY)
    }

    /// Gives the lock file beside a data file its space before LMDB maps it.
    ///
    /// LMDB makes it without blocks and writes through the map; on a full disk the first write would end the process by
    /// SIGBUS.
    ///
    /// - Throws: `LMDBError` when there is no room: nothing has been opened then.
    static func reserveLock(of file: String, readers: Int) throws(LMDBError) {
        let path = file + "-lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw LMDBError(errno, "cannot open \(path)") }
        defer { close(descriptor) }
        // As LMDB sizes it: a cache line of 64 bytes for each reader but one, three for the head.
        let code = posix_fallocate(descriptor, 0, off_t((readers + 2) * 64))
        if code != 0 { throw LMDBError(code, "cannot make room for \(path)") }
    }

    /// The folder that a file lies in.
    static func folder(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    /// Syncs a file or folder by name.
    static func sync(_ path: String, _ flags: Int32) throws(LMDBError) {
        let descriptor = open(path, flags | O_CLOEXEC)
        if descriptor < 0 { throw LMDBError(errno, "cannot open \(path)") }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw LMDBError(errno, "cannot sync \(path)") }
    }

    private static func writeMetaPages(_ draft: String) throws(LMDBError) {
        var pointer: OpaquePointer?
        try reserveLock(of: draft, readers: 126)
        try check(mdb_env_create(&pointer), "cannot create an environment")
        defer { mdb_env_close(pointer) }
        try check(mdb_env_open(pointer, draft, UInt32(MDB_NOSUBDIR | MDB_NOTLS), 0o600), "cannot create \(draft)")
        try check(mdb_env_sync(pointer, 1), "cannot sync \(draft)")
    }

    private static func removeDraft(_ draft: String) {
        unlink(draft)
        unlink(draft + "-lock")
    }
}
