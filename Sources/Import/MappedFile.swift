import EventLog
import Glibc

/// A file without a name whose bytes are memory: what is in it can leave memory for the disk, and goes with the process.
final class MappedFile {
    /// Address space, of which nothing is used before it is asked for.
    private static let reserved = 1 << 36
    private static let step = 1 << 20

    private let descriptor: Int32
    private let start: UnsafeMutableRawPointer
    private var size = 0

    /// Makes an empty file.
    ///
    /// - Parameter folder: which disk it lies on.
    /// - Throws: `ImportError` when the disk or the system refuses.
    init(in folder: String) throws {
        var name = Array((folder + "/scratch-XXXXXX").utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw Self.refused() }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(name)
        guard let mapped = mmap(nil, Self.reserved, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            mapped != MAP_FAILED
        else {
            close(descriptor)
            throw Self.refused()
        }
        start = mapped
    }

    deinit {
        munmap(start, Self.reserved)
        close(descriptor)
    }

    /// The bytes that there is room for.
    var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: start, count: size) }

    /// Makes room for so many bytes; new ones are zero.
    ///
    /// Room on the disk is taken at once, so that a full disk is an error here and not a signal later.
    func grow(to count: Int) throws {
        guard count > size else { return }
        let wanted = (max(count, min(size * 2, size + 16 * Self.step)) + Self.step - 1) & ~(Self.step - 1)
        guard wanted <= Self.reserved else { throw Self.refused() }
        let failure = posix_fallocate(descriptor, 0, off_t(wanted))
        guard failure == 0 else {
            errno = failure
            throw Self.refused()
        }
        size = wanted
    }

    private static func refused() -> ImportError {
        ImportError(
            .scratch,
            "there is no room for what an import has to remember (\(String(cString: strerror(errno)))): free some of the "
                + "disk that the store lies on, then import again"
        )
    }
}
