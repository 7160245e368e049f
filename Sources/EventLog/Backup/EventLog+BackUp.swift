import Glibc
import Identifiers
import Sealing

/// What a backup has done.
public struct BackupReport: Sendable, Equatable {
    /// The folder's own id.
    public var target: SubjectID
    /// Which of its sets.
    public var set: Int
    /// True when it begins a set: everything was copied.
    public var beganSet: Bool
    /// The last position that it has.
    public var through: Position
    /// How many events were copied now.
    public var events: UInt64
    /// Bytes written now.
    public var bytes: Int
    /// The generation of keys.
    public var generation: UInt32

    /// Says what a backup has.
    public init(
        target: SubjectID,
        set: Int,
        beganSet: Bool,
        through: Position,
        events: UInt64,
        bytes: Int,
        generation: UInt32
    ) {
        (self.target, self.set, self.beganSet, self.through) = (target, set, beganSet, through)
        (self.events, self.bytes, self.generation) = (events, bytes, generation)
    }
}

extension EventLog {
    /// Backs the log up into a folder: what has come since the last time, the key file, and what identifies the store.
    ///
    /// Durable on return: each piece is written beside its place, synced, renamed and read back, and the manifest that
    /// makes it count is written last. Nobody waits for it: events are read in transactions that end before anything is
    /// written. Cut off at any point, what is whole stays, and the next backup goes on behind it.
    ///
    /// - Parameters:
    ///   - folder: where to; it is made one of this log's.
    ///   - now: when, as the clock reads.
    ///   - beginsSet: copies everything anew, into a set of its own.
    ///   - pieceBytes: how long a piece gets before the next one begins.
    ///   - randomness: where the folder's id comes from.
    ///   - progress: told the position reached, now and then.
    /// - Throws: `backupOfAnotherLog`, `backupBusy`, `backupNotVerified`; `blockDamaged` when the store's own bytes are;
    ///   what the disk says.
    public func backUp(
        to folder: BackupFolder,
        at now: Timestamp,
        beginsSet: Bool = false,
        pieceBytes: Int = 64 << 20,
        randomness: some RandomBytes = SystemRandomness(),
        progress: (Position) -> Void = { _ in }
    ) throws -> BackupReport {
        let identity = try folder.claim(for: logID, randomness: randomness)
        let lock = try BackupLock(folder)
        defer { _ = lock }
        let end = durableEnd
        try applyAll()
        var (set, manifest, isNew) = try continued(in: folder, beginsSet)
        let before = manifest.end
        var report = BackupReport(
            target: identity.target,
            set: set.number,
            beganSet: isNew,
            through: end,
            events: end.rawValue - before.rawValue,
            bytes: 0,
            generation: 0
        )
        while manifest.end < end {
            let piece = try PieceWriter(log: self, set: set, behind: manifest).write(through: end, bytes: pieceBytes)
            manifest.pieces.append(piece)
            try verify(set, manifest)
            try CheckedText.write(manifest.lines, to: set.manifestFile)
            report.bytes += piece.bytes
            progress(manifest.end)
        }
        report.generation = try copyKeys(to: folder)
        try folder.put(keySourceLines: layout.keySourceLines())
        manifest.backups.removeAll { $0.through == end }
        manifest.backups.append(.init(at: now, through: end, generation: report.generation))
        try CheckedText.write(manifest.lines, to: set.manifestFile)
        return report
    }

    /// The set to go on with, or a new one: the first, one that was asked for, or the one after a set that is damaged, of
    /// another epoch, or of a log that went on otherwise.
    private func continued(
        in folder: BackupFolder,
        _ beginsSet: Bool
    ) throws -> (set: BackupSet, manifest: BackupManifest, isNew: Bool) {
        let newest = try folder.sets().last
        if !beginsSet, let newest, let manifest = try? newest.manifest(), try fits(manifest, newest) {
            try newest.removeLeftovers(manifest)
            return (newest, manifest, false)
        }
        let set = try folder.makeSet((newest?.number ?? 0) + 1)
        return (set, BackupManifest(log: logID, owner: owner, epoch: epoch), true)
    }

    private func fits(_ manifest: BackupManifest, _ set: BackupSet) throws -> Bool {
        guard manifest.log == logID, manifest.epoch == epoch, manifest.end <= durableEnd, set.hasPieces(of: manifest)
        else { return false }
        guard let last = manifest.pieces.last else { return true }
        return try leafHash(at: manifest.end).map(Self.hex) == last.lastLeaf
    }

    /// Reads the last piece back from the disk.
    private func verify(_ set: BackupSet, _ manifest: BackupManifest) throws {
        let last = manifest.pieces.count - 1
        do {
            try set.scan(manifest, pieces: last..<last + 1) { _ in }
        } catch let error as EventLogError where error.code == .backupDamaged {
            throw EventLogError(
                .backupNotVerified,
                "\(set.pieceFile(manifest.pieces[last].number)) is not what was written: check that disk, and take the backup "
                    + "again",
                cause: error
            )
        }
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
