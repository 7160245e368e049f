import Glibc
import Identifiers
import Sealing

extension EventLog {
    /// Makes a store's log: control file, WAL folder, log file and first key file.
    ///
    /// All or nothing.
    ///
    /// Durable on return. It is built beside its place and put there by one rename.
    ///
    /// - Parameters:
    ///   - layout: where; the folder must not exist or be empty.
    ///   - log: the log's identity, drawn at random.
    ///   - owner: the base id of the store's own events, drawn at random.
    ///   - keySource: where the key-encryption key is kept; it makes the first one.
    ///   - randomness: where data keys come from.
    /// - Throws: `storeExists`, `fileFailed`, `diskFull` or what the key source throws.
    public static func create(
        _ layout: StoreLayout,
        log: LogID,
        owner: BaseID,
        keySource: any KeyEncryptionKeySource,
        randomness: some RandomBytes = SystemRandomness()
    ) throws {
        try requireEmpty(layout)
        let building = StoreLayout(root: layout.root + ".making-\(getpid())")
        for folder in [building.root, building.wal, building.log, building.keys, building.state, building.temporary] {
            try Folder.create(folder)
        }
        _ = try KeyStore.create(folder: building.keys, log: log, source: keySource, randomness: randomness)
        _ = try LogFile(building, settings: LogSettings())
        try ControlFile(log: log, owner: owner, epoch: 1).write(to: building)
        rmdir(layout.root)
        try Folder.replace(layout.root, with: building.root)
    }

    private static func requireEmpty(_ layout: StoreLayout) throws {
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
