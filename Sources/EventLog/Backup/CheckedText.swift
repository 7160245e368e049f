import Sealing

/// A small text file of a backup that ends with the SHA-256 of its own lines, so that no bit of it changes unseen.
enum CheckedText {
    private static let word = "check "

    /// Writes lines, durably, whole or not at all.
    static func write(_ lines: [String], to path: String) throws {
        let text = lines.map { $0 + "\n" }.joined()
        try Folder.write(Array((text + word + digest(text) + "\n").utf8), to: path)
    }

    /// Reads the lines of a file; nil when there is none.
    ///
    /// - Throws: `backupDamaged` when they are not what was written.
    static func read(_ path: String, limit: Int = 64 << 20) throws -> [Substring]? {
        guard let bytes = try Folder.read(path, limit: limit) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self), text.hasSuffix("\n") else {
            throw EventLogError.backupDamaged(path)
        }
        let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        let body = lines.dropLast().map { $0 + "\n" }.joined()
        guard let last = lines.last, last == word + digest(body) else { throw EventLogError.backupDamaged(path) }
        return lines.dropLast()
    }

    private static func digest(_ text: String) -> String {
        var hash = SHA256()
        return hash.digest(of: Array(text.utf8)).description
    }
}

extension EventLogError {
    /// A file of a backup is not what was written.
    static func backupDamaged(_ path: String, _ what: String = "is damaged") -> Self {
        EventLogError(
            .backupDamaged,
            "\(path) \(what): nothing is taken from it. Use another backup, and take a new one with `syncd backup`"
        )
    }
}

extension EventLogError.Code {
    /// A file of a backup is damaged or missing.
    public static let backupDamaged = Self(rawValue: "backupDamaged")
    /// The folder holds no backup that was finished.
    public static let backupMissing = Self(rawValue: "backupMissing")
    /// The folder holds the backup of another store.
    public static let backupOfAnotherLog = Self(rawValue: "backupOfAnotherLog")
    /// Another backup is being taken into the folder.
    public static let backupBusy = Self(rawValue: "backupBusy")
    /// What was written could not be read back as it was.
    public static let backupNotVerified = Self(rawValue: "backupNotVerified")
}
