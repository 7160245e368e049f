import EventLog
import Foundation
import Identifiers
import Sealing

/// The key file that a store is restored with: the newest that there is, and no older one (log.md section 8).
struct KeyChoice {
    /// Its generation.
    let generation: UInt32
    /// Its bytes.
    let bytes: [UInt8]

    /// Chooses, and sees to it that the key-encryption key is there.
    ///
    /// - Parameters:
    ///   - folders: where key files may lie: the backup, then what --keys names, other backups and folders `keys` of stores.
    ///   - known: the newest generation that the log speaks of.
    ///   - source: where the key-encryption key is.
    ///   - acceptsOlder: takes a key file of which a newer key-encryption key lies beside its own: the change of keys was
    ///     cut off with the disk.
    /// - Throws: `keysOutdated`, which names what is missing and where it may be.
    init(
        _ log: LogID,
        in folders: [String],
        known: UInt32,
        source: any KeyEncryptionKeySource,
        acceptsOlder: Bool
    ) throws {
        var best: (generation: UInt32, bytes: [UInt8])?
        var newest = known
        for found in try folders.prefix(1).flatMap(Self.files) + folders.dropFirst().flatMap(Self.requiredFiles) {
            newest = max(newest, found.generation)
            // A damaged one counts as known: then an older one must not do in its place.
            guard let bytes = try? Self.read(found) else { continue }
            if let best, (best.generation, best.bytes.count) >= (found.generation, bytes.count) { continue }
            best = (found.generation, bytes)
        }
        guard let best else {
            throw CommandError(
                .keysOutdated,
                "There is no key file that is whole in \(folders.joined(separator: ", ")). Name a folder that has one with --keys: "
                    + "another backup, or what is left of the lost store's folder `keys`."
            )
        }
        guard best.generation >= newest else {
            throw CommandError(
                .keysOutdated,
                "The newest key file at hand is of generation \(best.generation), and generation \(newest) has replaced it: with "
                    + "the older one somebody who was erased would come back. Name the folder that has keys.\(newest) with --keys: "
                    + "another backup, or what is left of the lost store's folder `keys`."
            )
        }
        let held = try source.generations(log: log)?.last
        try Self.requireKey(log, best.generation, of: source, held)
        guard acceptsOlder || best.generation >= held ?? 0 else {
            throw CommandError(
                .keysOutdated,
                "The newest key file at hand is of generation \(best.generation), and the key folder has the key of generation "
                    + "\(held ?? 0), too. Name the folder that has keys.\(held ?? 0) with --keys. If there is none because the disk "
                    + "was lost while keys were changed, give --older-keys: an erasure of that moment is then to be ordered again."
            )
        }
        (generation, bytes) = best
    }

    /// Refuses to go on without the key-encryption key of a generation.
    private static func requireKey(
        _ log: LogID,
        _ generation: UInt32,
        of source: any KeyEncryptionKeySource,
        _ held: UInt32?
    ) throws {
        do {
            _ = try source.get(log: log, generation: generation)
        } catch let error as EventLogError where error.code == .keyMissing || error.code == .keyFolderMissing {
            let other = held.map { held in
                held < generation
                    ? " What lies there is of generation \(held), which opens nothing any more."
                    : " What lies there is of generation \(held): a newer key file, keys.\(held), exists; name its folder with --keys."
            }
            throw CommandError(
                .keysOutdated,
                "The key file is of generation \(generation), and its key-encryption key is not in the key folder."
                    + (other ?? "") + " Bring a custodian's copy of generation \(generation): the file "
                    + "\(log.hex).\(generation).key, whose folder --custodian names.",
                cause: error
            )
        }
    }

    /// Key files of a folder that somebody named: one without any is a mistake in its name.
    private static func requiredFiles(_ folder: String) throws -> [BackupFolder.KeyCopy] {
        let files = try files(folder)
        guard files.isEmpty else { return files }
        throw CommandError(
            .keysOutdated,
            "There is no key file in \(folder). Name a backup, or what is left of a store's folder `keys`, with --keys."
        )
    }

    /// Key files of a backup, or of a store.
    private static func files(_ folder: String) throws -> [BackupFolder.KeyCopy] {
        let copies = try BackupFolder(folder).keyCopies()
        if !copies.isEmpty { return copies }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("keys."), let generation = UInt32(name.dropFirst(5)) else { return nil }
            return BackupFolder.KeyCopy(generation: generation, path: folder + "/" + name)
        }
    }

    private static func read(_ copy: BackupFolder.KeyCopy) throws -> [UInt8] {
        let isOfStore = copy.path.hasSuffix("/keys.\(copy.generation)")
        return isOfStore ? [UInt8](try Data(contentsOf: URL(fileURLWithPath: copy.path))) : try BackupFolder.read(copy)
    }
}
