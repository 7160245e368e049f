import Glibc

/// An open file whose writes are made durable by an explicit call, and whose errors name it.
struct SyncedFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    /// Opens a file, or makes it with mode 0600 when `flags` say so.
    init(_ path: String, flags: Int32) throws {
        self.path = path
        descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error("open", path) }
    }

    deinit { close(descriptor) }

    /// The length in bytes.
    func length() throws -> Int { Int(try status().st_size) }

    /// The permission bits.
    func permissions() throws -> UInt32 { try status().st_mode & 0o777 }

    /// Reads from an offset until the buffer is full or the file ends; gives the number of bytes.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, offset + done)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.error("read", path) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Writes all bytes at an offset; durable only after `sync`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, offset + done)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.error("write", path) }
            done += count
        }
    }

    /// Cuts the file off; durable only after `sync`.
    func truncate(to length: Int) throws {
        guard ftruncate(descriptor, length) == 0 else { throw Self.error("truncate", path) }
    }

    /// Makes all writes durable, and the length with them.
    func sync() throws {
        guard fdatasync(descriptor) == 0 else { throw Self.error("sync", path) }
    }

    private func status() throws -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.error("examine", path) }
        return status
    }

    /// The last refusal of the operating system, as an error.
    static func error(_ verb: String, _ path: String) -> EventLogError {
        .file(verb, path, errno)
    }
}

/// What is done to folders, durably.
enum SyncedFolder {
    /// Makes a new file appear whole or not at all; durable on return.
    ///
    /// Looking first and then renaming is safe here: the names hold a log's id or lie in its store, and a log has one
    /// owner at a time.
    ///
    /// - Returns: false when the name is taken; what lies there is untouched.
    static func addFile(_ name: String, in folder: String, holding bytes: UnsafeRawBufferPointer) throws -> Bool {
        let path = "\(folder)/\(name)"
        guard access(path, F_OK) != 0 else { return false }
        let temporary = temporaryPath(name, in: folder)
        // Left by a cut: it was never used, for it never had its name.
        unlink(temporary)
        do {
            let file = try SyncedFile(temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
            try file.write(bytes, at: 0)
            try file.sync()
            guard rename(temporary, path) == 0 else { throw SyncedFile.error("name", path) }
        } catch {
            // It may be a key: it does not stay where nobody looks for it.
            unlink(temporary)
            throw error
        }
        try sync(folder)
        return true
    }

    /// Where a file stands while `addFile` writes it.
    static func temporaryPath(_ name: String, in folder: String) -> String { "\(folder)/.\(name).new" }

    /// Makes the names in a folder durable.
    static func sync(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SyncedFile.error("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SyncedFile.error("sync", folder) }
    }

    /// Makes a folder with mode 0700 unless it is there; durable on return.
    static func make(_ folder: String) throws {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw SyncedFile.error("make", folder) }
        // Also when it is there: who made it may have been killed before this.
        try sync(parent(of: folder))
    }

    /// True when a folder, or a link to one, has this path.
    static func exists(_ folder: String) -> Bool {
        var status = stat()
        return stat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The path with links resolved as far as it exists, so that two names of one place compare equal.
    static func resolved(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        let parent = parent(of: path)
        guard parent != path else { return path }
        let base = resolved(parent)
        let name = path.split(separator: "/").last ?? ""
        return base == "/" ? "/\(name)" : "\(base)/\(name)"
    }

    private static func parent(of path: String) -> String {
        let parts = path.split(separator: "/")
        let parent = parts.dropLast().joined(separator: "/")
        if path.hasPrefix("/") { return "/\(parent)" }
        return parent.isEmpty ? "." : parent
    }
}
