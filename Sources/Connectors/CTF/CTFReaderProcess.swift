import Glibc

/// The side of the reading process: the file on descriptor 3, frames out on descriptor 4, and nothing else in reach.
public enum CTFReaderProcess {
    /// The word with which the program is started for it.
    public static let word = "read-ctf"
    /// The file.
    static let input: CInt = 3
    /// The frames.
    static let output: CInt = 4
    /// Address space beside what the program has when it starts.
    ///
    /// The parser needs a few megabytes; a bug that eats memory ends here.
    private static let memory = 256 << 20

    /// Reads the file and ends.
    ///
    /// - Parameter limits: what is taken of the file.
    /// - Returns: the exit code: 0 when every frame was written, also of a file that was refused.
    public static func run(limits: XMLLimits = XMLLimits()) -> Int32 {
        guard confine(limits) else { return 1 }
        return read(limits)
    }

    #if DEBUG
        /// Behaves as no honest reader does.
        public static func run(_ misbehaviour: CTFMisbehaviour) -> Int32 {
            let limits = XMLLimits()
            return misbehaviour.run(confine: { confine(limits) }, read: { read(limits) })
        }
    #endif

    private static func read(_ limits: XMLLimits) -> Int32 {
        let frames = Frames()
        let parser = CTFParser(
            limits: limits,
            read: { space in
                while true {
                    let count = Glibc.read(input, space.baseAddress, space.count)
                    if count >= 0 || errno != EINTR { return count }
                }
            },
            write: { frames.add($0) }
        )
        parser.run()
        return frames.flush() ? 0 : 1
    }

    /// Gives up what a parser of hostile bytes must not have: memory without end, time without end, new files, new
    /// processes, and writing to any file.
    private static func confine(_ allowed: XMLLimits) -> Bool {
        // Whatever else was open where we were started.
        closefrom(output + 1)
        var status = stat()
        guard fstat(input, &status) == 0, let size = addressSpace() else { return false }
        let seconds = allowed.seconds(bytes: Int(status.st_size))
        let limits: [(__rlimit_resource, Int)] = [
            (RLIMIT_AS, size + memory), (RLIMIT_CPU, seconds), (RLIMIT_FSIZE, 0), (__RLIMIT_NPROC, 0),
            (RLIMIT_CORE, 0), (RLIMIT_NOFILE, 0),
        ]
        return limits.allSatisfy { resource, value in
            var limit = rlimit(rlim_cur: rlim_t(value), rlim_max: rlim_t(value))
            return setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0
        }
    }

    /// Bytes of address space that the process has now.
    private static func addressSpace() -> Int? {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(descriptor, &text, text.count)
        guard count > 0, let pages = Int(String(decoding: text.prefix { $0 >= 0x30 && $0 <= 0x39 }, as: UTF8.self))
        else {
            return nil
        }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Frames on their way out, many in one write.
    private final class Frames {
        private var bytes: [UInt8] = []
        private static let many = 128 << 10

        func add(_ frame: UnsafeRawBufferPointer) -> Bool {
            bytes.append(contentsOf: frame)
            return bytes.count < Self.many || flush()
        }

        func flush() -> Bool {
            defer { bytes.removeAll(keepingCapacity: true) }
            return bytes.withUnsafeBytes { all in
                var rest = all[...]
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest)
                    let count = Glibc.write(output, part.baseAddress, part.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { return false }
                    rest = rest.dropFirst(count)
                }
                return true
            }
        }
    }
}
