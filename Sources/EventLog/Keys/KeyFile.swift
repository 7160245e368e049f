import Glibc
import Identifiers
import Sealing

/// The file that holds one generation of data keys, sealed under one key-encryption key.
///
/// ```
/// keys/keys.<generation>
/// ┌ group 0: page 0, without rows ┬ group 1: one call's new keys ──────────────────────┬ group 2 …
/// │ page 0 │ filler │ page 0 again│ page 1, page 2, … │ filler │ page 1, page 2 … again│
/// └ 0 ─────┴────────┴ 4096 ───────┴ next sector ──────┴────────┴ next 4096 ────────────┘
/// ```
/// A page begins at a sector of 512 bytes and takes as many as its rows need (one row: one sector, 64 rows: ten), so a
/// small call wastes little. A group's second copies begin in another block of 4096 bytes than its first ones end in,
/// since a block is what a disk loses. A group is written and synced once, and no byte of it changes afterwards, except
/// that a damaged copy is mended with the bytes that it had. `KeyPage` draws a page.
struct KeyFile: ~Copyable {
    /// The most pages in one group, which bounds the memory of a large import: 65,536 keys, 5 MiB.
    static let groupPagesMaximum = 1024

    private let file: OpenFile
    private let log: LogID
    /// The generation that it holds.
    let generation: UInt32
    private let key: SymmetricKey
    private let randomness: any RandomBytes
    private var sealer = Sealer()
    private var hash = SHA256()
    private var end: Int
    private var isSound = true
    /// How many pages are durable, page 0 among them.
    private(set) var pageCount: UInt32
    /// How many pages had one damaged copy when the file was opened, which was mended.
    let mended: Int

    /// The name of a generation's file.
    static func name(_ generation: UInt32) -> String { "keys.\(generation)" }

    /// Where files lie, and of which log.
    struct Place: Sendable {
        var folder: String
        var log: LogID
        var randomness: any RandomBytes
    }

    // MARK: Creating

    /// Makes the file of a generation without keys; durable on return.
    ///
    /// - Parameter name: the file's name; the generation's when nil.
    static func create(_ place: Place, generation: UInt32, key: SymmetricKey, name: String? = nil) throws {
        var sealer = Sealer()
        var hash = SHA256()
        let empty = KeyFileRows(forPageOf: 0)
        let image = KeyGroup(0..<0, firstPage: 0, sector: 0, log: place.log, generation: generation)
            .image(of: empty, key: key, randomness: place.randomness, sealer: &sealer, hash: &hash)
        let name = name ?? Self.name(generation)
        let added = try image.withUnsafeBytes { try Folder.addFile(name, in: place.folder, holding: $0) }
        guard added else {
            throw EventLogError(.keyExists, "\(place.folder)/\(name) is there already and is never overwritten")
        }
    }

    // MARK: Opening

    /// Opens the file of a generation, fills a table from it, and mends what is damaged in one copy only.
    ///
    /// Everything is opened before anything is written. Then the last group is written once more as it is and synced:
    /// after a failed sync the kernel may show bytes that the disk does not hold, and only that group can be in doubt.
    ///
    /// - Parameters:
    ///   - name: the file's name; the generation's when nil.
    ///   - acknowledged: how many pages are known to be durable from elsewhere; fewer are damage and not a torn end.
    /// - Throws: `keyWrong`, `keyFileDamaged` with the offset, `keyFileNewer`, `keyFileOfAnotherLog`, `file`.
    init(
        _ place: Place,
        generation: UInt32,
        key: SymmetricKey,
        name: String? = nil,
        acknowledged: UInt32,
        table: inout KeyTable
    ) throws {
        let file = try OpenFile("\(place.folder)/\(name ?? Self.name(generation))", O_RDWR)
        let scan = try KeyFileScan(file)
        guard let first = scan.pages.first?.page, let last = scan.pages.last?.page,
            scan.pages.count >= Int(acknowledged)
        else {
            throw EventLogError(
                .keyFileDamaged,
                "\(file.path) ends at offset \(scan.end * KeyPage.sector), before keys that are in use: "
                    + "bring it back from the newest backup"
            )
        }
        guard first.log == place.log, first.generation == generation else {
            throw EventLogError(.keyFileOfAnotherLog, "\(file.path) belongs to another log or generation")
        }
        try Self.load(scan.pages, of: file, key: key, table: &table)

        if scan.isTorn { try file.truncate(to: scan.end * KeyPage.sector) }
        for found in scan.pages where found.isHalf || last.group.contains(found.page.number) {
            try Self.rewrite(found, in: file)
        }
        try file.syncData()

        self.file = file
        log = place.log
        self.generation = generation
        self.key = key
        randomness = place.randomness
        end = scan.end
        pageCount = UInt32(scan.pages.count)
        mended = scan.pages.count(where: \.isHalf)
    }

