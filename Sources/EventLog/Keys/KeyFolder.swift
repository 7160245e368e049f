import Glibc
import Identifiers
import Sealing

/// The built-in source of key-encryption keys: a folder outside the store, one file of mode 0600 for each generation.
///
/// The file is named `<log id>.<generation>.key`, so that several stores can share a folder. Its 96 bytes, big-endian:
/// ```
///  0 magic "SYKE" 4   4 version 2 (1)   6 zero 2   8 log id 16   24 generation 4   28 zero 4
/// 32 key 32
/// 64 HMAC-SHA-256 of bytes 0 to 32 under the key 32
/// ```
/// The code tells a damaged or renamed key before anything is opened or written with it.
public struct KeyFolder: KeyEncryptionKeySource {
    /// The folder's path.
    public let path: String
    private let randomness: any RandomBytes

    /// Names a folder; nothing is read or made yet.
    ///
    /// - Parameters:
    ///   - path: the folder; made with mode 0700 by the first `create`.
    ///   - store: the store that its keys open.
    ///   - randomness: where new keys come from.
    /// - Throws: `keyFolderInsideStore`, links resolved.
    public init(path: String, store: String, randomness: any RandomBytes) throws {
        let folder = Folder.resolved(path)
        let store = Folder.resolved(store)
        guard folder != store, !folder.hasPrefix(store.hasSuffix("/") ? store : store + "/") else {
            throw EventLogError(
                .keyFolderInsideStore,
                "the key folder \(path) lies inside the store \(store): a copy of the store would open itself; "
                    + "choose a folder elsewhere with --key-dir or SYNCD_KEY_DIR"
            )
        }
        self.path = folder
        self.randomness = randomness
    }

    /// Reads the key of a generation.
    public func get(log: LogID, generation: UInt32) throws -> SymmetricKey {
        let name = Self.name(log, generation)
        guard Folder.exists(path) else {
            throw EventLogError(
                .keyFolderMissing,
                "there is no key folder \(path): name the right one with --key-dir or SYNCD_KEY_DIR, mount it, "
                    + "or bring it back from a custodian copy"
            )
        }
        guard access("\(path)/\(name)", F_OK) == 0 || errno != ENOENT else {
            throw EventLogError(
                .keyMissing,
                "the key folder \(path) has no \(name): name the folder that has it with --key-dir or SYNCD_KEY_DIR, "
                    + "or bring the file back from a custodian copy"
            )
        }
        let file = try OpenFile("\(path)/\(name)", O_RDONLY)
        guard try file.permissions() & 0o077 == 0 else {
            throw EventLogError(.keyExposed, "others may read \(file.path): run chmod 600 on it")
        }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: KeyFolderFile.count + 1, alignment: 8)
        defer {
            bytes.zeroForGood()
            bytes.deallocate()
        }
        let count = try file.read(into: bytes, at: 0)
        guard let key = KeyFolderFile.read(UnsafeRawBufferPointer(rebasing: bytes[..<count]), log, generation) else {
            throw EventLogError(
                .keyWrong,
                "\(file.path) is damaged or is the key of another store: bring it back from a custodian copy"
            )
        }
        return key
    }

    /// Makes the key of a generation, and the folder if it is not there.
    public func create(log: LogID, generation: UInt32) throws -> SymmetricKey {
        try Folder.create(path)
        let key = SymmetricKey(randomness: randomness)
        try put(key, log, generation)
        return key
    }

    private func put(_ key: SymmetricKey, _ log: LogID, _ generation: UInt32) throws {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: KeyFolderFile.count, alignment: 8)
        defer {
            bytes.zeroForGood()
            bytes.deallocate()
        }
        KeyFolderFile.write(key, log, generation, into: bytes)
        let name = Self.name(log, generation)
        guard try Folder.addFile(name, in: path, holding: UnsafeRawBufferPointer(bytes)) else {
            throw EventLogError(.keyExists, "\(path)/\(name) is there already; a key is never overwritten")
        }
    }

    /// Overwrites the key of a generation with zeros, then removes its file; also one that a cut left half made.
    public func destroy(log: LogID, generation: UInt32) throws {
        let name = Self.name(log, generation)
        var removed = false
        for file in ["\(path)/\(name)", Folder.temporaryPath(name, in: path)] {
            guard access(file, F_OK) == 0 || errno != ENOENT else { continue }
            do {
                let open = try OpenFile(file, O_WRONLY)
                let zeros = [UInt8](repeating: 0, count: KeyFolderFile.count)
                try zeros.withUnsafeBytes { try open.write($0, at: 0) }
                try open.syncData()
            }
            guard unlink(file) == 0 || errno == ENOENT else { throw EventLogError.file("remove", file, errno) }
            removed = true
        }
        if removed { try Folder.sync(path) }
    }

    /// Puts another source's key of a generation here, and destroys those of other generations: a custodian's copy.
    ///
    /// Durable on return. The new key is there before an old one goes.
    ///
    /// - Returns: how many others were destroyed.
    public func renew(log: LogID, generation: UInt32, from source: any KeyEncryptionKeySource) throws -> Int {
        let key = try source.get(log: log, generation: generation)
        if access("\(path)/\(Self.name(log, generation))", F_OK) != 0 { try put(key, log, generation) }
        _ = try get(log: log, generation: generation)
        var destroyed = 0
        for name in try Folder.names(path) where name.hasPrefix("\(log.hex).") && name.hasSuffix(".key") {
            let number = UInt32(name.dropFirst(log.hex.count + 1).dropLast(4))
            guard let number, number != generation else { continue }
            try destroy(log: log, generation: number)
            destroyed += 1
        }
        return destroyed
    }

    /// Puts another folder's key of a generation here unless it is here: a custodian's copy comes back.
    ///
    /// Durable on return; nothing is overwritten or destroyed.
    public func adopt(log: LogID, generation: UInt32, from source: any KeyEncryptionKeySource) throws {
        let key = try source.get(log: log, generation: generation)
        try Folder.create(path)
        if access("\(path)/\(Self.name(log, generation))", F_OK) != 0 { try put(key, log, generation) }
        _ = try get(log: log, generation: generation)
    }

    /// The generations whose keys lie here.
    public func generations(log: LogID) throws -> [UInt32]? {
        guard Folder.exists(path) else { return [] }
        return try Folder.names(path).compactMap { name in
            guard name.hasPrefix("\(log.hex)."), name.hasSuffix(".key") else { return nil }
            return UInt32(name.dropFirst(log.hex.count + 1).dropLast(4))
        }.sorted()
    }

    private static func name(_ log: LogID, _ generation: UInt32) -> String { "\(log.hex).\(generation).key" }
}

