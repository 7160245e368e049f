import Glibc

/// The listing at the end of a zip archive, as its bytes stand there.
///
/// libzip reads archives for us, but it allocates by the number of entries that an archive claims, and shows names with
/// NUL bytes replaced. So before libzip is asked, the claim is compared with the limit; and afterwards the names that
/// it shows are compared with these, which also finds archives that two readers would read differently.
struct ZipListing {
    /// Names, byte for byte.
    let names: [[UInt8]]

    private static let endSize = 22
    private static let locatorSize = 20
    private static let end64Size = 56
    private static let headSize = 46

    /// Reads the listing of an open file.
    ///
    /// - Throws: `SourceError`: `archiveDamaged` when there is none or it is cut off, `archiveTooLarge`, and
    ///   `archiveHostile` for a comment, which could hide a second listing.
    init(_ descriptor: CInt, size: Int, name: String, limits: ZipLimits) throws(SourceError) {
        func damaged() -> SourceError {
            SourceError(
                .archiveDamaged,
                file: name,
                "is no whole zip archive: it is cut off, or of another kind; copy or export it again"
            )
        }
        func bytes(_ offset: Int, _ count: Int) throws(SourceError) -> [UInt8] {
            guard offset >= 0, count >= 0, offset <= size - count else { throw damaged() }
            var bytes = [UInt8](repeating: 0, count: count)
            var filled = 0
            while filled < count {
                let got = bytes.withUnsafeMutableBytes { space in
                    pread(descriptor, space.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                }
                if got < 0 && errno == EINTR { continue }
                guard got > 0 else { throw damaged() }
                filled += got
            }
            return bytes
        }

        let tail = try bytes(max(0, size - Self.endSize - Int(UInt16.max)), min(size, Self.endSize + Int(UInt16.max)))
        guard let end = Self.lastEnd(tail) else { throw damaged() }
        guard end == tail.count - Self.endSize else {
            throw SourceError(
                .archiveHostile,
                file: name,
                "has a comment or other bytes after its listing, which can hide a second listing: pack it again "
                    + "without a comment"
            )
        }
        var count = Int(tail.number(end + 10, 2))
        var length = Int(tail.number(end + 12, 4))
        var start = Int(tail.number(end + 16, 4))
        let locator = end - Self.locatorSize
        if locator >= 0, tail.number(locator, 4) == 0x0706_4B50 {
            let place = Int(clamping: tail.number(locator + 8, 8))
            guard place <= size - Self.end64Size else { throw damaged() }
            let end64 = try bytes(place, Self.end64Size)
            guard end64.number(0, 4) == 0x0606_4B50 else { throw damaged() }
            count = max(count == 0xFFFF ? 0 : count, Int(clamping: end64.number(32, 8)))
            length = Int(clamping: end64.number(40, 8))
            start = Int(clamping: end64.number(48, 8))
        }
        guard count <= limits.entries else {
            throw SourceError(
                .archiveTooLarge,
                file: name,
                "lists more than \(limits.entries) entries: no exchange has so many; pack the exported files alone"
            )
        }
        guard length <= limits.listing else {
            throw SourceError(.archiveTooLarge, file: name, "has a listing larger than \(limits.listing >> 20) MiB")
        }
        let listing = try bytes(start, length)
        var names: [[UInt8]] = []
        var offset = 0
        for _ in 0..<count {
            guard offset + Self.headSize <= listing.count, listing.number(offset, 4) == 0x0201_4B50 else {
                throw damaged()
            }
            let nameSize = Int(listing.number(offset + 28, 2))
            let rest = Int(listing.number(offset + 30, 2) + listing.number(offset + 32, 2))
            offset += Self.headSize
            guard offset + nameSize + rest <= listing.count else { throw damaged() }
            names.append(Array(listing[offset..<offset + nameSize]))
            offset += nameSize + rest
        }
        self.names = names
    }

    /// The offset of the last end record whose signature stands in the tail.
    private static func lastEnd(_ tail: [UInt8]) -> Int? {
        guard tail.count >= endSize else { return nil }
        return stride(from: tail.count - endSize, through: 0, by: -1).first { tail.number($0, 4) == 0x0605_4B50 }
    }
}

extension [UInt8] {
    /// A little-endian number of up to eight bytes.
    fileprivate func number(_ offset: Int, _ size: Int) -> UInt64 {
        self[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
