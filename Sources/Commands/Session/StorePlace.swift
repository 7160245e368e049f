import EventLog
import Foundation
import Sealing

/// Where a store and its key folder are, from options and environment.
struct StorePlace: Sendable {
    /// The store.
    let layout: StoreLayout
    /// The folder of key-encryption keys.
    let keyFolder: String

    /// The place of a store that is to be.
    ///
    /// - Parameter root: as it was typed.
    init(making root: String, _ options: GlobalOptions, _ surroundings: Surroundings) {
        layout = StoreLayout(root: Self.absolute(root, in: surroundings.directory))
        keyFolder = Self.keyFolder(of: layout, options, surroundings)
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
        keyFolder = Self.keyFolder(of: layout, options, surroundings)
    }

    private static func keyFolder(
        of layout: StoreLayout,
        _ options: GlobalOptions,
        _ surroundings: Surroundings
    ) -> String {
        let keys = options.keyDir ?? surroundings.environment["SYNCD_KEY_DIR"] ?? ""
        return keys.isEmpty ? layout.root + ".keys" : absolute(keys, in: surroundings.directory)
    }

    /// The source of key-encryption keys in the key folder.
    func keySource() throws -> KeyFolder {
        try KeyFolder(path: keyFolder, store: layout.root, randomness: SystemRandomness())
    }

    /// The path from the root, without dots.
    ///
    /// - Parameter directory: where relative paths go from.
    static func absolute(_ path: String, in directory: String) -> String {
        URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: directory, isDirectory: true)).standardizedFileURL
            .path
    }
}
