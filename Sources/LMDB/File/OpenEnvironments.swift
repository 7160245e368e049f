import Glibc
import Synchronization

/// The files that this process has open as environments: LMDB forbids a second open, and does not notice one.
enum OpenEnvironments {
    /// A file as the kernel knows it, whatever path leads to it.
    struct FileID: Hashable, Sendable {
        var device: UInt64
        var inode: UInt64
    }

    private static let open = Mutex<Set<FileID>>([])
    private static let serials = Atomic<UInt64>(0)

    /// A number for an environment that no other one of this process has or had.
    static func nextSerial() -> UInt64 { serials.add(1, ordering: .relaxed).newValue }

    /// Takes the file for this environment.
    ///
    /// - Throws: `alreadyOpen`, or `missing`.
    static func enter(_ file: String) throws(LMDBError) -> FileID {
        var facts = stat()
        if stat(file, &facts) != 0 { throw LMDBError(errno, "cannot open \(file)") }
        let id = FileID(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
        if !open.withLock({ $0.insert(id).inserted }) {
            throw LMDBError(.alreadyOpen, "\(file) is open in this process already; share that environment")
        }
        return id
    }

    /// Gives it back.
    ///
    /// - Parameter close: closes the file, while nobody enters: as soon as a removed file is closed, the kernel gives its
    ///   number to a new one.
    static func leave(_ id: FileID, closing close: () -> Void = {}) {
        open.withLock { open in
            close()
            open.remove(id)
        }
    }
}
