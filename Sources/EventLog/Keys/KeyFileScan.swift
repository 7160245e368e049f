import Identifiers
import Sealing

/// What a key file holds, found without a key: which copies are whole, and whether its end is torn.
///
/// A sector at a time from the start: a whole copy is noted and stepped over, anything else passed by. So damage to one
/// copy never hides the other, wherever it lies.
struct KeyFileScan {
    /// A page, and which of its two copies are whole.
    struct Found {
        var page: KeyPage
        var firstWhole = false
        var secondWhole = false

        /// The sector of a whole copy.
        var wholeSector: Int { Int(firstWhole ? page.copies.first : page.copies.second) }
        /// True when one copy has to be mended from the other.
        var isHalf: Bool { firstWhole != secondWhole }
    }

    /// The pages in order, from 0 without a gap, all of acknowledged groups or of one that is whole.
    private(set) var pages: [Found] = []
    /// Where the next group begins: the end of the last one, in sectors.
    private(set) var end = 0
    /// True when bytes of a torn group lie behind the end: it was never acknowledged and is to be cut off.
    private(set) var isTorn = false

    private var found: [UInt32: Found] = [:]

    /// Examines a file.
    ///
    /// - Throws: `keyFileDamaged` with the offset when both copies of a page are lost that a power cut cannot have
    ///   torn; `keyFileNewer`.
    init(_ file: borrowing OpenFile) throws {
        let length = try file.length()
        var reader = SectorReader(length: length)
        var isCutShort = length % KeyPage.sector != 0
        var newer: UInt16?
        var sector = 0
        while sector < reader.sectors {
            let bytes = try reader.read(file, at: sector)
            switch KeyPage.read(bytes, hash: &reader.hash) {
            case .whole(let page) where note(page, at: sector): sector += page.sectors
            case .newer(let version):
                newer = version
                sector += 1
            case .cutShort:
                isCutShort = true
                sector += 1
            case .whole, .unknown: sector += 1
            }
        }
        // Only without any page of ours: a flipped bit of the version in one copy is damage and no newer format.
        if let newer, found.isEmpty {
            throw EventLogError(.keyFileNewer, "\(file.path) has format \(newer), which is newer than this program's")
        }
        try assemble(file, reader: &reader, isCutShort: isCutShort)
    }

    /// Notes a whole copy where it says that it lies; false for one that lies elsewhere.
    private mutating func note(_ page: KeyPage, at sector: Int) -> Bool {
        guard sector == page.copies.first || sector == page.copies.second else { return false }
        var entry = found[page.number] ?? Found(page: page)
        guard entry.page == page else { return false }
        if sector == page.copies.first { entry.firstWhole = true } else { entry.secondWhole = true }
        found[page.number] = entry
        return true
    }

    /// Puts the pages in order, group by group, up to the end or to a torn group.
    private mutating func assemble(_ file: borrowing OpenFile, reader: inout SectorReader, isCutShort: Bool) throws {
        while true {
            let start = end
            let complete = takeGroup()
            if complete && end < reader.sectors { continue }
            if complete || start == reader.sectors { break }
            // Only the last group can be torn: one behind it proves that its sync had returned.
            let groupStart = UInt32(pages.count)
            let isLast = !found.values.contains { $0.page.group.lowerBound > groupStart }
            let runsOut = found.values.contains {
                $0.page.number >= groupStart && Int($0.page.copies.second) + $0.page.sectors > reader.sectors
            }
            let cut = try isCutShort || runsOut || reader.hasZeroSector(file, from: start)
            guard isLast, start > 0, cut else { throw damaged(file.path, from: start) }
            isTorn = true
            break
        }
    }

    /// Takes the next group when every page of it has a whole copy.
    private mutating func takeGroup() -> Bool {
        guard let first = found[UInt32(pages.count)], first.page.group.lowerBound == first.page.number,
            first.page.group.count <= found.count
        else { return false }
        let group = first.page.group.map { found[$0] }
        let whole = group.compactMap(\.self)
        guard whole.count == group.count, let last = whole.last else { return false }
        pages.append(contentsOf: whole)
        end = Int(last.page.copies.second) + last.page.sectors
        return true
    }

    /// The error for the first page that has no whole copy.
    private func damaged(_ path: String, from groupStart: Int) -> EventLogError {
        var (number, sector) = (UInt32(pages.count), groupStart)
        while let entry = found[number] {
            sector = Int(entry.page.copies.first) + entry.page.sectors
            number += 1
        }
        return EventLogError(
            .keyFileDamaged,
            "\(path): both copies of page \(number) are damaged, the first at offset \(sector * KeyPage.sector): "
                + "bring the key file back from the newest backup"
        )
    }
}

/// Reads a file by windows as long as the longest page.
private struct SectorReader: ~Copyable {
    let sectors: Int
    var hash = SHA256()
    private let window: UnsafeMutableRawBufferPointer

    init(length: Int) {
        sectors = length / KeyPage.sector
        window = .allocate(
            byteCount: KeyPage.sectors(rows: KeyPage.rowsMaximum) * KeyPage.sector,
            alignment: KeyPage.sector
        )
    }

    deinit { window.deallocate() }

    mutating func read(_ file: borrowing OpenFile, at sector: Int) throws -> UnsafeRawBufferPointer {
        let count = min(window.count, (sectors - sector) * KeyPage.sector)
        let bytes = UnsafeMutableRawBufferPointer(rebasing: window[..<count])
        do {
            _ = try file.read(into: bytes, at: sector * KeyPage.sector)
        } catch {
            // A sector that the disk cannot read is damaged, not zero, which would look torn.
            for offset in stride(from: 0, to: count, by: KeyPage.sector) {
                let one = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + KeyPage.sector])
                let isRead = (try? file.read(into: one, at: sector * KeyPage.sector + offset)) == KeyPage.sector
                if !isRead { one.initializeMemory(as: UInt8.self, repeating: 0xFF) }
            }
        }
        return UnsafeRawBufferPointer(bytes)
    }

    /// True when a whole sector from here to the file's end is zero: written copies have no such sector.
    mutating func hasZeroSector(_ file: borrowing OpenFile, from start: Int) throws -> Bool {
        for sector in start..<sectors {
            let bytes = try read(file, at: sector)
            if bytes.prefix(KeyPage.sector).allSatisfy({ $0 == 0 }) { return true }
        }
        return false
    }
}
