import Glibc
import Identifiers
import Sealing

/// Key files in a backup: the newest generation, copied whole and read back.
///
/// `keys.<generation>.<32 digits>`: the digits are the first of the SHA-256 of its bytes, so that it tells by its name
/// whether a bit of it has changed.
extension BackupFolder {
    /// A key file of a backup, or of a store.
    public struct KeyCopy: Sendable, Equatable {
        /// The generation.
        public var generation: UInt32
        /// The file.
        public var path: String

        /// Names a file.
        public init(generation: UInt32, path: String) { (self.generation, self.path) = (generation, path) }
    }

    private static let digits = 32

    /// The key files here, oldest first.
    public func keyCopies() throws -> [KeyCopy] {
        guard Folder.exists(path) else { return [] }
        return try Folder.names(path).compactMap { name in
            Self.parts(name).map { KeyCopy(generation: $0.generation, path: path + "/" + name) }
        }.sorted { $0.generation < $1.generation }
    }

    private static func parts(_ name: String) -> (generation: UInt32, digest: Substring)? {
        let words = name.split(separator: ".", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "keys", let generation = UInt32(words[1]), words[2].count == digits else {
            return nil
        }
        return (generation, words[2])
    }

    /// Reads a key file of a backup.
    ///
    /// - Throws: `backupDamaged` when its bytes are not those of its name.
    public static func read(_ copy: KeyCopy) throws -> [UInt8] {
        guard let bytes = try Folder.read(copy.path, limit: 1 << 36) else {
            throw EventLogError.backupDamaged(copy.path, "is missing")
        }
        let name = copy.path.split(separator: "/").last.map(String.init) ?? ""
        guard let named = parts(name)?.digest, named == digest(bytes) else {
            throw EventLogError.backupDamaged(copy.path)
        }
        return bytes
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        var hash = SHA256()
        return String(hash.digest(of: bytes).description.prefix(digits))
    }

    /// Puts a key file here and reads it back; durable on return.
    ///
    /// Copies of the same generation that say less go; older generations stay until their key-encryption key is gone.
    func putKeys(_ bytes: [UInt8], generation: UInt32) throws {
        let name = "keys.\(generation).\(Self.digest(bytes))"
        let copy = KeyCopy(generation: generation, path: path + "/" + name)
        _ = try bytes.withUnsafeBytes { try Folder.addFile(name, in: path, holding: $0) }
        guard try Self.read(copy) == bytes else {
            throw EventLogError(.backupNotVerified, "\(copy.path) is not what was written: check that disk")
        }
        for other in try keyCopies() where other.generation == generation && other.path != copy.path {
            try Folder.remove(other.path)
        }
    }

    /// Removes key files of generations whose key-encryption key is destroyed: they open nothing.
    func removeKeys(before generation: UInt32) throws {
        for old in try keyCopies() where old.generation < generation { try Folder.remove(old.path) }
    }
}

extension EventLog {
    /// Puts the key file as it is into a backup, and takes older generations away; durable on return.
    ///
    /// - Returns: the generation.
    @discardableResult
    public func copyKeys(to folder: BackupFolder) throws -> UInt32 {
        while true {
            let (bytes, generation) = try keys.fileBytes()
            try folder.putKeys(bytes, generation: generation)
            // A change of keys meanwhile has put the next generation there itself.
            guard keys.generation == generation else { continue }
            if !keys.hasSuperseded { try folder.removeKeys(before: generation) }
            return generation
        }
    }

    /// True when a change of keys was cut off before the generation before it was destroyed.
    public var isChangingKeys: Bool { keys.hasSuperseded }

    /// Goes on with a change of keys that was cut off: copies are made, then the generation before is destroyed.
    ///
    /// - Parameter copied: puts the key file to where copies lie.
    public func finishKeyChange(copied: (_ bytes: [UInt8], _ generation: UInt32) throws -> Void) throws {
        try queue.alone { try keys.discardSuperseded(copied) }
    }
}

extension BackupFolder {
    /// Puts the key file of a new generation here, while the one before is still there; durable on return, read back.
    ///
    /// - Throws: what the disk says.
    public func putNewKeys(_ bytes: [UInt8], generation: UInt32) throws { try putKeys(bytes, generation: generation) }
}
