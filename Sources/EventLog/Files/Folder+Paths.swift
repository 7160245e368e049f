import Glibc

/// Paths by themselves.
extension Folder {
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

    /// The folder that holds a path.
    static func parent(of path: String) -> String {
        let parts = path.split(separator: "/")
        let parent = parts.dropLast().joined(separator: "/")
        if path.hasPrefix("/") { return "/\(parent)" }
        return parent.isEmpty ? "." : parent
    }
}
