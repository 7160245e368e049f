import Foundation
import Identifiers
import Sealing
import Testing

@testable import EventLog

@Suite struct CreateTests {
    /// A key source that makes a key and then fails, as a full disk would have it.
    private struct FailingKeys: KeyEncryptionKeySource {
        let keys: KeyFolder

        func get(log: LogID, generation: UInt32) throws -> SymmetricKey {
            throw EventLogError(.diskFull, "no space")
        }
        func create(log: LogID, generation: UInt32) throws -> SymmetricKey {
            try keys.create(log: log, generation: generation)
        }
        func destroy(log: LogID, generation: UInt32) throws { try keys.destroy(log: log, generation: generation) }
    }

    private let folder: String
    private let layout: StoreLayout
    private let keys: KeyFolder

    init() throws {
        folder = NSTemporaryDirectory() + "syncd-create-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        layout = StoreLayout(root: folder + "/store")
        keys = try KeyFolder(path: folder + "/keys", store: layout.root, randomness: SystemRandomness())
    }

    private func create(_ source: any KeyEncryptionKeySource) throws {
        try EventLog.create(
            layout,
            log: LogID(high: 1, low: 2),
            owner: BaseID(high: 3, low: 4),
            keySource: source
        )
    }

    private func names(_ path: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + path).sorted()
    }

    @Test("A store that could not be made leaves nothing but an empty key folder")
    func failing() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: EventLogError(.diskFull, "")) { try create(FailingKeys(keys: keys)) }
        #expect(try names() == ["keys"])
        #expect(try names("/keys").isEmpty)
        try create(keys)
        #expect(try names() == ["keys", "store"])
    }

    @Test("What a killed process left of a store is removed by the next; what another builds now is left alone")
    func leftovers() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Beyond the greatest process id; the first process; this one's own, from before a restart.
        let dead = "store.making-2147483647"
        let living = "store.making-1"
        for name in [dead, living, "store.making-\(getpid())"] {
            try FileManager.default.createDirectory(
                atPath: folder + "/" + name + "/keys",
                withIntermediateDirectories: true
            )
            try Data("half".utf8).write(to: URL(fileURLWithPath: folder + "/" + name + "/keys/keys.1"))
        }
        try create(keys)
        #expect(try names() == ["keys", "store", living])
    }

    @Test("What a killed process was making in the store is removed at the next opening")
    func temporary() throws {
        let store = try TestStore()
        let run = store.layout.temporary + "/import-1"
        try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: run + "/scratch.mdb"))
        let log = try store.open()
        #expect(try FileManager.default.contentsOfDirectory(atPath: store.layout.temporary).isEmpty)
        try log.close()
    }
}
