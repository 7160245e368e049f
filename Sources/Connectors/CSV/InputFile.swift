import Glibc

/// What tells one state of a file from another: the import reads twice, and both times it must be the same file.
struct FileStamp: Sendable, Equatable {
    private let device: UInt64
    private let inode: UInt64
    /// Bytes.
    let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}

/// A regular file, open for reading from beginning to end.
///
/// Closed when it goes.
struct InputFile: ~Copyable {
    /// For whoever reads the file for us; it is closed when this goes.
    let descriptor: CInt
    /// The file's name without its folder, for messages.
    let name: String
    /// What the file was when it was opened.
    let stamp: FileStamp

    /// Opens a file.
    ///
    /// - Throws: `SourceError` with code `missing` or `unreadable`.
    init(path: String) throws(SourceError) {
        let name = Self.name(of: path)
        // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            let reason =
                code == ENOENT
                ? "is not there: check the name and the folder, or export it again"
                : "cannot be opened: \(String(cString: strerror(code)))"
            throw SourceError(code == ENOENT ? .missing : .unreadable, file: name, reason)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw SourceError(.unreadable, file: name, "is not a file that can be read")
        }
        self.descriptor = descriptor
        self.name = name
        stamp = FileStamp(status)
    }

    deinit { close(descriptor) }

    /// Reads until the space is full or the file ends.
    ///
    /// - Returns: the number of bytes read; less than asked only at the end.
    /// - Throws: `SourceError` with code `unreadable`.
    func read(into space: UnsafeMutableRawBufferPointer) throws(SourceError) -> Int {
        var filled = 0
        while filled < space.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: space[filled...])
            let count = Glibc.read(descriptor, rest.baseAddress, rest.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw SourceError(.unreadable, file: name, "cannot be read: \(String(cString: strerror(errno)))")
            }
            filled += count
        }
        return filled
    }

    /// Goes back to the beginning.
    ///
    /// - Throws: `SourceError` with code `unreadable`.
    func rewind() throws(SourceError) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw SourceError(.unreadable, file: name, "cannot be read: \(String(cString: strerror(errno)))")
        }
    }

    /// Refuses the file when it is no longer what it was when it was opened.
    ///
    /// - Throws: `SourceError` with code `changed`.
    func checkUnchanged() throws(SourceError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, FileStamp(status) == stamp else {
            throw Self.changed(name)
        }
    }

    /// Lends the descriptor to a C library.
    func withDescriptor<R, Failure: Error>(_ body: (CInt) throws(Failure) -> R) throws(Failure) -> R {
        try body(descriptor)
    }

    static func changed(_ name: String) -> SourceError {
        SourceError(.changed, file: name, "changed while it was being read: let the export finish, then import again")
    }

    /// True when something is there under a path.
    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
