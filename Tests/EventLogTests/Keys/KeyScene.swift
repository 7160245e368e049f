import EventLog
import Foundation
import Identifiers
import Sealing
import Synchronization

/// A folder that goes when the test is done.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("syncd-keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Bytes that a seed repeats (SplitMix64): good for tests, and for nothing else.
final class SeededBytes: RandomBytes, RandomNumberGenerator {
    private let state: Mutex<UInt64>

    init(seed: UInt64) { state = Mutex(seed) }

    func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
            return mixed ^ mixed >> 31
        }
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        for offset in stride(from: 0, to: buffer.count, by: 8) {
            withUnsafeBytes(of: next()) { word in
                let count = min(8, buffer.count - offset)
                UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: word[..<count]))
            }
        }
    }
}

/// A store's folder and its key folder, in one scratch folder.
struct KeyScene: Sendable {
    let scratch: ScratchFolder
    let log: LogID
    let random: SeededBytes

    init(seed: UInt64 = 1) throws {
        scratch = try ScratchFolder()
        random = SeededBytes(seed: seed)
        var generator = random
        log = .random(using: &generator)
        try FileManager.default.createDirectory(atPath: storePath, withIntermediateDirectories: false)
    }

    var storePath: String { "\(scratch.path)/store" }
    var keysPath: String { "\(storePath)/keys" }
    var filePath: String { "\(keysPath)/keys.1" }
    var keyFolderPath: String { "\(scratch.path)/store.keys" }

    func source() throws -> KeyFolder {
        try KeyFolder(path: keyFolderPath, store: storePath, randomness: random)
    }

    func create() throws -> KeyStore {
        try KeyStore.create(folder: keysPath, log: log, source: source(), randomness: random)
    }

    func open(acknowledged: KeyMark = .none) throws -> KeyStore {
        try KeyStore(
            folder: keysPath,
            log: log,
            source: source(),
            randomness: random,
            acknowledged: acknowledged
        )
    }

    func owners(_ count: Int, dataClass: UInt16 = 1) -> [KeyOwner] {
        var generator = random
        return (0..<count).map { _ in
            KeyOwner(subject: .random(using: &generator), dataClass: DataClass(rawValue: dataClass))
        }
    }

    func fileBytes() throws -> [UInt8] { try Array(Data(contentsOf: URL(fileURLWithPath: filePath))) }

    func setFile(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: filePath)) }
}

/// What a store says of one owner's key.
struct KnownKey: Equatable, Sendable {
    var id: KeyID
    var bytes: [UInt8]
}

extension KeyStore {
    func known(_ owner: KeyOwner) -> KnownKey? {
        withKeys { keys in
            keys.find(owner.subject, owner.dataClass).map { KnownKey(id: keys.id($0), bytes: Array(keys.bytes($0))) }
        }
    }

    func owner(of id: KeyID) -> KeyOwner? {
        withKeys { keys in keys.find(id).map { keys.owner($0) } }
    }
}
