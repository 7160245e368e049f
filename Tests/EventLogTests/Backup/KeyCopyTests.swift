import Foundation
import Identifiers
import Sealing
import Testing

@testable import EventLog

/// Copies of a new generation of keys lie in backups before the one before is destroyed (log.md section 6).
@Suite struct KeyCopyTests {
    @Test("The new key file is copied while both generations are there; a copy that fails leaves everything as it was")
    func order() throws {
        let scene = try BackupScene()
        var maker = BatchMaker()
        let log = try scene.store.open()
        _ = try log.append(maker.batch(subject: 9))
        _ = try log.append(maker.batch(subject: 10))
        try log.fence([KeyFence(subject: SubjectID(high: 2, low: 9))])
        let source = try scene.keys
        #expect(throws: CocoaError.self) {
            try log.rotateKeys { _, _ in throw CocoaError(.fileWriteVolumeReadOnly) }
        }
        #expect(log.keyGeneration == 1 && log.keyCount == 2)
        #expect(try source.generations(log: log.logID) == [1])
        var seen: [UInt32]?
        let generation = try log.rotateKeys { bytes, generation in
            seen = try source.generations(log: log.logID)
            try scene.target.putNewKeys(bytes, generation: generation)
        }
        #expect(generation == 2 && seen == [1, 2])
        #expect(try source.generations(log: log.logID) == [2])
        #expect(try scene.target.keyCopies().map(\.generation) == [2])
        // The copy is a whole key file: it opens who is left.
        _ = try log.backUp(to: scene.target, at: BackupScene.time)
        let restored = try scene.open(scene.restore())
        #expect(
            restored.keyCount == 1
                && restored.isFenced(KeyOwner(subject: SubjectID(high: 2, low: 9), dataClass: DataClass(rawValue: 1)))
        )
    }

    @Test("A change of keys that was cut off before its copies: the old key stays until the copies are made")
    func cutOff() throws {
        let scene = try BackupScene()
        var maker = BatchMaker()
        do {
            let log = try scene.store.open()
            _ = try log.append(maker.batch())
            try log.close()
        }
        let (keys, layout) = (try scene.keys, scene.store.layout)
        let first = try #require(FileManager.default.contents(atPath: layout.keys + "/keys.1"))
        let keyFile = scene.store.folder + "/keys/\(scene.store.logID.hex).1.key"
        let key = try #require(FileManager.default.contents(atPath: keyFile))
        do {
            let log = try scene.store.open()
            try log.rotateKeys()
            try log.close()
        }
        // As if the process had been killed when the new file had got its name.
        try first.write(to: URL(fileURLWithPath: layout.keys + "/keys.1"))
        let owners = [FileAttributeKey.posixPermissions: 0o600]
        #expect(FileManager.default.createFile(atPath: keyFile, contents: key, attributes: owners))
        var settings = TestStore.smallSettings
        settings.keepsSupersededKeys = true
        let log = try scene.store.open(settings)
        #expect(log.isChangingKeys && log.keyGeneration == 2)
        #expect(throws: CocoaError.self) { try log.finishKeyChange { _, _ in throw CocoaError(.fileNoSuchFile) } }
        #expect(try keys.generations(log: log.logID) == [1, 2])
        try log.finishKeyChange { try scene.target.putNewKeys($0, generation: $1) }
        #expect(!log.isChangingKeys)
        #expect(try keys.generations(log: log.logID) == [2])
        #expect(try scene.target.keyCopies().map(\.generation) == [2])
    }
}
