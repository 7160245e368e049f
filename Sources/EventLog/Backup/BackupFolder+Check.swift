import Identifiers

/// What reading a backup from its first byte to its last has found.
public struct BackupCheck: Sendable, Equatable {
    /// The last position of the newest set that is whole; the origin when none is.
    public var through = Position.origin
    /// When the newest backup in it was finished.
    public var taken: Timestamp?
    /// The generation of the newest key file; 0 for none.
    public var generation: UInt32 = 0
    /// Sets that are whole.
    public var soundSets: [Int] = []
    /// Events read, of all sets.
    public var events: UInt64 = 0
    /// What is wrong, a sentence each.
    public var faults: [String] = []

    /// True when nothing is wrong and there is a backup.
    public var isSound: Bool { faults.isEmpty && taken != nil }
}

extension BackupFolder {
    /// Reads everything: identity, manifests, every piece, key files, notes of erasures.
    ///
    /// - Parameter progress: told how many events have been read.
    /// - Throws: `backupMissing` for a folder without a backup; nothing that damage causes.
    public func check(_ progress: (UInt64) -> Void = { _ in }) throws -> BackupCheck {
        var check = BackupCheck()
        let identity = try collect(&check) { _ in try self.identity() } ?? nil
        if identity == nil, check.faults.isEmpty, try sets().isEmpty {
            throw EventLogError(
                .backupMissing,
                "\(path) holds no backup: name the folder that `syncd backup` was given"
            )
        }
        try collect(&check) { _ in _ = try erasures() }
        try collect(&check) { _ in _ = try highestEpoch() }
        try collect(&check) { _ in _ = try keySourceLines() }
        for set in try sets() {
            let isSound = try collect(&check) { try self.check(set, identity?.log, &$0, progress) } ?? false
            if isSound { check.soundSets.append(set.number) }
        }
        for copy in try keyCopies() {
            try collect(&check) {
                _ = try Self.read(copy)
                $0.generation = max($0.generation, copy.generation)
            }
        }
        if check.generation == 0 {
            check.faults.append("\(path) holds no key file that is whole: take a backup with `syncd backup`")
        }
        return check
    }

    private func check(
        _ set: BackupSet,
        _ log: LogID?,
        _ check: inout BackupCheck,
        _ progress: (UInt64) -> Void
    ) throws -> Bool {
        // A set without a manifest is one whose first backup was cut off: nothing of it counts.
        guard let manifest = try set.manifest() else { return false }
        if let log, manifest.log != log { throw EventLogError.backupDamaged(set.manifestFile, "is of another store") }
        var events = check.events
        try set.scan(manifest) { batches in
            events += batches.reduce(0) { $0 + UInt64($1.count) }
            progress(events)
        }
        check.events = events
        guard let newest = manifest.newest else { return false }
        check.through = newest.through
        check.taken = newest.at
        return true
    }

    @discardableResult
    private func collect<R>(_ check: inout BackupCheck, _ body: (inout BackupCheck) throws -> R) throws -> R? {
        do {
            return try body(&check)
        } catch let error as EventLogError where error.code == .backupDamaged {
            check.faults.append(error.message)
            return nil
        }
    }
}

extension BackupFolder {
    /// Takes sets away that are older than the newest whole ones; all of them are read first.
    ///
    /// - Parameters:
    ///   - keep: how many whole sets stay, at least one.
    ///   - progress: told how many events have been read.
    /// - Returns: the numbers of the sets that went.
    /// - Throws: `backupMissing` when no set is whole: then nothing goes; `backupBusy`.
    public func prune(keeping keep: Int, _ progress: (UInt64) -> Void = { _ in }) throws -> [Int] {
        let lock = try BackupLock(self)
        defer { _ = lock }
        let sound = try check(progress).soundSets
        guard let oldestKept = sound.suffix(max(1, keep)).first else {
            throw EventLogError(
                .backupMissing,
                "no backup in \(path) is whole, and nothing is removed: take a new one with `syncd backup --full \(path)`"
            )
        }
        let going = try setNumbers().filter { $0 < oldestKept }
        for number in going { Folder.removeTree(setFolder(number)) }
        return going
    }
}
