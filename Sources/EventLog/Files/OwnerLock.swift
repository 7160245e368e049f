import Glibc

/// The lock that makes one process the owner of a store for as long as it lives (log.md section 3).
///
/// It is an open-file-description lock: it goes with the descriptor, however the process ends, and a fork does not
/// double it.
struct OwnerLock: ~Copyable, Sendable {
    /// F_OFD_SETLK, which the Glibc module leaves out.
    private static let setOpenFileLock: Int32 = 37

    private let file: OpenFile

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - layout: the store.
    ///   - purpose: what the owner is doing, shown to those who wait.
    ///   - waitMilliseconds: how long to wait for another owner to finish.
    /// - Throws: `owned`, naming the owner, when it did not finish in time.
    init(_ layout: StoreLayout, purpose: String, waitMilliseconds: Int) throws {
        let file = try OpenFile(layout.lock, O_RDWR | O_CREAT)
        var waited = 0
        while !Self.tryLock(file.descriptor) {
            guard waited < waitMilliseconds else {
                throw EventLogError(
                    .owned,
                    "the store is in use by \(Self.owner(of: file)): wait until it has finished, "
                        + "or wait longer with --wait SECONDS"
                )
            }
            usleep(20_000)
            waited += 20
        }
        let note = Array("process \(getpid()): \(purpose)\n".utf8)
        ftruncate(file.descriptor, 0)
        try note.withUnsafeBytes { try file.write($0, at: 0) }
        self.file = file
    }

    private static func tryLock(_ descriptor: Int32) -> Bool {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return fcntl(descriptor, setOpenFileLock, &lock) == 0
    }

    private static func owner(of file: borrowing OpenFile) -> String {
        let buffer = ByteBuffer(capacity: 256)
        let count = (try? file.read(into: buffer.memory, at: 0)) ?? 0
        let text = String(decoding: buffer.memory[..<count], as: UTF8.self)
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        return line.isEmpty ? "another process" : line
    }
}
