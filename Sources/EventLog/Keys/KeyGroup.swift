import Identifiers
import Sealing

/// Where the pages of one group lie, and the bytes that are written for it; `KeyFile` draws the order.
struct KeyGroup {
    private static let blockSectors = 4096 / KeyPage.sector

    /// The rows it holds.
    let rows: Range<Int>
    /// How many pages it has; one without rows still has one.
    let pages: Int
    /// The first sector behind it.
    var end: Int { second + length }

    private let firstPage: UInt32
    private let first: Int
    private let second: Int
    private let length: Int
    private let log: LogID
    private let generation: UInt32

    /// Lays out a group that begins at a sector.
    init(_ rows: Range<Int>, firstPage: UInt32, sector: Int, log: LogID, generation: UInt32) {
        self.rows = rows
        self.firstPage = firstPage
        self.log = log
        self.generation = generation
        pages = max(1, (rows.count + KeyPage.rowsMaximum - 1) / KeyPage.rowsMaximum)
        let lastRows = rows.count - (pages - 1) * KeyPage.rowsMaximum
        length = (pages - 1) * KeyPage.sectors(rows: KeyPage.rowsMaximum) + KeyPage.sectors(rows: lastRows)
        first = sector
        second = (sector + length + Self.blockSectors - 1) / Self.blockSectors * Self.blockSectors
    }

    /// The group's bytes: its pages, filler up to the second copies, and the pages again.
    func image(
        of source: borrowing KeyFileRows,
        key: SymmetricKey,
        randomness: any RandomBytes,
        sealer: inout Sealer,
        hash: inout SHA256
    ) -> [UInt8] {
        let salts = randomness.bytes(8 * pages)
        var image = [UInt8](repeating: KeyPage.filler, count: (end - first) * KeyPage.sector)
        image.withUnsafeMutableBytes { image in
            salts.withUnsafeBytes { salts in
                for index in 0..<pages {
                    let page = page(index)
                    let start = rows.lowerBound + index * KeyPage.rowsMaximum
                    let place = (Int(page.copies.first) - first) * KeyPage.sector
                    page.write(
                        rows: UnsafeRawBufferPointer(source.bytes(start..<start + page.rowCount)),
                        salt: UnsafeRawBufferPointer(rebasing: salts[8 * index..<8 * index + 8]),
                        key: key,
                        sealer: &sealer,
                        hash: &hash,
                        into: UnsafeMutableRawBufferPointer(
                            rebasing: image[place..<place + page.sectors * KeyPage.sector]
                        )
                    )
                }
            }
            let copied = UnsafeRawBufferPointer(rebasing: image[..<(length * KeyPage.sector)])
            UnsafeMutableRawBufferPointer(rebasing: image[((second - first) * KeyPage.sector)...])
                .copyMemory(from: copied)
        }
        return image
    }

    private func page(_ index: Int) -> KeyPage {
        let offset = index * KeyPage.sectors(rows: KeyPage.rowsMaximum)
        return KeyPage(
            log: log,
            generation: generation,
            number: firstPage + UInt32(index),
            group: firstPage...firstPage + UInt32(pages - 1),
            copies: (UInt32(first + offset), UInt32(second + offset)),
            rowCount: min(KeyPage.rowsMaximum, rows.count - index * KeyPage.rowsMaximum)
        )
    }
}