/// The bytes of one file of a `KeyFolder`, drawn there.
private enum KeyFolderFile {
    static let count = 96
    private static let magic: UInt32 = 0x5359_4B45
    private static let version: UInt16 = 1

    static func write(
        _ key: SymmetricKey,
        _ log: LogID,
        _ generation: UInt32,
        into bytes: UnsafeMutableRawBufferPointer
    ) {
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        bytes.storeBytes(of: magic.bigEndian, as: UInt32.self)
        bytes.storeBytes(of: version.bigEndian, toByteOffset: 4, as: UInt16.self)
        log.write(into: UnsafeMutableRawBufferPointer(rebasing: bytes[8..<24]))
        bytes.storeBytes(of: generation.bigEndian, toByteOffset: 24, as: UInt32.self)
        key.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: bytes[32..<64]).copyMemory(from: $0) }
        code(UnsafeRawBufferPointer(bytes)).write(into: UnsafeMutableRawBufferPointer(rebasing: bytes[64..<96]))
    }

    /// Gives the key when every byte is as `write` would write it.
    static func read(_ bytes: UnsafeRawBufferPointer, _ log: LogID, _ generation: UInt32) -> SymmetricKey? {
        guard bytes.count == count,
            Digest(reading: UnsafeRawBufferPointer(rebasing: bytes[64...])) == code(bytes),
            let key = try? SymmetricKey(copying: bytes[32..<64])
        else { return nil }
        let expected = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
        defer {
            expected.zeroForGood()
            expected.deallocate()
        }
        write(key, log, generation, into: expected)
        return expected.elementsEqual(bytes) ? key : nil
    }

    private static func code(_ bytes: UnsafeRawBufferPointer) -> Digest {
        var authenticator = HMAC()
        return authenticator.code(
            of: UnsafeRawBufferPointer(rebasing: bytes[..<32]),
            key: UnsafeRawBufferPointer(rebasing: bytes[32..<64])
        )
    }
}
