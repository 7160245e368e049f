import Identifiers
import Sealing

/// A page of a key file: up to 64 rows, sealed, written once, in two copies.
///
/// ```
/// page copy, big-endian, filled up with 0xA5 to a multiple of 512 bytes (so that no sector of it is all zeros)
///   0 magic "SYKP" 4     4 format version 2 (1)     6 row length 2 (72)
///   8 log id 16         24 generation 4            28 page number 4 (from 0)
///  32 first page of its group 4                    36 last page of its group 4
///  40 sector of the first copy 4                   44 sector of the second copy 4
///  48 row count 2       50 zero 2                  52 nonce 12: page number 4, random 8
///  64 check 8: first bytes of SHA-256 over bytes 0 to 64 and the sealed rows
///  72 sealed rows: row count × 72, tag 16; AES-256-GCM under key-encryption key `generation`,
///     associated data = bytes 0 to 64
///
/// row, in clear
///   0 key id 16         16 subject 16              32 data class 2
///  34 kind 1 (1 data key, 2 fence)                 35 flags 1 (none defined)      36 zero 4
///  40 data key 32
/// ```
/// A fence has key id, class and key zero. The copies are the same bytes, so one is mended by copying the other.
/// The nonce holds random bytes because a page number can be used twice: a group that a power cut tore is followed by
/// another with the same numbers, and both may survive on the disk.
struct KeyPage: Equatable {
    static let sector = 512
    static let rowsMaximum = 64
    static let headerCount = 72
    static let filler: UInt8 = 0xA5

    private static let magic: UInt32 = 0x5359_4B50
    private static let version: UInt16 = 1
    private static let authenticatedCount = 64

    /// The log whose keys these are.
    var log: LogID
    /// The generation of keys; its key-encryption key seals the rows.
    var generation: UInt32
    /// Its number in the file, from 0; page 0 has no rows and shows whether a key-encryption key is the right one.
    var number: UInt32
    /// The pages written and synced together with it.
    var group: ClosedRange<UInt32>
    /// Where its two copies begin, in sectors from the file's start.
    var copies: (first: UInt32, second: UInt32)
    /// How many rows it has.
    var rowCount: Int
    /// The check, as read; two whole copies of one page have the same.
    var check: UInt64 = 0

    /// Length of a copy with so many rows, in sectors.
    static func sectors(rows: Int) -> Int {
        (headerCount + rows * KeyRow.count + Seal.tagCount + sector - 1) / sector
    }

    /// Length of its copies in sectors.
    var sectors: Int { Self.sectors(rows: rowCount) }

    private var sealedRange: Range<Int> {
        Self.headerCount..<Self.headerCount + rowCount * KeyRow.count + Seal.tagCount
    }

    static func == (left: Self, right: Self) -> Bool {
        left.number == right.number && left.check == right.check && left.copies == right.copies
    }

    // MARK: Writing

