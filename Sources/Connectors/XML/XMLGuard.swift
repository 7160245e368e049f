import Glibc

/// Looks through the bytes of an XML file before any parser sees them, for declarations: `<!DOCTYPE`, `<!ENTITY` and
/// whatever else begins with `<!` and is neither a comment nor CDATA.
///
/// It knows nothing of where in the document it is: so nothing in the document can lead it astray. No transfer file has
/// such a thing, in a comment either.
struct XMLGuard: Sendable {
    /// Characters after `<!` that tell what begins.
    private static let cdata = Array("[CDATA[".utf8)
    /// Bytes that must follow a `!` before it can be judged; at the end of the file there are none.
    static let lookahead = 16

    let encoding: XMLEncoding

    /// True when a declaration begins in the bytes.
    ///
    /// - Parameters:
    ///   - bytes: the bytes, beginning at a whole character.
    ///   - judged: only a `!` before this place is looked at: what comes after it may still be missing.
    func findsDeclaration(in bytes: UnsafeRawBufferPointer, before judged: Int) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        var from = 0
        // Exclamation marks are rare: the search for them runs at the speed of memory.
        while from < judged, let found = memchr(start + from, 0x21, judged - from) {
            let place = start.distance(to: UnsafeRawPointer(found))
            from = place + 1
            if character(at: place, bytes) == 0x21, character(at: place - encoding.unit, bytes) == 0x3C,
                !isHarmless(after: place, bytes)
            {
                return true
            }
        }
        return false
    }

    private func isHarmless(after place: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        if character(at: place + encoding.unit, bytes) == 0x2D, character(at: place + 2 * encoding.unit, bytes) == 0x2D
        {
            return true
        }
        return Self.cdata.indices.allSatisfy {
            character(at: place + ($0 + 1) * encoding.unit, bytes) == Self.cdata[$0]
        }
    }

    /// The ASCII character whose significant byte stands at a place; nil for any other.
    private func character(at place: Int, _ bytes: UnsafeRawBufferPointer) -> UInt8? {
        guard place >= 0, place < bytes.count else { return nil }
        guard encoding.unit == 2 else { return bytes[place] }
        let other = place % 2 == 0 ? place + 1 : place - 1
        guard place % 2 == encoding.offset, other < bytes.count, bytes[other] == 0 else { return nil }
        return bytes[place]
    }
}
