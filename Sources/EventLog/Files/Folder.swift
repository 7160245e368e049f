import Glibc

/// Folders of the store, and the few operations on them that must survive a power cut.
enum Folder {
    /// Makes a folder for its owner alone unless it is there, and its entry in the parent durable.
    ///
    /// Also when it is there: who made it may have been killed before that.
    static func create(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw EventLogError.file("create", path, errno) }
        try sync(parent(of: path))
    }

    /// Makes the entries of a folder durable: files created, renamed and removed in it.
    static func sync(_ path: String) throws {
        let folder = try OpenFile(path, O_RDONLY | O_DIRECTORY)
        guard fsync(folder.descriptor) == 0 else { throw EventLogError.file("sync", path, errno) }
    }

    /// Puts a file in another's place, durably.
    ///
    /// - Parameter syncs: false only in a test that shows what the folder's sync is for.
    static func replace(_ target: String, with replacement: String, syncs: Bool = true) throws {
        guard rename(replacement, target) == 0 else { throw EventLogError.file("rename", replacement, errno) }
        if syncs { try sync(parent(of: target)) }
    }

    /// Writes a small file so that it is there whole or not at all.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let temporary = path + ".new"
        do {
            let file = try OpenFile(temporary, O_WRONLY | O_CREAT | O_TRUNC)
            try bytes.withUnsafeBytes { try file.write($0, at: 0) }
            try file.syncData()
        }
        try replace(path, with: temporary)
    }

    /// Reads a small file whole; nil when there is none.
    static func read(_ path: String, limit: Int = 1 << 20) throws -> [UInt8]? {
        guard access(path, F_OK) == 0 else { return nil }
        let file = try OpenFile(path, O_RDONLY)
        let length = try file.length()
        guard length <= limit else { throw EventLogError(.fileFailed, "\(path) is too long to be what it should be") }
        return try [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
        }
    }

    /// Removes a file if it is there, durably.
    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw EventLogError.file("remove", path, errno) }
        try sync(parent(of: path))
    }

    /// Removes everything in a folder, and keeps the folder.
    ///
    /// For what is of no use to anybody: what cannot be removed now hinders nothing, and is tried again next time.
    static func removeTrees(in path: String) {
        for name in (try? names(path)) ?? [] { removeTree(path + "/" + name) }
    }

    /// Removes a file, or a folder with everything in it, as far as that goes.
    static func removeTree(_ path: String) {
        if unlink(path) == 0 || errno == ENOENT { return }
        removeTrees(in: path)
        rmdir(path)
    }

    /// The names in a folder, sorted.
    static func names(_ path: String) throws -> [String] {
        guard let stream = opendir(path) else { throw EventLogError.file("list", path, errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
