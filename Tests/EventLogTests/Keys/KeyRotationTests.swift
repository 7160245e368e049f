import EventLog
import Foundation
import Identifiers
import Sealing
import Synchronization
import Testing

/// A key source that fails, or stops, at a call that a test names.
private final class FaultySource: KeyEncryptionKeySource {
    struct Fault: Error {}

    let real: KeyFolder
    private let calls = Mutex<(made: Int, failing: Int?)>((0, nil))

    init(_ real: KeyFolder) { self.real = real }

    var count: Int { calls.withLock { $0.made } }

    func fail(at call: Int?) { calls.withLock { $0 = (0, call) } }

    private func step() throws {
        try calls.withLock { calls in
            calls.made += 1
            if calls.made == calls.failing { throw Fault() }
        }
    }

    func get(log: LogID, generation: UInt32) throws -> SymmetricKey {
        try step()
        return try real.get(log: log, generation: generation)
    }

    func create(log: LogID, generation: UInt32) throws -> SymmetricKey {
        try step()
        return try real.create(log: log, generation: generation)
    }

    func destroy(log: LogID, generation: UInt32) throws {
        try step()
        try real.destroy(log: log, generation: generation)
    }
}

@Suite("Generations of keys")
struct KeyRotationTests {
    @Test("what is fenced has no key in the next generation, everybody else the same one, and the old key is gone")
    func rotation() throws {
        let scene = try KeyScene()
        let owners = scene.owners(400)
        let (gone, half) = (owners[7], owners[9])
        let other = KeyOwner(subject: half.subject, dataClass: DataClass(rawValue: 2))
        let store = try scene.create()
        try store.makeKeys(for: owners + [other])
        let before = owners.map { store.known($0) }
        try store.fence([KeyFence(subject: gone.subject), KeyFence(subject: half.subject, dataClass: half.dataClass)])
        #expect(try store.rotate() == 2)
        func check(_ keys: KeyStore) {
            #expect(keys.generation == 2 && keys.count == owners.count - 1)
            for (owner, key) in zip(owners, before) where owner != gone && owner != half {
                #expect(keys.known(owner) == key)
            }
            #expect(keys.known(gone) == nil && keys.known(half) == nil && keys.known(other) != nil)
            #expect(keys.isFenced(gone) && keys.isFenced(half) && !keys.isFenced(other))
            #expect(throws: EventLogError(.subjectFenced, "")) { try keys.makeKeys(for: [gone]) }
            #expect(throws: EventLogError(.subjectFenced, "")) { try keys.makeKeys(for: [half]) }
        }
        check(store)
        store.close()
        check(try scene.open())
        #expect(try FileManager.default.contentsOfDirectory(atPath: scene.keysPath) == ["keys.2"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scene.keyFolderPath).count == 1)
    }

    @Test("a fence falls only when it is lifted, and the key that is made then is another one")
    func lifted() throws {
        let scene = try KeyScene()
        let owner = scene.owners(1)[0]
        let fence = KeyFence(subject: owner.subject, dataClass: owner.dataClass)
        let store = try scene.create()
        try store.makeKeys(for: [owner])
        let before = store.known(owner)
        try store.fence([fence])
        _ = try store.rotate()
        _ = try store.rotate()
        #expect(store.isFenced(owner))
        _ = try store.rotate(lifting: [fence])
        #expect(!store.isFenced(owner) && store.known(owner) == nil)
        try store.makeKeys(for: [owner])
        #expect(store.known(owner) != nil && store.known(owner)?.bytes != before?.bytes)
    }

    @Test("stopped at any call of the key source, one whole generation opens, and a repeat goes through")
    func stopped() throws {
        for call in 1... {
            let scene = try KeyScene(seed: UInt64(call))
            let owners = scene.owners(90)
            let source = FaultySource(try scene.source())
            let store = try KeyStore.create(
                folder: scene.keysPath,
                log: scene.log,
                source: source,
                randomness: scene.random
            )
            try store.makeKeys(for: owners)
            let before = owners.map { store.known($0) }
            try store.fence([KeyFence(subject: owners[3].subject)])
            source.fail(at: call)
            let stopped = Result { try store.rotate() }
            store.close()
            let again = try scene.open()
            #expect(owners.indices.allSatisfy { $0 == 3 || again.known(owners[$0]) == before[$0] }, "call \(call)")
            #expect(again.isFenced(owners[3]), "call \(call)")
            _ = try again.rotate()
            #expect(again.known(owners[3]) == nil && again.known(owners[4]) == before[4], "call \(call)")
            again.close()
            #expect(try scene.open().count == 89, "call \(call)")
            if case .success = stopped {
                #expect(call > 4, "each of making, reading back and destroying was stopped once")
                return
            }
        }
    }

