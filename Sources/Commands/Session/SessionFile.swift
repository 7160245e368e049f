import EventLog
import Foundation
import Glibc
import Identifiers

/// The file that holds a session's token between commands: its owner's alone, one for each store.
struct SessionFile: Sendable {
    /// Where it is; nil when neither option nor environment names one and there is no home folder.
    let path: String?

    /// No file: for whoever shows a token by other means.
    static let none = SessionFile(path: nil)

    private init(path: String?) { self.path = path }

    /// Finds the file: `--session`, else SYNCD_SESSION, else a folder of the account's own, by the store's log id.
    init(_ options: GlobalOptions, _ surroundings: Surroundings, log: LogID) {
        if let named = options.session ?? surroundings.environment["SYNCD_SESSION"], !named.isEmpty {
            path = StorePlace.absolute(named, in: surroundings.directory)
            return
        }
        let state = surroundings.environment["XDG_STATE_HOME"] ?? ""
        let home = surroundings.environment["HOME"] ?? ""
        let folder = !state.isEmpty ? state : home.isEmpty ? nil : home + "/.local/state"
        path = folder.map { "\($0)/syncd/session-\(log.hex)" }
    }

    /// The token; nil when there is no file.
    ///
    /// - Throws: `fileUnusable` for a file that others may read, and for one that cannot be read.
    func read() throws -> String? {
        guard let path else { return nil }
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw Self.unusable(path)
        }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { throw Self.unusable(path) }
        guard facts.st_mode & 0o077 == 0, facts.st_uid == geteuid() else {
            throw CommandError(
                .fileUnusable,
                "The session file \(path) is not yours alone: delete it, and log in again with `syncd login NAME`."
            )
        }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count >= 0 else { throw Self.unusable(path) }
        return String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Puts a token in place of what the file holds.
    ///
    /// - Throws: `fileUnusable`.
    func write(_ token: String) throws {
        guard let path else {
            throw CommandError(
                .fileUnusable,
                "There is no home folder for the session file: name one with --session FILE, or set SYNCD_SESSION."
            )
        }
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let fresh = path + ".new"
        unlink(fresh)
        let file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.unusable(path) }
        defer { close(file) }
        let bytes = Array((token + "\n").utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count, rename(fresh, path) == 0 else {
            throw Self.unusable(path)
        }
    }

    /// Takes the file away.
    func remove() { if let path { unlink(path) } }

    private static func unusable(_ path: String) -> CommandError {
        CommandError(
            .fileUnusable,
            "The session file \(path) cannot be used: check the folder and who may write there."
        )
    }
}
