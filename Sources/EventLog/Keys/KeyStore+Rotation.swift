import Glibc
import Identifiers
import Sealing
import Synchronization

/// The next generation: everything that is to stay, under a new key-encryption key, and the old one destroyed, so that
/// every copy of an older key file opens nothing any more (log.md section 6).
///
/// The steps in their order; a kill between any two leaves one whole generation, which the next opening goes on with:
/// 1. key-encryption key g+1 made: nothing uses it, and a repeat makes it anew;
/// 2. file g+1 written beside, under a name of no account;
/// 3. renamed, the folder synced, read back, every survivor opened: from here on g+1 is the newest;
/// 4. copied to where copies lie, each read back;
/// 5. key-encryption key g destroyed, file g removed: the next opening does this when it was cut off.
extension KeyStore {
    /// Makes the next generation without what is fenced; durable on return, and no older generation opens any more.
    ///
    /// The caller sees to it that nothing is sealed or flushed meanwhile.
    ///
    /// - Parameters:
    ///   - lifted: fences that are not taken over, for whom keys may be made again.
    ///   - copied: puts the new file to where copies lie, before the old key is destroyed.
    /// - Returns: the new generation.
    /// - Throws: what the disk, the source or `copied` throws. Before step 5 everything is as it was; from there on, no key
    ///   is made until the store has been opened again.
    package func rotate(
        lifting lifted: Set<KeyFence> = [],
        copied: (_ bytes: [UInt8], _ generation: UInt32) throws -> Void = { _, _ in }
    ) throws -> UInt32 {
        var next: UInt32 = 0
        try withFile { file in
            next = file.generation + 1
            let before = file.generation
            let fences = table.reading { $0.fences }.subtracting(lifted)
            let key = try makeFile(next, fences)
            var fresh = KeyTable(generation: next)
            let opened: KeyFile
            do {
                opened = try readBack(next, key, fences, &fresh, copied)
            } catch {
                try? Self.discard(next, in: folder, log: log, source: source)
                throw error
            }
            file.giveUp()
            for older in superseded.withLock({ $0 }) { try Self.discard(older, in: folder, log: log, source: source) }
            superseded.withLock { $0 = [] }
            try Self.discard(before, in: folder, log: log, source: source)
            file = consume opened
            table.exchange(with: &fresh)
        }
        return next
    }

    /// True when a change of keys was cut off before its last step.
    var hasSuperseded: Bool { superseded.withLock { !$0.isEmpty } }

    /// Ends a change of keys that was cut off: copies are made, then the generations before are destroyed.
    func discardSuperseded(_ copied: (_ bytes: [UInt8], _ generation: UInt32) throws -> Void) throws {
        let older = superseded.withLock { $0 }
        guard !older.isEmpty else { return }
        let (bytes, generation) = try fileBytes()
        try copied(bytes, generation)
        for generation in older { try Self.discard(generation, in: folder, log: log, source: source) }
        superseded.withLock { $0 = [] }
    }

    /// The key file as it is, and its generation.
    func fileBytes() throws -> (bytes: [UInt8], generation: UInt32) {
        var found: (bytes: [UInt8], generation: UInt32) = ([], 0)
        try withFile { file in found = (try file.copied(), file.generation) }
        return found
    }

    /// Destroys the key-encryption key of a generation, then its file; doing it again is no error.
    static func discard(
        _ generation: UInt32,
        in folder: String,
        log: LogID,
        source: any KeyEncryptionKeySource
    ) throws {
        try source.destroy(log: log, generation: generation)
        try Folder.remove("\(folder)/\(KeyFile.name(generation))")
    }

    /// Writes the file of a generation with what is to stay, and puts it in its place.
    private func makeFile(_ generation: UInt32, _ fences: Set<KeyFence>) throws -> SymmetricKey {
        let place = KeyFile.Place(folder: folder, log: log, randomness: randomness)
        let draft = ".\(KeyFile.name(generation)).new"
        // Left by a rotation that was cut off: nothing was ever sealed under it, for its file never had its name.
        try source.destroy(log: log, generation: generation)
        try Folder.remove("\(folder)/\(draft)")
        let key = try source.create(log: log, generation: generation)
        try KeyFile.create(place, generation: generation, key: key, name: draft)
        var none = KeyTable(generation: generation)
        var file = try KeyFile(place, generation: generation, key: key, name: draft, acknowledged: 1, table: &none)
        try file.append(KeyFileRows(fencesAround: fences.sorted()))
        let survivors = table.reading { table in table.rows { !table.isFenced($0, by: fences) } }
        for start in stride(from: 0, to: survivors.count, by: Self.rowsCopied) {
            let slice = survivors[start..<min(start + Self.rowsCopied, survivors.count)]
            try table.reading { table in try file.append(KeyFileRows(copying: slice, of: table)) }
        }
        _ = consume file
        try Folder.replace("\(folder)/\(KeyFile.name(generation))", with: "\(folder)/\(draft)")
        return key
    }

    /// Opens what was written as the next start would, holds it against what is in memory, and has it copied.
    private func readBack(
        _ generation: UInt32,
        _ key: SymmetricKey,
        _ fences: Set<KeyFence>,
        _ fresh: inout KeyTable,
        _ copied: (_ bytes: [UInt8], _ generation: UInt32) throws -> Void
    ) throws -> KeyFile {
        let place = KeyFile.Place(folder: folder, log: log, randomness: randomness)
        let file = try KeyFile(
            place,
            generation: generation,
            key: try source.get(log: log, generation: generation),
            acknowledged: 1,
            table: &fresh
        )
        let isWhole = table.reading { table in
            let survivors = table.rows { !table.isFenced($0, by: fences) }
            return fresh.fences == fences && fresh.count == survivors.count
                && survivors.allSatisfy { fresh.has(sameKeyAs: $0, in: table) }
        }
        guard isWhole else {
            throw EventLogError(
                .keyFileDamaged,
                "\(folder)/\(KeyFile.name(generation)) does not hold what was written: nothing was destroyed. Check the disk"
            )
        }
        try copied(try file.copied(), generation)
        return file
    }

    /// Rows written in one call.
    private static var rowsCopied: Int { KeyFile.groupPagesMaximum * KeyPage.rowsMaximum }
}

extension KeyTable {
    /// The rows whose owners are wanted.
    func rows(where isWanted: (KeyOwner) -> Bool) -> [Int] { (0..<count).filter { isWanted(owner($0)) } }

    /// True when these fences stand around an owner.
    func isFenced(_ owner: KeyOwner, by fences: Set<KeyFence>) -> Bool {
        fences.contains(KeyFence(subject: owner.subject))
            || fences.contains(KeyFence(subject: owner.subject, dataClass: owner.dataClass))
    }

    /// True when it holds the key of another table's row, for the same owner.
    func has(sameKeyAs row: Int, in other: borrowing KeyTable) -> Bool {
        guard let own = find(other.id(row)), owner(own) == other.owner(row) else { return false }
        return key(own).elementsEqual(other.key(row))
    }
}