    @Test("a next generation that is damaged before the one before was given up is thrown away")
    func damagedNext() throws {
        let scene = try KeyScene()
        let owners = scene.owners(3)
        let store = try scene.create()
        try store.makeKeys(for: owners)
        let key = store.known(owners[0])
        store.close()
        var bytes = try scene.fileBytes()
        for index in bytes.indices { bytes[index] ^= 0x55 }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(scene.keysPath)/keys.2"))
        _ = try scene.source().create(log: scene.log, generation: 2)
        let again = try scene.open()
        #expect(again.generation == 1 && again.known(owners[0]) == key)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scene.keysPath) == ["keys.1"])
    }
}

@Suite("A log whose keys are destroyed")
struct KeyDestructionTests {
    @Test("what was sealed says nothing any more, in memory, on the disk and after opening; everything else does")
    func destroyed() throws {
        let store = try TestStore()
        let (gone, kept) = (SubjectID(high: 9, low: 1), SubjectID(high: 9, low: 2))
        do {
            let log = try store.open()
            for (number, subject) in [gone, kept, gone, kept].enumerated() {
                _ = try append(to: log, number, subject)
            }
            let key = try log.keyedHash(of: [1], subject: kept, dataClass: DataClass(rawValue: 1))
            try log.fence([KeyFence(subject: gone)])
            #expect(try log.keys(behind: [KeyFence(subject: gone)]).count == 1)
            #expect(try log.rotateKeys() == 2)
            try expectOpened(log, [false, true, false, true])
            #expect(throws: EventLogError(.subjectFenced, "")) { _ = try append(to: log, 5, gone) }
            _ = try append(to: log, 6, kept)
            #expect(try log.keyedHash(of: [1], subject: kept, dataClass: DataClass(rawValue: 1)) == key)
            try log.close()
        }
        let again = try store.open()
        try expectOpened(again, [false, true, false, true, true])
        #expect(again.keyGeneration == 2)
        try again.close()
    }

    @Test("appends that go on meanwhile are in the log or refused, and none is lost")
    func busy() async throws {
        let store = try TestStore()
        let log = try store.open()
        let subjects = (0..<4).map { SubjectID(high: 7, low: UInt64($0)) }
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for (writer, subject) in subjects.enumerated() {
                group.addTask {
                    var appended = 0
                    for number in 0..<150 {
                        do {
                            _ = try await log.append(Self.batch(writer * 1_000 + number, subject))
                            appended += 1
                        } catch let error as EventLogError where error.code == .keysChanged {
                            continue
                        }
                    }
                    return appended
                }
            }
            for _ in 0..<5 { try log.rotateKeys() }
            return try await group.reduce(0, +)
        }
        #expect(log.keyGeneration == 6)
        var opened = 0
        try log.read(LogQuery(opensParts: true)) { event in
            opened += event.parts.count { $0.plaintext != nil }
            return true
        }
        #expect(opened == done)
        try log.close()
    }

    private func append(to log: EventLog, _ number: Int, _ subject: SubjectID) throws -> Appended {
        try log.append(Self.batch(number, subject))
    }

    private static func batch(_ number: Int, _ subject: SubjectID) -> Batch {
        Batch(
            command: CommandID(high: 1, low: UInt64(number) + 1),
            actor: ActorID(high: 1, low: 1),
            recordedAt: Timestamp(microseconds: Int64(number)),
            events: [
                NewEvent(
                    type: EventTypeNumber(rawValue: 20),
                    base: BaseID(high: 1, low: 1),
                    stream: StreamID(high: 1, low: 1),
                    open: [],
                    parts: [
                        NewPart(subject: subject, dataClass: DataClass(rawValue: 1), plaintext: Array("\(number)".utf8))
                    ]
                )
            ]
        )
    }

    private func expectOpened(_ log: EventLog, _ expected: [Bool]) throws {
        var found: [Bool] = []
        try log.read(LogQuery(opensParts: true)) { event in
            found += event.parts.map { $0.plaintext != nil }
            return true
        }
        #expect(found == expected)
        #expect(try log.events(after: .origin, limit: 100).flatMap(\.parts).map { $0.plaintext != nil } == expected)
    }
}
