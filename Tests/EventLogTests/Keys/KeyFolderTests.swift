import EventLog
import Foundation
import Identifiers
import Sealing
import Testing

@Suite("The folder of key-encryption keys")
struct KeyFolderTests {
    private func bytes(_ key: SymmetricKey) -> [UInt8] { key.withUnsafeBytes { Array($0) } }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("a key that was made is there again, in a file of mode 0600 in a folder of mode 0700")
    func madeAndReadAgain() throws {
        let scene = try KeyScene()
        let made = try scene.source().create(log: scene.log, generation: 3)
        #expect(try bytes(scene.source().get(log: scene.log, generation: 3)) == bytes(made))
        #expect(try mode(scene.keyFolderPath) == 0o700)
        let names = try FileManager.default.contentsOfDirectory(atPath: scene.keyFolderPath)
        #expect(names == ["\(scene.log.hex).3.key"])
        #expect(try mode("\(scene.keyFolderPath)/\(names[0])") == 0o600)
    }

    @Test("a key is never overwritten")
    func neverOverwritten() throws {
        let scene = try KeyScene()
        let made = try scene.source().create(log: scene.log, generation: 1)
        #expect(throws: EventLogError(.keyExists, "")) { try scene.source().create(log: scene.log, generation: 1) }
        #expect(try bytes(scene.source().get(log: scene.log, generation: 1)) == bytes(made))
    }

    @Test("a key that a cut left half made is made afresh")
    func leftByACut() throws {
        let scene = try KeyScene()
        _ = try scene.source().create(log: scene.log, generation: 1)
        let leftover = "\(scene.keyFolderPath)/.\(scene.log.hex).2.key.new"
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: leftover))
        let made = try scene.source().create(log: scene.log, generation: 2)
        #expect(try bytes(scene.source().get(log: scene.log, generation: 2)) == bytes(made))
        #expect(!FileManager.default.fileExists(atPath: leftover))
    }

    @Test("a missing folder and a missing key say where they were looked for and what to do")
    func missing() throws {
        let scene = try KeyScene()
        for code in [EventLogError.Code.keyFolderMissing, .keyMissing] {
            let error = #expect(throws: EventLogError.self) { try scene.source().get(log: scene.log, generation: 1) }
            #expect(error?.code == code)
            #expect(error?.message.contains(scene.keyFolderPath) == true)
            #expect(error?.message.contains("--key-dir") == true)
            // Now the folder is there, with a key in it, but not the one that is wanted.
            if code == .keyFolderMissing { _ = try scene.source().create(log: scene.log, generation: 2) }
        }
    }

    @Test("a key with any bit changed, cut short or renamed is told to be wrong")
    func damaged() throws {
        let scene = try KeyScene()
        _ = try scene.source().create(log: scene.log, generation: 1)
        let url = URL(fileURLWithPath: "\(scene.keyFolderPath)/\(scene.log.hex).1.key")
        let good = try Data(contentsOf: url)
        for index in good.indices {
            var bad = good
            bad[index] ^= 0x40
            try bad.write(to: url)
            #expect(throws: EventLogError(.keyWrong, "")) { try scene.source().get(log: scene.log, generation: 1) }
        }
        for length in [0, 31, 95] {
            try good.prefix(length).write(to: url)
            #expect(throws: EventLogError(.keyWrong, "")) { try scene.source().get(log: scene.log, generation: 1) }
        }
        try good.write(to: url)
        try FileManager.default.copyItem(atPath: url.path, toPath: "\(scene.keyFolderPath)/\(scene.log.hex).2.key")
        #expect(throws: EventLogError(.keyWrong, "")) { try scene.source().get(log: scene.log, generation: 2) }
        #expect(throws: Never.self) { try scene.source().get(log: scene.log, generation: 1) }
    }

    @Test("a key that others may read is refused with the command that closes it")
    func exposed() throws {
        let scene = try KeyScene()
        _ = try scene.source().create(log: scene.log, generation: 1)
        let path = "\(scene.keyFolderPath)/\(scene.log.hex).1.key"
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        let error = #expect(throws: EventLogError.self) { try scene.source().get(log: scene.log, generation: 1) }
        #expect(error?.code == .keyExposed)
        #expect(error?.message.contains("chmod 600") == true)
    }

    @Test("destroying a key leaves none, and doing it again is no error")
    func destroyed() throws {
        let scene = try KeyScene()
        _ = try scene.source().create(log: scene.log, generation: 1)
        _ = try scene.source().create(log: scene.log, generation: 2)
        try scene.source().destroy(log: scene.log, generation: 1)
        try scene.source().destroy(log: scene.log, generation: 1)
        #expect(throws: EventLogError(.keyMissing, "")) { try scene.source().get(log: scene.log, generation: 1) }
        #expect(throws: Never.self) { try scene.source().get(log: scene.log, generation: 2) }
    }

    @Test("destroying a key also destroys what a cut left of its making")
    func destroyedHalfMade() throws {
        let scene = try KeyScene()
        _ = try scene.source().create(log: scene.log, generation: 1)
        let key = "\(scene.keyFolderPath)/\(scene.log.hex).1.key"
        try FileManager.default.moveItem(atPath: key, toPath: "\(scene.keyFolderPath)/.\(scene.log.hex).1.key.new")
        try scene.source().destroy(log: scene.log, generation: 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scene.keyFolderPath).isEmpty)
    }

    @Test(
        "a folder inside the store is refused, by whatever name",
        arguments: ["keys", "a/b", "../store/x", "link/x", ""]
    )
    func insideStore(name: String) throws {
        let scene = try KeyScene()
        try FileManager.default.createSymbolicLink(
            atPath: "\(scene.storePath)/link",
            withDestinationPath: scene.storePath
        )
        #expect(throws: EventLogError(.keyFolderInsideStore, "")) {
            try KeyFolder(path: "\(scene.storePath)/\(name)", store: scene.storePath, randomness: scene.random)
        }
    }

    @Test("a link from elsewhere into the store is refused, a neighbour with a longer name is not")
    func linkIntoStore() throws {
        let scene = try KeyScene()
        let link = "\(scene.scratch.path)/elsewhere"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: scene.storePath)
        #expect(throws: EventLogError(.keyFolderInsideStore, "")) {
            try KeyFolder(path: "\(link)/keys", store: scene.storePath, randomness: scene.random)
        }
        #expect(throws: Never.self) {
            try KeyFolder(path: "\(scene.storePath).keys", store: scene.storePath, randomness: scene.random)
        }
    }
}
