import Glibc

/// Files that are never replaced.
extension Folder {
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
            let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_EXCL)
            try file.write(bytes, at: 0)
            try file.syncData()
            guard rename(temporary, path) == 0 else { throw EventLogError.file("name", path, errno) }
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
}
