import Glibc

/// What is done to files and folders, each step durable when it says so, each error naming the path.
enum FileOperations {
    /// Makes a folder with mode 0700 and those above it that are missing.
    static func makeFolder(_ path: String) throws {
        if mkdir(path, 0o700) == 0 { return try syncFolder(parent(of: path)) }
        switch errno {
        case EEXIST: return
        case ENOENT where parent(of: path) != path:
            try makeFolder(parent(of: path))
            try makeFolder(path)
        default: throw failure("make", path)
        }
    }

    /// Names inside a folder; none when there is no such folder.
    static func names(in folder: String) throws -> [String] {
        guard let handle = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure("list", folder)
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// True when something has this path.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Removes a file; one that is not there is no error.
    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    /// Removes a folder and everything in it; one that is not there is no error.
    static func removeTree(_ path: String) throws {
        for name in try names(in: path) {
            let inner = path + "/" + name
            if isFolder(inner) { try removeTree(inner) } else { try remove(inner) }
        }
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
    }

    /// True for a folder itself; a link to one is a file here.
    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Gives a file its name, unless the name is taken.
    ///
    /// Durable after the folder has been synced.
    ///
    /// By a second link, which unlike a rename never takes the place of a file that is there. Killed in between, the
    /// file has both names, and the passing one is removed when the run is ended.
    ///
    /// - Returns: false when the name is taken; nothing has moved then.
    static func rename(_ path: String, toFree target: String) throws -> Bool {
        if link(path, target) == 0 {
            try remove(path)
            return true
        }
        switch errno {
        case EEXIST: return false
        case EPERM, EOPNOTSUPP, ENOSYS:
            // A share without links. One process delivers, so nobody takes the name in between but a stranger who
            // writes files of our names.
            if exists(target) { return false }
            guard Glibc.rename(path, target) == 0 else { throw failure("name", target) }
            return true
        default: throw failure("name", target)
        }
    }

    /// Puts a file in another's place; durable only after a sync of the folder.
    static func replace(_ target: String, with path: String) throws {
        guard Glibc.rename(path, target) == 0 else { throw failure("replace", target) }
    }

    /// Makes the names in a folder durable.
    static func syncFolder(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        // A network share may have no such call for folders.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure("sync", path) }
    }

    /// The folder that a path lies in.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// The last refusal of the operating system, as an error.
    static func failure(_ verb: String, _ path: String) -> TransferError {
        TransferError(.fileFailed, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
