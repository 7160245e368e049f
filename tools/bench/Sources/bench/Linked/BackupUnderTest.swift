import EventLog
import Foundation
import Glibc
import Identifiers
import Projections
import Sealing

extension RebuildUnderTest {
    /// Backs the whole log up into a set of its own.
    ///
    /// - Returns: megabytes a second.
    func backUp(into folder: String) throws -> Double {
        var bytes = 0
        let time = try seconds {
            bytes = try log.backUp(to: BackupFolder(folder), at: Timestamp(microseconds: 1), beginsSet: true).bytes
        }
        return Double(bytes) / time / 1_000_000
    }

    /// Copies the files of the newest set, and syncs each.
    ///
    /// - Returns: megabytes a second.
    func copyBackup(in folder: String, to copy: String) throws -> Double {
        guard let set = try BackupFolder(folder).sets().last else {
            throw BenchError(.wrongAnswer, "there is no backup")
        }
        var bytes = 0
        let time = try seconds {
            for name in try FileManager.default.contentsOfDirectory(atPath: set.folder) {
                let data = try Data(contentsOf: URL(filePath: set.folder + "/" + name))
                let file = open(copy + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
                guard file >= 0 else { throw BenchError(.wrongAnswer, "the copy cannot be written") }
                defer { close(file) }
                let written = data.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
                guard written == data.count, fdatasync(file) == 0 else {
                    throw BenchError(.wrongAnswer, "the copy was not written")
                }
                bytes += data.count
            }
        }
        return Double(bytes) / time / 1_000_000
    }

    /// Makes a store from the newest backup, and its state.
    ///
    /// - Returns: events a second.
    func restore(from folder: String, into store: String) throws -> Double {
        let backup = BackupFolder(folder)
        let layout = StoreLayout(root: store)
        let source = try KeyFolder(path: keys, store: store, randomness: SystemRandomness())
        var events: UInt64 = 0
        let time = try seconds {
            let (set, manifest) = try backup.newestSet()
            guard let copy = try backup.keyCopies().last, let newest = manifest.newest else {
                throw BenchError(.wrongAnswer, "there is no backup")
            }
            let from = EventLog.RestoreSource(
                set: set,
                manifest: manifest,
                through: newest.through,
                keys: try BackupFolder.read(copy),
                generation: copy.generation,
                epoch: 2
            )
            try EventLog.restore(from, into: layout, keySource: source)
            let restored = try EventLog(opening: layout, keySource: source, purpose: "bench")
            events = try State(at: layout.state, of: restored).catchUp().rawValue
            try restored.close()
        }
        return Double(events) / time
    }
}
