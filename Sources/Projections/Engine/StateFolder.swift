import Glibc

/// The folder of state: one folder for each generation, and `CURRENT` with the number of the published one.
///
/// ```
/// state/CURRENT       "7\n", replaced by rename
/// state/7/data.mdb    the published generation
/// state/8/            a generation under construction, not synced: of no use after a power cut
/// state/8/BUILD       what it is to become, and how far it has come
/// state/8/*.run       what its tables are to receive at the end
/// ```
struct StateFolder: Sendable {
    let path: String

    private static let current = "CURRENT"

    /// Opens the folder, making it when missing.
    init(_ path: String) throws {
        self.path = path
        if mkdir(path, 0o700) == 0 {
            try Self.sync(Self.parent(of: path))
        } else if errno != EEXIST {
            throw Self.failure("cannot create \(path)")
        }
    }

    /// The number of the published generation; nil when none has been.
    func published() throws -> Int? {
        let file = path + "/" + Self.current
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw Self.failure("cannot read \(file)")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = read(descriptor, &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return Int(text.prefix { $0 != "\n" })
    }

    /// Names a generation as the published one; durable on return.
    func publish(_ number: Int) throws {
        let file = path + "/" + Self.current
        let draft = file + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw Self.failure("cannot write \(draft)") }
        let text = Array("\(number)\n".utf8)
        let isWritten = Glibc.write(descriptor, text, text.count) == text.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten else { throw Self.failure("cannot write \(draft)") }
        if rename(draft, file) != 0 { throw Self.failure("cannot replace \(file)") }
        try Self.sync(path)
        unlink(folder(of: number) + "/" + BuildRecord.file)
    }

    /// Makes an empty folder for a generation or for scratch, and answers its path.
    func makeFolder(_ name: String) throws -> String {
        let folder = path + "/" + name
        Self.remove(folder)
        if mkdir(folder, 0o700) != 0 { throw Self.failure("cannot create \(folder)") }
        return folder
    }

    /// The path of a generation's folder.
    func folder(of number: Int) -> String { "\(path)/\(number)" }

    /// Removes every folder but those of the generations named: checks that were cut short, generations whose last reader
    /// died with the process.
    func removeLeftovers(except numbers: Int?...) throws {
        let kept = numbers.compactMap { $0.map(String.init) } + [Self.current]
        for name in try Self.entries(of: path) where !kept.contains(name) { Self.remove(path + "/" + name) }
    }

    /// A number that no folder has.
    func nextNumber(after published: Int?) -> Int { (published ?? 0) + 1 }

    /// Removes a folder of state, or a file.
    static func remove(_ folder: String) {
        let files = ["data.mdb", "data.mdb-lock", "data.mdb.new", "data.mdb.new-lock"]
        let runs = (try? entries(of: folder))?.filter { $0.hasSuffix(SortedRuns.suffix) } ?? []
        for file in files + [BuildRecord.file, BuildRecord.file + ".new"] + runs { unlink(folder + "/" + file) }
        if rmdir(folder) != 0 { unlink(folder) }
    }

    private static func entries(of path: String) throws -> [String] {
        guard let listing = opendir(path) else { throw failure("cannot list \(path)") }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            return path.hasPrefix("/") ? "/" : "."
        }
        return String(path[..<slash])
    }

    private static func sync(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw failure("cannot open \(folder)") }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw failure("cannot sync \(folder)") }
    }

    static func failure(_ doing: String) -> ProjectionError {
        ProjectionError(.folder, "\(doing): \(String(cString: strerror(errno)))")
    }
}
