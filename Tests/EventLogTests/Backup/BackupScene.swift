import Foundation
import Identifiers
import Sealing

@testable import EventLog

/// A store, a folder that it is backed up into, and places to restore to; all removed when it goes.
final class BackupScene {
    let store: TestStore
    let target: BackupFolder
    private var restores = 0

    init() throws {
        store = try TestStore()
        target = BackupFolder(store.folder + "/backup")
        try FileManager.default.createDirectory(atPath: target.path, withIntermediateDirectories: true)
    }

    static let time = Timestamp(microseconds: 1_700_000_000_000_000)

    var keys: KeyFolder {
        get throws {
            try KeyFolder(path: store.folder + "/keys", store: store.layout.root, randomness: SystemRandomness())
        }
    }

    /// Restores the newest backup up to a position, with the newest key file there.
    func restore(through: Position? = nil, from folder: BackupFolder? = nil) throws -> StoreLayout {
        restores += 1
        let folder = folder ?? target
        let layout = StoreLayout(root: store.folder + "/restored-\(restores)")
        let (set, manifest) = try folder.newestSet()
        guard let copy = try folder.keyCopies().last else { throw CocoaError(.fileReadNoSuchFile) }
        try EventLog.restore(
            EventLog.RestoreSource(
                set: set,
                manifest: manifest,
                through: through ?? manifest.newest?.through ?? .origin,
                keys: try BackupFolder.read(copy),
                generation: copy.generation,
                epoch: manifest.epoch + 1
            ),
            into: layout,
            keySource: try keys
        )
        return layout
    }

    /// Opens a restored store.
    func open(_ layout: StoreLayout) throws -> EventLog {
        try EventLog(opening: layout, keySource: try keys, settings: TestStore.smallSettings)
    }

    /// Every file of the backup.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: target.path).map { target.path + "/" + $0 }.filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }
}
