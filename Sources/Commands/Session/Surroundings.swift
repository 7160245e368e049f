import Foundation
import Glibc
import Identifiers

/// What a command finds around it: environment, clock and account, read here and passed on.
struct Surroundings: Sendable {
    /// The environment's variables.
    var environment: [String: String]
    /// The operating system's account that runs the command: who acts, until accounts exist.
    var account: String
    /// The folder from which relative paths go.
    var directory: String

    /// Reads the process's own.
    static func ofProcess() -> Surroundings {
        Surroundings(
            environment: ProcessInfo.processInfo.environment,
            account: account(of: getuid()),
            directory: FileManager.default.currentDirectoryPath
        )
    }

    /// The name of a user of the operating system.
    static func account(of user: uid_t) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { space in
            guard let memory = space.baseAddress,
                getpwuid_r(user, &entry, memory, space.count, &found) == 0, found != nil, let name = entry.pw_name
            else { return "user \(user)" }
            return String(cString: name)
        }
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
