import ArgumentParser
import Foundation
import Synchronization

/// A file or folder named on the command line for the command to read, or to put files into.
///
/// When `serve` carries the command out, the caller has opened it, and the server never reads what the caller could not
/// (log.md section 3).
struct InputPath: ExpressibleByArgument, Sendable {
    /// Where this process finds it, from the root.
    let path: String

    init(argument: String) {
        path = CallerPaths.find(argument, .input)
    }
}

/// A file named on the command line for the command to make, in a folder that the caller can open.
struct OutputPath: ExpressibleByArgument, Sendable {
    /// Where this process makes it, from the root.
    let path: String

    init(argument: String) {
        path = CallerPaths.find(argument, .output)
    }
}

/// The paths that a command line names.
enum CallerPaths {
    /// What a path is for.
    enum Use: String, Codable, Sendable {
        case input
        case output
    }

    /// A path as it was typed.
    struct Named: Hashable, Sendable {
        var typed: String
        var use: Use
    }

    /// While the command of a caller is parsed: where this process finds what the caller has named.
    @TaskLocal static var carried: [String: String]?

    /// What the process's own command line names; the parser may make a value more than once.
    private static let own = Mutex<[Named]>([])

    /// What the process's own command line names, each once.
    static var named: [Named] { own.withLock { $0 } }

    fileprivate static func find(_ typed: String, _ use: Use) -> String {
        if let carried { return carried[typed] ?? "/dev/null/" + typed }
        let named = Named(typed: typed, use: use)
        own.withLock { if !$0.contains(named) { $0.append(named) } }
        return StorePlace.absolute(typed, in: FileManager.default.currentDirectoryPath)
    }
}
