import Glibc
import Identifiers
import Sealing

/// A folder that backups of one log are taken into (`schemas/store.md`, Backup).
///
/// It holds sets of pieces, each set the log from its first event on, and beside them the newest key file. Nothing in it
/// opens itself: the key-encryption key is never there.
public struct BackupFolder: Sendable {
    /// What the folder says of itself.
    public struct Identity: Sendable, Equatable {
        /// The log that is backed up here.
        public var log: LogID
        /// The folder's own id, drawn when it was first used.
        public var target: SubjectID
    }

    /// The folder's path.
    public let path: String

    /// Names a folder; nothing is read or made.
    public init(_ path: String) { self.path = path }

    private static let format = 1
    var identityFile: String { path + "/syncd-backup" }
    var epochsFile: String { path + "/epochs" }
    private var settingsFile: String { path + "/key-source" }
    var notesFile: String { path + "/erasures" }
    var lockFile: String { path + "/lock" }
    private var setsFolder: String { path + "/sets" }

    /// What the folder says of itself; nil for a folder that has never been used.
    ///
    /// - Throws: `backupDamaged`, `newerFormat`.
    public func identity() throws -> Identity? {
        guard let lines = try CheckedText.read(identityFile, limit: 4096) else { return nil }
        var values: [Substring: Substring] = [:]
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2 { values[words[0]] = words[1] }
        }
        guard let format = values["syncd-backup"].flatMap({ Int($0) }) else {
            throw EventLogError.backupDamaged(identityFile)
        }
        guard format <= Self.format else {
            throw EventLogError(
                .newerFormat,
                "\(path) was written by a newer syncd (format \(format), this one knows \(Self.format)): use that version"
            )
        }
        guard let log = values["log"].flatMap({ LogID(hex: String($0)) }),
            let target = values["target"].flatMap({ SubjectID(hex: String($0)) })
        else { throw EventLogError.backupDamaged(identityFile) }
        return Identity(log: log, target: target)
    }

    /// What the folder says of itself when it is one of this log's; nil when it is away, never used or another's.
    public func identity(of log: LogID) -> Identity? {
        guard let found = try? identity(), found.log == log else { return nil }
        return found
    }

    /// Makes the folder one for backups of a log unless it is one already; durable on return.
    ///
    /// - Throws: `backupOfAnotherLog`.
    func claim(for log: LogID, randomness: any RandomBytes) throws -> Identity {
        if let found = try identity() {
            guard found.log == log else {
                throw EventLogError(
                    .backupOfAnotherLog,
                    "\(path) holds the backup of another store: name a folder of its own for each"
                )
            }
            return found
        }
        var target = [UInt8](repeating: 0, count: 16)
        target.withUnsafeMutableBytes { randomness.fill($0) }
        let id = target.withUnsafeBytes { SubjectID(reading: $0) }
        try CheckedText.write(["syncd-backup \(Self.format)", "log \(log.hex)", "target \(id.hex)"], to: identityFile)
        return Identity(log: log, target: id)
    }

    // MARK: Sets

    /// The numbers of the sets, oldest first.
    func setNumbers() throws -> [Int] {
        guard Folder.exists(setsFolder) else { return [] }
        return try Folder.names(setsFolder).compactMap { Int($0) }.sorted()
    }

    /// The sets, oldest first.
    public func sets() throws -> [BackupSet] { try setNumbers().map { BackupSet(folder: setFolder($0), number: $0) } }

    func setFolder(_ number: Int) -> String { "\(setsFolder)/\(number)" }

    /// The newest set of which a backup was finished and whose manifest is whole.
    ///
    /// - Throws: `backupMissing`.
    public func newestSet() throws -> (set: BackupSet, manifest: BackupManifest) {
        for set in try sets().reversed() {
            if let manifest = try? set.manifest(), manifest.newest != nil { return (set, manifest) }
        }
        throw EventLogError(
            .backupMissing,
            "\(path) holds no finished backup: name the folder that `syncd backup` was given"
        )
    }

    /// Makes the folder of a new set.
    func makeSet(_ number: Int) throws -> BackupSet {
        try Folder.create(setsFolder)
        try Folder.create(setFolder(number))
        return BackupSet(folder: setFolder(number), number: number)
    }

    // MARK: Epochs

    /// The highest epoch that anything here knows of: that of a backup, or one that a restore from here has begun.
    public func highestEpoch() throws -> UInt32 {
        let noted = try CheckedText.read(epochsFile, limit: 4096)?.first.flatMap { UInt32($0) } ?? 0
        let backedUp = try sets().compactMap { try? $0.manifest()?.epoch }
        return max(noted, backedUp.max() ?? 0)
    }

    /// Remembers that a restore from here begins an epoch, so that no other one gets the same number.
    public func note(epoch: UInt32) throws { try CheckedText.write(["\(epoch)"], to: epochsFile) }

    // MARK: Configuration

    /// How the store's key-encryption key is kept; none when it is in a folder.
    ///
    /// - Throws: `backupDamaged`.
    public func keySourceLines() throws -> [String] {
        try (CheckedText.read(settingsFile, limit: 1 << 16) ?? []).map(String.init)
    }

    func put(keySourceLines lines: [String]) throws {
        guard !lines.isEmpty else { return try Folder.remove(settingsFile) }
        try CheckedText.write(lines, to: settingsFile)
    }

    // MARK: Notes

    /// Puts what is to be known of erasures beside the keys, in the caller's form; durable on return.
    public func putErasures(_ bytes: [UInt8]) throws {
        var hash = SHA256()
        let digest = hash.digest(of: bytes).bytes
        try Folder.write(bytes + digest, to: notesFile)
    }

    /// What was put there; empty for nothing.
    ///
    /// - Throws: `backupDamaged`.
    public func erasures() throws -> [UInt8] {
        guard let found = try Folder.read(notesFile, limit: 1 << 30) else { return [] }
        var hash = SHA256()
        let bytes = Array(found.dropLast(32))
        guard found.count >= 32, hash.digest(of: bytes).bytes == Array(found.suffix(32)) else {
            throw EventLogError.backupDamaged(notesFile)
        }
        return bytes
    }
}

/// The lock under which one backup at a time is taken into a folder; it goes with the process.
struct BackupLock: ~Copyable {
    let file: OpenFile

    init(_ folder: BackupFolder) throws {
        let file = try OpenFile(folder.lockFile, O_RDWR | O_CREAT)
        // A file system that knows no locks is no reason to go without a backup.
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            throw EventLogError(
                .backupBusy,
                "another backup is being taken into \(folder.path): wait until it has finished"
            )
        }
        self.file = file
    }

    deinit {
        // A child that is being started has the file open, too, until it is another program: closing would not do.
        flock(file.descriptor, LOCK_UN)
    }
}