    /// Writes the page, rows sealed, to a buffer of exactly its sectors.
    ///
    /// - Parameters:
    ///   - rows: the rows in clear.
    ///   - salt: 8 random bytes for the nonce.
    func write(
        rows: UnsafeRawBufferPointer,
        salt: UnsafeRawBufferPointer,
        key: SymmetricKey,
        sealer: inout Sealer,
        hash: inout SHA256,
        into bytes: UnsafeMutableRawBufferPointer
    ) {
        bytes.initializeMemory(as: UInt8.self, repeating: Self.filler)
        bytes.storeBytes(of: Self.magic.bigEndian, as: UInt32.self)
        bytes.storeBytes(of: Self.version.bigEndian, toByteOffset: 4, as: UInt16.self)
        bytes.storeBytes(of: UInt16(KeyRow.count).bigEndian, toByteOffset: 6, as: UInt16.self)
        log.write(into: UnsafeMutableRawBufferPointer(rebasing: bytes[8..<24]))
        let words = [generation, number, group.lowerBound, group.upperBound, copies.first, copies.second]
        for (index, word) in words.enumerated() {
            bytes.storeBytes(of: word.bigEndian, toByteOffset: 24 + 4 * index, as: UInt32.self)
        }
        bytes.storeBytes(of: UInt16(rowCount).bigEndian, toByteOffset: 48, as: UInt16.self)
        bytes.storeBytes(of: 0, toByteOffset: 50, as: UInt16.self)
        bytes.storeBytes(of: number.bigEndian, toByteOffset: 52, as: UInt32.self)
        UnsafeMutableRawBufferPointer(rebasing: bytes[56..<64]).copyMemory(from: salt)
        let written = UnsafeRawBufferPointer(bytes)
        key.withUnsafeBytes { key in
            sealer.seal(
                rows,
                key: key,
                nonce: UnsafeRawBufferPointer(rebasing: written[52..<64]),
                associatedData: UnsafeRawBufferPointer(rebasing: written[..<Self.authenticatedCount]),
                into: UnsafeMutableRawBufferPointer(rebasing: bytes[sealedRange])
            )
        }
        bytes.storeBytes(of: check(of: written, &hash).bigEndian, toByteOffset: 64, as: UInt64.self)
    }

    // MARK: Reading

    /// What stands at a sector.
    enum Reading {
        /// The header and a check that fits: these bytes are as they were written.
        case whole(KeyPage)
        /// A header of which more bytes belong than the file has.
        case cutShort
        /// A header of a later format.
        case newer(UInt16)
        /// Anything else: the inside of a page, zeros, damage.
        case unknown
    }

    /// Reads what stands at the front of a buffer, without a key.
    static func read(_ bytes: UnsafeRawBufferPointer, hash: inout SHA256) -> Reading {
        guard bytes.count >= headerCount, bytes.loadUnaligned(as: UInt32.self) == magic.bigEndian else {
            return .unknown
        }
        func word(_ offset: Int) -> UInt32 {
            UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        func half(_ offset: Int) -> UInt16 {
            UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        }
        guard half(4) <= version else { return .newer(half(4)) }
        let rows = Int(half(48))
        guard half(4) == version, half(6) == KeyRow.count, rows <= rowsMaximum, half(50) == 0,
            word(32) <= word(28), word(28) <= word(36)
        else { return .unknown }
        let page = KeyPage(
            log: LogID(reading: UnsafeRawBufferPointer(rebasing: bytes[8...])),
            generation: word(24),
            number: word(28),
            group: word(32)...word(36),
            copies: (word(40), word(44)),
            rowCount: rows,
            check: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 64, as: UInt64.self))
        )
        guard bytes.count >= page.sectors * sector else { return .cutShort }
        let filling = bytes[page.sealedRange.upperBound..<page.sectors * sector]
        guard page.check(of: bytes, &hash) == page.check, filling.allSatisfy({ $0 == filler }) else { return .unknown }
        return .whole(page)
    }

    /// Opens the rows of a whole copy into a buffer of exactly their length.
    ///
    /// - Throws: `SealingError.notAuthentic` under another key.
    func open(
        _ bytes: UnsafeRawBufferPointer,
        key: SymmetricKey,
        opener: inout Opener,
        into rows: UnsafeMutableRawBufferPointer
    ) throws {
        try key.withUnsafeBytes { key in
            try opener.open(
                UnsafeRawBufferPointer(rebasing: bytes[sealedRange]),
                key: key,
                nonce: UnsafeRawBufferPointer(rebasing: bytes[52..<64]),
                associatedData: UnsafeRawBufferPointer(rebasing: bytes[..<Self.authenticatedCount]),
                into: rows
            )
        }
    }

    private func check(of bytes: UnsafeRawBufferPointer, _ hash: inout SHA256) -> UInt64 {
        hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<Self.authenticatedCount]))
        hash.update(UnsafeRawBufferPointer(rebasing: bytes[sealedRange]))
        return hash.finish().withUnsafeBytes { UInt64(bigEndian: $0.load(as: UInt64.self)) }
    }
}
