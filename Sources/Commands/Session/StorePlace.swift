import EventLog
import Foundation
import Sealing

/// Where a store and its key folder are, from options and environment.
struct StorePlace: Sendable {
    /// The store.
    let layout: StoreLayout
    /// The folder of key-encryption keys.
    let keyFolder: String
    /// Whether somebody has named it.
    private let isKeyFolderNamed: Bool

    /// The place of a store that is to be.
    ///
    /// - Parameter root: as it was typed.
    init(making root: String, _ options: GlobalOptions, _ surroundings: Surroundings) {
        layout = StoreLayout(root: Self.absolute(root, in: surroundings.directory))
        (keyFolder, isKeyFolderNamed) = Self.keyFolder(of: layout, options, surroundings)
    }

    /// Finds the store that a command means.
    ///
    /// - Throws: `storeNotNamed` when neither option nor environment names one.
    init(_ options: GlobalOptions, _ surroundings: Surroundings) throws {
        let named = options.store ?? surroundings.environment["SYNCD_STORE"]
        guard let named, !named.isEmpty else {
            throw CommandError(
                .storeNotNamed,
                "No store is named. Name its folder with --store FOLDER, or set SYNCD_STORE."
            )
        }
        layout = StoreLayout(root: Self.absolute(named, in: surroundings.directory))
        (keyFolder, isKeyFolderNamed) = Self.keyFolder(of: layout, options, surroundings)
    }

    private static func keyFolder(
        of layout: StoreLayout,
        _ options: GlobalOptions,
        _ surroundings: Surroundings
    ) -> (path: String, isNamed: Bool) {
        let keys = options.keyDir ?? surroundings.environment["SYNCD_KEY_DIR"] ?? ""
        return keys.isEmpty
            ? (layout.root + ".keys", false) : (absolute(keys, in: surroundings.directory), true)
    }

    /// The source of key-encryption keys: the folder that was named; else the commands that the store was made with; else
    /// the folder beside the store.
    ///
    /// - Parameter lines: what says how they are kept; the store's own if not given.
    func keySource(_ lines: [String]? = nil) throws -> any KeyEncryptionKeySource {
        if !isKeyFolderNamed, let commands = try KeyCommands.Lines(told: lines ?? layout.keySourceLines()) {
            return KeyCommands(commands, randomness: SystemRandomness())
        }
        return try keyFolderSource()
    }

    /// The key folder as a source.
    func keyFolderSource() throws -> KeyFolder {
        try KeyFolder(path: keyFolder, store: layout.root, randomness: SystemRandomness())
    }

    /// Where the key is, in words.
    func keyPlace() throws -> String {
        try keySource() is KeyCommands ? "the keeping of the store's own commands" : keyFolder
    }

    /// The path from the root, without dots.
    ///
    /// - Parameter directory: where relative paths go from.
    static func absolute(_ path: String, in directory: String) -> String {
        URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: directory, isDirectory: true)).standardizedFileURL
            .path
    }
}
