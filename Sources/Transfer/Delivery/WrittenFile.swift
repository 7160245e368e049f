import Glibc
import Sealing

/// A file being written, whose SHA-256 is taken on the way.
///
/// Not for sharing between threads: it belongs to the run that writes it.
final class WrittenFile {
    let path: String
    private let descriptor: Int32
    private var hash = SHA256()

    /// Begins a file with mode 0600; what a crash left under its name is written over.
    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileOperations.failure("write", path) }
    }

    deinit { close(descriptor) }

    /// Adds bytes.
    func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            hash.update(buffer)
            var done = 0
            while done < buffer.count {
                let count = write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw FileOperations.failure("write", path) }
                done += count
            }
        }
    }

    /// Makes what was written durable; the name is durable after its folder has been synced.
    func sync() throws {
        guard fsync(descriptor) == 0 else { throw FileOperations.failure("sync", path) }
    }

    /// SHA-256 of what has been written; asked for once.
    func digest() -> [UInt8] { hash.finish().bytes }

    /// Reads a file piece by piece.
    static func read(_ path: String, _ body: ([UInt8]) throws -> Void) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileOperations.failure("read", path) }
        defer { close(descriptor) }
        while true {
            let bytes = try [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
                var got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                while got < 0 && errno == EINTR { got = Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
                guard got >= 0 else { throw FileOperations.failure("read", path) }
                count = got
            }
            if bytes.isEmpty { return }
            try body(bytes)
        }
    }

    /// SHA-256 of a file; nil when there is none.
    static func digest(of path: String) throws -> [UInt8]? {
        guard FileOperations.exists(path) else { return nil }
        var hash = SHA256()
        try read(path) { bytes in bytes.withUnsafeBytes { hash.update($0) } }
        return hash.finish().bytes
    }
}
