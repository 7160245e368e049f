import EventLog
import Foundation
import Identifiers
import Sealing
import Testing

@Suite("The key store")
struct KeyStoreTests {
    @Test("keys are there again after opening, found by owner and by id, and differ from each other")
    func reopened() throws {
        let scene = try KeyScene()
        let owners = scene.owners(130) + [KeyOwner(subject: .zero, dataClass: DataClass(rawValue: 65_535))]
        let made: [KnownKey?]
        do {
            let store = try scene.create()
            try store.makeKeys(for: Array(owners.prefix(1)))
            try store.makeKeys(for: owners)
            made = owners.map { store.known($0) }
        }
        let store = try scene.open()
        #expect(store.count == owners.count)
        #expect(store.generation == 1)
        #expect(store.mendedPages == 0)
        #expect(owners.map { store.known($0) } == made)
        for (owner, key) in zip(owners, made) {
            let key = try #require(key)
            #expect(store.owner(of: key.id) == owner)
        }
        #expect(Set(made.compactMap { $0?.bytes }).count == owners.count)
        #expect(Set(made.compactMap { $0?.id }).count == owners.count)
    }

    @Test("it agrees with a dictionary through random calls and reopenings", arguments: [UInt64(11), 12, 13])
    func agreesWithModel(seed: UInt64) throws {
        let scene = try KeyScene(seed: seed)
        var random = scene.random
        var model: [KeyOwner: KnownKey] = [:]
        var store = try scene.create()
        for step in 0..<60 {
            // Few subjects, in order and not random, so that calls repeat owners and hashes have little to go by.
            let owners = (0..<Int.random(in: 0...90, using: &random)).map { _ in
                KeyOwner(
                    subject: SubjectID(high: 0, low: UInt64.random(in: 0..<300, using: &random)),
                    dataClass: DataClass(rawValue: UInt16.random(in: 1...6, using: &random))
                )
            }
            try store.makeKeys(for: owners)
            for owner in owners {
                let key = try #require(store.known(owner), "seed \(seed), step \(step)")
                #expect(model[owner] == nil || model[owner] == key, "seed \(seed), step \(step)")
                model[owner] = key
            }
            if step % 9 == 8 { store = try scene.open() }
            #expect(store.count == model.count, "seed \(seed), step \(step)")
        }
        for (owner, key) in model { #expect(store.known(owner) == key, "seed \(seed)") }
        #expect(store.known(KeyOwner(subject: .zero, dataClass: DataClass(rawValue: 9))) == nil)
    }

    @Test("100,000 keys made in one call are all there after opening")
    func manyKeys() throws {
        let scene = try KeyScene()
        let owners = scene.owners(100_000)
        let sample = stride(from: 0, to: owners.count, by: 97).map { owners[$0] }
        let made: [KnownKey?]
        do {
            let store = try scene.create()
            try store.makeKeys(for: owners)
            made = sample.map { store.known($0) }
        }
        let store = try scene.open(acknowledged: KeyMark(generation: 1, pages: 1 + 1024 + 539))
        #expect(store.count == 100_000)
        #expect(sample.map { store.known($0) } == made)
        #expect(!made.contains(nil))
    }

    @Test("threads that read find each key whole while another adds")
    func concurrentReaders() async throws {
        let scene = try KeyScene()
        let store = try scene.create()
        let owners = scene.owners(6_000)
        let confused = try await withThrowingTaskGroup(of: Int.self) { group in
            for reader in 0..<3 {
                group.addTask {
                    var confused = 0
                    var next = reader
                    while store.count < owners.count {
                        let owner = owners[next % owners.count]
                        next += 7
                        if let key = store.known(owner), store.owner(of: key.id) != owner { confused += 1 }
                        await Task.yield()
                    }
                    return confused
                }
            }
            group.addTask {
                for start in stride(from: 0, to: owners.count, by: 50) {
                    try store.makeKeys(for: Array(owners[start..<start + 50]))
                    await Task.yield()
                }
                return 0
            }
            return try await group.reduce(0, +)
        }
        #expect(confused == 0)
        #expect(owners.allSatisfy { store.known($0) != nil })
    }

    @Test("two threads that need the same keys at once make each of them once")
    func concurrentMakers() async throws {
        let scene = try KeyScene()
        let store = try scene.create()
        let owners = scene.owners(500)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for start in stride(from: 0, to: owners.count, by: 20) {
                        try store.makeKeys(for: Array(owners[start..<start + 20]))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(store.count == owners.count)
        #expect(try scene.open().count == owners.count)
    }

    @Test("fences last, stop new keys with nothing made, and leave keys that are there")
    func fences() throws {
        let scene = try KeyScene()
        let (old, new, other) = (scene.owners(1)[0], scene.owners(1)[0], scene.owners(1)[0])
        do {
            let store = try scene.create()
            try store.makeKeys(for: [old])
            try store.fence([old, new, new].map { KeyFence(subject: $0.subject) })
            try store.fence([KeyFence(subject: old.subject)])
        }
        let store = try scene.open()
        #expect(store.isFenced(old) && store.isFenced(new) && !store.isFenced(other))
        #expect(throws: EventLogError(.subjectFenced, "")) { try store.makeKeys(for: [other, new]) }
        #expect(store.known(other) == nil && store.count == 1)
        try store.makeKeys(for: [old])
        #expect(store.known(old) != nil)
        #expect(throws: EventLogError(.subjectFenced, "")) {
            try store.makeKeys(for: [KeyOwner(subject: old.subject, dataClass: DataClass(rawValue: 2))])
        }
    }

    @Test("the newest generation is opened, under its own key")
    func newestGeneration() throws {
        let scene = try KeyScene()
        _ = try scene.create()
        let fileOfFirst = try scene.fileBytes()
        try Data(fileOfFirst).write(to: URL(fileURLWithPath: "\(scene.keysPath)/keys.12"))
        #expect(throws: EventLogError(.keyMissing, "")) { try scene.open() }
        _ = try scene.source().create(log: scene.log, generation: 12)
        #expect(throws: EventLogError(.keyFileOfAnotherLog, "")) { try scene.open() }
    }

    @Test("a store is made once: neither its key nor its file is overwritten")
    func createdOnce() throws {
        let scene = try KeyScene()
        _ = try scene.create()
        let before = try scene.fileBytes()
        #expect(throws: EventLogError(.keyExists, "")) { try scene.create() }
        try scene.source().destroy(log: scene.log, generation: 1)
        #expect(throws: EventLogError(.keyExists, "")) { try scene.create() }
        #expect(try scene.fileBytes() == before)
    }

    @Test("a closed store holds no key and makes none")
    func closed() throws {
        let scene = try KeyScene()
        let store = try scene.create()
        let owner = scene.owners(1)[0]
        try store.makeKeys(for: [owner])
        store.close()
        #expect(store.known(owner) == nil)
        #expect(throws: EventLogError(.keyStoreClosed, "")) { try store.makeKeys(for: [owner]) }
        #expect(try scene.open().known(owner) != nil)
    }

    @Test("the file shows no subject, key id or key")
    func nothingReadable() throws {
        let scene = try KeyScene()
        let store = try scene.create()
        let owners = scene.owners(200)
        try store.makeKeys(for: owners)
        try store.fence([KeyFence(subject: owners[0].subject)])
        let file = try Data(scene.fileBytes())
        for owner in owners {
            let key = try #require(store.known(owner))
            for secret in [owner.subject.bytes, key.id.bytes, key.bytes] {
                // Eight bytes of it would do for somebody who knows what to look for.
                for half in [secret.prefix(8), secret.suffix(8)] { #expect(file.range(of: Data(half)) == nil) }
            }
        }
    }

    @Test("a file that cannot grow gives 'not durable' until it is opened again, and loses no key")
    func fullDisk() async throws {
        let scene = try KeyScene()
        let (before, after) = (scene.owners(10), scene.owners(3_000))
        try scene.create().makeKeys(for: before)
        let (keys, log, folder, storePath) = (scene.keysPath, scene.log.hex, scene.keyFolderPath, scene.storePath)
        await #expect(processExitsWith: .success) {
            [
                keys = keys as String, log = log as String, folder = folder as String,
                storePath = storePath as String
            ] in
            let random = SystemRandomness()
            let log = try #require(LogID(hex: log))
            let source = try KeyFolder(path: folder, store: storePath, randomness: random)
            let store = try KeyStore(folder: keys, log: log, source: source, randomness: random)
            var generator = random
            let many = (0..<3_000).map { _ in
                KeyOwner(subject: .random(using: &generator), dataClass: DataClass(rawValue: 1))
            }
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
            setrlimit(__rlimit_resource_t(1), &limit)
            #expect(throws: EventLogError(.keysNotDurable, "")) { try store.makeKeys(for: many) }
            #expect(throws: EventLogError(.keysNotDurable, "")) { try store.makeKeys(for: [many[0]]) }
            #expect(store.count == 10)
        }
        let store = try scene.open(acknowledged: KeyMark(generation: 1, pages: 2))
        #expect(before.allSatisfy { store.known($0) != nil } && store.count == 10)
        try store.makeKeys(for: after)
        #expect(try scene.open().count == 3_010)
    }
}
