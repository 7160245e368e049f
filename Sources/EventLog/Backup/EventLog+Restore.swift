import Glibc
import Identifiers
import LMDB
import Sealing

extension EventLog {
    /// Bytes of records for one commit of a log's file that is made anew.
    private static let restoreBytes = 64 << 20

    /// What a store is restored from.
    public struct RestoreSource: Sendable {
        /// The set.
        public var set: BackupSet
        /// What it holds.
        public var manifest: BackupManifest
        /// The last position wanted: a batch's end.
        public var through: Position
        /// The bytes of the newest key file.
        public var keys: [UInt8]
        /// Its generation.
        public var generation: UInt32
        /// The epoch that begins.
        public var epoch: UInt32
        /// Lines that say how the key-encryption key is kept; none for a folder.
        public var keySourceLines: [String] = []

        /// Names what to restore from.
        public init(
            set: BackupSet,
            manifest: BackupManifest,
            through: Position,
            keys: [UInt8],
            generation: UInt32,
            epoch: UInt32
        ) {
            (self.set, self.manifest, self.through) = (set, manifest, through)
            (self.keys, self.generation, self.epoch) = (keys, generation, epoch)
        }
    }

    /// Makes a store's folder from a backup: the log up to a position, the keys, a new epoch.
    ///
    /// State is made by whoever opens it.
    ///
    /// The folder is of no use to anybody before this has returned; the caller makes it beside its place and renames it.
    /// Durable on return.
    ///
    /// - Parameters:
    ///   - source: the backup.
    ///   - layout: a folder that does not exist yet.
    ///   - keySource: where the key-encryption key of that generation is.
    ///   - progress: told the position reached, now and then.
    /// - Throws: `backupDamaged`; `keyWrong`, `keyMissing` and others before an event is written; what the disk says.
    public static func restore(
        _ source: RestoreSource,
        into layout: StoreLayout,
        keySource: any KeyEncryptionKeySource,
        progress: (Position) -> Void = { _ in }
    ) throws {
        let manifest = source.manifest
        for folder in [layout.root, layout.wal, layout.log, layout.keys, layout.state, layout.temporary] {
            try Folder.create(folder)
        }
        _ = try source.keys.withUnsafeBytes {
            try Folder.addFile(KeyFile.name(source.generation), in: layout.keys, holding: $0)
        }
        let keys = try KeyStore(
            folder: layout.keys,
            log: manifest.log,
            source: keySource,
            randomness: SystemRandomness()
        )
        var end = LogEnd()
        end.keyMark = keys.mark
        try LogFile.create(layout, end: end)
        var settings = LogSettings()
        // Nobody reads it before it is whole: one sync at the end.
        settings.unsafe = [.appliesUnsynced]
        let file = try LogFile(layout, settings: settings)
        try fill(file, from: source, keyMark: { keys.mark }, progress)
        try file.environment.becomeDurable()
        if !source.keySourceLines.isEmpty { try CheckedText.write(source.keySourceLines, to: layout.keySource) }
        try ControlFile(log: manifest.log, owner: manifest.owner, epoch: source.epoch).write(to: layout)
    }

    private static func fill(
        _ file: LogFile,
        from source: RestoreSource,
        keyMark: @escaping @Sendable () -> KeyMark,
        _ progress: (Position) -> Void
    ) throws {
        let applier = Applier(file: file, keyMark: keyMark)
        var waiting: [SealedBatch] = []
        var bytes = 0
        func commit() throws {
            guard let last = waiting.last?.lastPosition else { return }
            let end = WALEnd(segment: 1, offset: 0, frame: 0, crc: 0, next: last.next)
            try applier.apply(waiting, continuation: .fresh, wal: end)
            (waiting, bytes) = ([], 0)
            progress(last)
        }
        let needed = source.manifest.pieces.prefix { $0.positions.lowerBound <= source.through }.count
        try source.set.scan(source.manifest, pieces: 0..<needed) { batches in
            for batch in batches where batch.lastPosition <= source.through {
                waiting.append(batch)
                bytes += batch.buffer.count
            }
            if bytes >= Self.restoreBytes { try commit() }
        }
        try commit()
        guard try file.end().applied == source.through else {
            throw EventLogError(.outOfRange, "no batch of the backup ends at position \(source.through)")
        }
        // Trees begin again at 0 with the epoch.
        try file.write { try $0.clear(file.bases) }
    }
}

extension StoreLayout {
    /// Makes a store that was built beside its place appear there, whole; durable on return.
    ///
    /// - Throws: `storeExists`, `notAStore` when something else lies there.
    public func put(inPlaceOf target: StoreLayout) throws {
        try EventLog.requireEmpty(target)
        rmdir(target.root)
        try Folder.replace(target.root, with: root)
    }

    /// Refuses a folder in which something lies already.
    ///
    /// - Throws: `storeExists`, `notAStore`.
    public func requireFree() throws { try EventLog.requireEmpty(self) }

    /// Where a store is built before it is put into its place: removed, if a process that is no more has left one.
    public func beside() -> StoreLayout {
        EventLog.removeLeftovers(beside: self)
        let building = StoreLayout(root: root + EventLog.making + String(getpid()))
        Folder.removeTree(building.root)
        return building
    }

    /// What processes that are no more have left beside a store's place while they made other stores.
    public func cutOffBeside() -> [String] {
        let folder = Folder.parent(of: root)
        return ((try? Folder.names(folder)) ?? []).compactMap { name in
            guard let start = name.firstRange(of: EventLog.making), let maker = pid_t(name[start.upperBound...]),
                kill(maker, 0) != 0, errno == ESRCH
            else { return nil }
            return folder + "/" + name
        }.sorted()
    }

    /// Removes it with everything in it.
    public func remove() { Folder.removeTree(root) }
}
