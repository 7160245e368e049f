import Foundation
import Glibc
import Identifiers

/// What a command finds around it: environment, clock and account, read here and passed on.
struct Surroundings: Sendable {
    /// The environment's variables.
    var environment: [String: String]
    /// The operating system's account that runs the command: who acts, until accounts exist.
    var account: String

    /// Reads the process's own.
    static func ofProcess() -> Surroundings {
        let user = getuid()
        let name = getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "user \(user)"
        return Surroundings(environment: ProcessInfo.processInfo.environment, account: name)
    }

    /// The present instant.
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Forbids core dumps: they would hold names and keys (rulings 17).
    static func forbidCoreDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
