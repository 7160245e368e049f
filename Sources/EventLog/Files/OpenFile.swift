import Glibc

/// A file descriptor that is closed when its owner goes.
///
/// Every call that a fault can strike goes through here or through liblmdb, so that one list names them all.
struct OpenFile: ~Copyable, Sendable {
    /// The descriptor.
    let descriptor: Int32
    /// The path, for messages.
    let path: String

    /// Opens or creates a file; created files are readable by their owner alone.
    init(_ path: String, _ flags: Int32, mode: mode_t = 0o600) throws {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw EventLogError.file("open", path, errno) }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// The file's length in bytes.
    func length() throws -> Int { Int(try status().st_size) }

    /// Who may do what with it: the permission bits.
    func permissions() throws -> UInt32 { try status().st_mode & 0o777 }

    /// Writes all the bytes at an offset; a short write goes on where it stopped.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            let written = pwrite(
                descriptor,
                bytes.baseAddress.map { $0 + done },
                bytes.count - done,
                off_t(offset + done)
            )
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw EventLogError.file("write", path, errno) }
            done += written
        }
    }

    /// Reads bytes at an offset into a buffer; fewer only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        var done = 0
        while done < buffer.count {
            let got = pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
            if got < 0 {
                if errno == EINTR { continue }
                throw EventLogError.file("read", path, errno)
            }
            if got == 0 { break }
            done += got
        }
        return done
    }

    /// Cuts the file off; durable only after a sync.
    func truncate(to length: Int) throws {
        guard ftruncate(descriptor, length) == 0 else { throw EventLogError.file("truncate", path, errno) }
    }

    /// Makes the file's data durable, and its length.
    ///
    /// After a failure the file must not be synced again: its pages may pass for clean.
    func syncData() throws {
        guard fdatasync(descriptor) == 0 else { throw EventLogError.file("sync", path, errno) }
    }

    private func status() throws -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw EventLogError.file("examine", path, errno) }
        return status
    }
}

extension EventLogError {
    /// A failed call on a file, in words; a full disk has a code of its own.
    static func file(_ call: String, _ path: String, _ code: Int32, source: String = #fileID, line: Int = #line) -> Self
    {
        let full = code == ENOSPC || code == EDQUOT
        let words = String(cString: strerror(code))
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "the disk is full: free some space and try again"
            case EIO: "\(words); check the disk and try again"
            default: words
            }
        return EventLogError(
            full ? .diskFull : .fileFailed,
            "cannot \(call) \(path): \(advice)",
            file: source,
            line: line
        )
    }
}
