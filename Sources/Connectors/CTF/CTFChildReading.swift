import Glibc

/// Reads in a process of its own, so that a crash of the parser takes nothing with it (log.md section 3).
///
/// The process has the file, a pipe to us and no more: no store, no keys, no environment. It is killed when it says
/// nothing for too long, and when we have had enough.
public struct CTFChildReading: CTFReading {
    private let program: String
    private let environment: [String]
    private let patience: Int
    private let limits: XMLLimits

    /// Makes a reading.
    ///
    /// - Parameters:
    ///   - program: the program to start with the one argument `CTFReaderProcess.word`: this one.
    ///   - environment: variables of the process, `NAME=value`.
    ///   - patience: milliseconds without a word from the process until it is taken for hung.
    public init(
        program: String = "/proc/self/exe",
        environment: [String] = [],
        patience: Int = 30_000,
        limits: XMLLimits = XMLLimits()
    ) {
        self.program = program
        self.environment = environment
        self.patience = patience
        self.limits = limits
    }

    /// Reads an open file from its beginning.
    public func read(descriptor: CInt, size: Int, _ receive: (UnsafeRawBufferPointer) throws -> Bool) throws {
        let child = try Child(program, environment, input: descriptor)
        // All waiting together: a process that dribbles is no better than one that hangs.
        var budget = patience + limits.seconds(bytes: size) * 1000
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { space.deallocate() }
        while let count = try child.receive(into: space, patience: min(patience, budget), spent: &budget) {
            guard try receive(UnsafeRawBufferPointer(rebasing: space[..<count])) else { return child.end() }
        }
        try child.requireGoodEnd()
    }

    /// The process, killed and waited for when it goes.
    private final class Child {
        /// F_SETPIPE_SZ, which the headers show to GNU programs only.
        private static let setPipeSize: CInt = 1031

        private let process: pid_t
        private let pipe: CInt
        private var isOver = false

        init(_ program: String, _ environment: [String], input: CInt) throws {
            var ends: [CInt] = [0, 0]
            guard Glibc.pipe(&ends) == 0 else { throw CTFReaderFailure("no pipe: \(Self.reason)") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            // A large pipe: fewer changes between the two processes. A smaller one does as well.
            _ = fcntl(ends[0], Self.setPipeSize, 1 << 20)
            pipe = ends[0]
            defer { Glibc.close(ends[1]) }
            do {
                process = try Self.start(program, environment, input: input, output: ends[1])
            } catch {
                Glibc.close(ends[0])
                throw error
            }
        }

        deinit {
            end()
            Glibc.close(pipe)
        }

        /// Waits for bytes.
        ///
        /// - Returns: how many came; nil at the end.
        func receive(into space: UnsafeMutableRawBufferPointer, patience: Int, spent budget: inout Int) throws -> Int? {
            let began = Self.milliseconds
            defer { budget -= Self.milliseconds - began }
            while true {
                var wanted = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
                let left = patience - (Self.milliseconds - began)
                let ready = left > 0 ? poll(&wanted, 1, CInt(left)) : 0
                if ready < 0, errno == EINTR { continue }
                guard ready > 0 else { throw CTFReaderFailure("it said nothing for too long") }
                let count = Glibc.read(pipe, space.baseAddress, space.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw CTFReaderFailure("its pipe broke") }
                return count == 0 ? nil : count
            }
        }

        /// Ends the process, whatever it does.
        func end() {
            guard !isOver else { return }
            isOver = true
            kill(process, SIGKILL)
            _ = Self.wait(process)
        }

        /// Waits for the end of a process that has closed its pipe.
        func requireGoodEnd() throws {
            guard !isOver else { return }
            // It may close its pipe and stay: it gets a moment, then it is killed.
            var status: CInt?
            for _ in 0..<200 where status == nil {
                status = Self.wait(process, WNOHANG)
                if status == nil { usleep(5_000) }
            }
            guard let status else {
                end()
                throw CTFReaderFailure("it did not end")
            }
            isOver = true
            guard status == 0 else { throw CTFReaderFailure("it ended before its work was done") }
        }

        private static func wait(_ process: pid_t, _ options: CInt = 0) -> CInt? {
            var status: CInt = 0
            while true {
                let found = waitpid(process, &status, options)
                if found == process { return status }
                if found == 0 { return nil }
                guard errno == EINTR else { return -1 }
            }
        }

        private static func start(
            _ program: String,
            _ environment: [String],
            input: CInt,
            output: CInt
        ) throws -> pid_t {
            // Out of the way of the descriptors that they are put on.
            let ends = [fcntl(input, F_DUPFD_CLOEXEC, 10), fcntl(output, F_DUPFD_CLOEXEC, 10)]
            defer { ends.filter { $0 >= 0 }.forEach { Glibc.close($0) } }
            guard ends.allSatisfy({ $0 >= 0 }), lseek(ends[0], 0, SEEK_SET) == 0 else {
                throw CTFReaderFailure("no descriptor: \(reason)")
            }
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            for standard in CInt(0)...2 {
                posix_spawn_file_actions_addopen(&actions, standard, "/dev/null", O_RDWR, 0)
            }
            posix_spawn_file_actions_adddup2(&actions, ends[0], CTFReaderProcess.input)
            posix_spawn_file_actions_adddup2(&actions, ends[1], CTFReaderProcess.output)
            // A crash must not write what it was reading: no backtraces.
            let words = [["syncd", CTFReaderProcess.word], environment + ["SWIFT_BACKTRACE=enable=no"]].map { list in
                list.map { strdup($0) } + [nil]
            }
            defer { words.joined().forEach { free($0) } }
            var process = pid_t()
            let failure = posix_spawn(&process, program, &actions, nil, words[0], words[1])
            guard failure == 0 else { throw CTFReaderFailure("no process: \(String(cString: strerror(failure)))") }
            return process
        }

        private static var reason: String { String(cString: strerror(errno)) }

        private static var milliseconds: Int {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
        }
    }
}
