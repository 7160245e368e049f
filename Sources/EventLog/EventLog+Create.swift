import Glibc
import Identifiers
import Sealing

extension EventLog {
    /// Makes a store's log: control file, WAL folder, log file and first key file.
    ///
    /// All or nothing.
    ///
    /// Durable on return. It is built beside its place and put there by one rename; what a killed attempt left there is
    /// removed first.
    ///
    /// - Parameters:
    ///   - layout: where; the folder must not exist or be empty.
    ///   - log: the log's identity, drawn at random.
    ///   - owner: the base id of the store's own events, drawn at random.
    ///   - keySource: where the key-encryption key is kept; it makes the first one.
    ///   - told: lines that say how it is kept, for the store's next opening; none for a folder.
    ///   - randomness: where data keys come from.
    /// - Throws: `storeExists`, `fileFailed`, `diskFull` or what the key source throws.
    public static func create(
        _ layout: StoreLayout,
        log: LogID,
        owner: BaseID,
        keySource: any KeyEncryptionKeySource,
        told: [String] = [],
        randomness: some RandomBytes = SystemRandomness()
    ) throws {
        try requireEmpty(layout)
        removeLeftovers(beside: layout)
        let building = StoreLayout(root: layout.root + making + String(getpid()))
        do {
            try build(building, log: log, owner: owner, keySource: keySource, randomness: randomness)
            if !told.isEmpty { try CheckedText.write(told, to: building.keySource) }
            rmdir(layout.root)
            try Folder.replace(layout.root, with: building.root)
        } catch {
            // Not in its place: nothing will ever be sealed under its key.
            if access(building.root, F_OK) == 0 {
                Folder.removeTree(building.root)
                try? keySource.destroy(log: log, generation: 1)
            }
            throw error
        }
    }

    /// What a store's name ends with while it is built, before the builder's process id.
    static let making = ".making-"

    private static func build(
        _ building: StoreLayout,
        log: LogID,
        owner: BaseID,
        keySource: any KeyEncryptionKeySource,
        randomness: some RandomBytes
    ) throws {
        for folder in [building.root, building.wal, building.log, building.keys, building.state, building.temporary] {
            try Folder.create(folder)
        }
        let keys = try KeyStore.create(folder: building.keys, log: log, source: keySource, randomness: randomness)
        var end = LogEnd()
        end.keyMark = keys.mark
        try LogFile.create(building, end: end)
        try ControlFile(log: log, owner: owner, epoch: 1).write(to: building)
    }

    /// Removes what was being built for this store by processes that are no more.
    static func removeLeftovers(beside layout: StoreLayout) {
        let folder = Folder.parent(of: layout.root)
        for name in (try? Folder.names(folder)) ?? [] {
            let path = folder + "/" + name
            guard path.hasPrefix(layout.root + making), let maker = pid_t(path.dropFirst((layout.root + making).count))
            else { continue }
            let isAtWork = maker != getpid() && (kill(maker, 0) == 0 || errno == EPERM)
            if !isAtWork { Folder.removeTree(path) }
        }
    }

    static func requireEmpty(_ layout: StoreLayout) throws {
        guard let names = try? Folder.names(layout.root), !names.isEmpty else { return }
        if names.contains("control") {
            throw EventLogError(.storeExists, "\(layout.root) is a store already: nothing was changed")
        }
        throw EventLogError(
            .notAStore,
            "\(layout.root) is not empty and not a store: choose another folder for the store"
        )
    }
}

extension StoreLayout {
    /// The lines that say how the key-encryption key is kept; none when it is in a folder.
    ///
    /// - Throws: `notAStore` when they are not what was written.
    public func keySourceLines() throws -> [String] {
        do {
            return try (CheckedText.read(keySource, limit: 1 << 16) ?? []).map(String.init)
        } catch let error as EventLogError where error.code == .backupDamaged {
            throw EventLogError(
                .notAStore,
                "\(keySource) is damaged: restore it from a backup, or name the keys with --key-dir"
            )
        }
    }
}
