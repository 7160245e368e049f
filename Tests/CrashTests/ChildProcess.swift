import Foundation
import Glibc

/// A program to be run, and the variables set on top of this process's own.
struct ChildProcess: Sendable {
    /// The program's path.
    var program: String
    /// Its arguments, without its name.
    var arguments: [String]
    /// Variables added to the environment.
    var environment: [String: String] = [:]

    /// How it ended.
    enum End: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// It was killed because it took too long.
        case hung
    }

    /// What came of it.
    struct Outcome: Sendable {
        var end: End
        var output: String
        var errors: String
        var seconds: Double

        /// True when it exited with 0.
        var succeeded: Bool { end == .exited(0) }

        /// One line for a failure's text.
        var summary: String { "\(end): \(errors.suffix(300)) \(output.suffix(200))" }
    }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - folder: where its output is kept while it runs; one process at a time per folder.
    ///   - instant: seconds after which it is killed as part of the test, nil for never.
    ///   - limit: seconds after which it has hung.
    func run(keepingOutputIn folder: URL, killedAfter instant: Double? = nil, limit: Double = 60) async throws
        -> Outcome
    {
        // A thread of its own: the wait must not hold one of the few threads that tasks share.
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try runHoldingThread(keepingOutputIn: folder, killedAfter: instant, limit: limit)
                    }
                )
            }
        }
    }

    /// Runs it to its end, holding the calling thread.
    func runHoldingThread(
        keepingOutputIn folder: URL,
        killedAfter instant: Double? = nil,
        limit: Double = 60
    ) throws -> Outcome {
        let output = folder.appending(path: "said.out").path
        let errors = folder.appending(path: "said.err").path
        let began = ContinuousClock.now
        let child = try spawn { actions in
            let flags = O_WRONLY | O_CREAT | O_TRUNC
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
            posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
        }
        var end: End?
        var status: Int32 = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            let lived = (ContinuousClock.now - began) / .seconds(1)
            if lived > limit { end = .hung }
            if lived > min(limit, instant ?? limit) { kill(-child, SIGKILL) }
            usleep(300)
        }
        return Outcome(
            end: end ?? Self.end(of: status),
            output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8),
            seconds: (ContinuousClock.now - began) / .seconds(1)
        )
    }

    /// Starts it in a process group of its own, so that what it starts can be killed with it.
    func spawn(_ redirect: (inout posix_spawn_file_actions_t) -> Void) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        redirect(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)

        let merged = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var child = pid_t()
        let code = posix_spawn(&child, program, &actions, &attributes, &words, &variables)
        guard code == 0 else {
            throw HarnessError("\(program) cannot be started: \(String(cString: strerror(code)))")
        }
        return child
    }

    /// What waitpid's status says.
    static func end(of status: Int32) -> End {
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
}

/// The harness itself could not do its work: neither a pass nor a failure of what is tested.
struct HarnessError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