    private static func load(
        _ pages: [KeyFileScan.Found],
        of file: borrowing OpenFile,
        key: SymmetricKey,
        table: inout KeyTable
    ) throws {
        table.reserve(pages.reduce(0) { $0 + $1.page.rowCount })
        var opener = Opener()
        let rows = KeyFileRows(forPageOf: KeyPage.rowsMaximum)
        for found in pages {
            let bytes = try read(found, of: file)
            let count = 0..<found.page.rowCount
            do {
                try bytes.withUnsafeBytes {
                    try found.page.open($0, key: key, opener: &opener, into: rows.bytes(count))
                }
            } catch {
                throw found.page.number == 0 ? wrongKey(file.path, error) : forged(file.path, found, error)
            }
            try rows.insert(count, into: &table)
        }
    }

    private static func wrongKey(_ path: String, _ cause: any Error) -> EventLogError {
        EventLogError(
            .keyWrong,
            "the key-encryption key does not open \(path): name the key folder of this store",
            cause: cause
        )
    }

    private static func forged(_ path: String, _ found: KeyFileScan.Found, _ cause: any Error) -> EventLogError {
        let offset = found.wholeSector * KeyPage.sector
        return EventLogError(
            .keyFileDamaged,
            "\(path): page \(found.page.number) at offset \(offset) was not sealed under this store's key: "
                + "bring the key file back from the newest backup",
            cause: cause
        )
    }

    private static func read(_ found: KeyFileScan.Found, of file: borrowing OpenFile) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: found.page.sectors * KeyPage.sector)
        let count = try bytes.withUnsafeMutableBytes {
            try file.read(into: $0, at: found.wholeSector * KeyPage.sector)
        }
        guard count == bytes.count else { throw EventLogError(.file, "\(file.path) became shorter while it was read") }
        return bytes
    }

    private static func rewrite(_ found: KeyFileScan.Found, in file: borrowing OpenFile) throws {
        let bytes = try read(found, of: file)
        try bytes.withUnsafeBytes { bytes in
            try file.write(bytes, at: Int(found.page.copies.first) * KeyPage.sector)
            try file.write(bytes, at: Int(found.page.copies.second) * KeyPage.sector)
        }
    }

    // MARK: Adding

    /// The bytes of all that is durable: a whole key file, to be copied.
    func copied() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: end * KeyPage.sector)
        let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        guard count == bytes.count else { throw EventLogError(.file, "\(file.path) became shorter while it was read") }
        return bytes
    }

    /// Takes no more rows: another generation's file may be the newest now.
    mutating func giveUp() { isSound = false }

    /// Adds rows, page by page; durable on return.
    ///
    /// - Throws: `keysNotDurable` when a write or the sync fails. Nothing is added after that until the file has been
    ///   opened again, for what reached the disk is unknown.
    mutating func append(_ rows: borrowing KeyFileRows) throws {
        guard isSound else {
            throw EventLogError(.keysNotDurable, "\(file.path) failed before: open the store again before adding keys")
        }
        isSound = false
        var start = 0
        while start < rows.count {
            let part = start..<min(start + Self.groupPagesMaximum * KeyPage.rowsMaximum, rows.count)
            let group = KeyGroup(part, firstPage: pageCount, sector: end, log: log, generation: generation)
            let image = group.image(of: rows, key: key, randomness: randomness, sealer: &sealer, hash: &hash)
            do {
                try image.withUnsafeBytes { try file.write($0, at: end * KeyPage.sector) }
                try file.syncData()
            } catch {
                throw EventLogError(
                    .keysNotDurable,
                    "new keys may not be on the disk: open the store again. \(error)",
                    cause: error
                )
            }
            end = group.end
            pageCount += UInt32(group.pages)
            start = part.upperBound
        }
        isSound = true
    }
}
