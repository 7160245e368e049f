/// The encoding of an XML file, found out by ourselves: expat is told it, so that what the guard has looked through and
/// what expat reads are the same characters.
enum XMLEncoding: String, Sendable {
    case utf8 = "UTF-8"
    case latin1 = "ISO-8859-1"
    case ascii = "US-ASCII"
    case utf16Little = "UTF-16LE"
    case utf16Big = "UTF-16BE"

    /// Bytes of one character of markup.
    var unit: Int { self == .utf16Little || self == .utf16Big ? 2 : 1 }

    /// Where the significant byte of a character of markup stands.
    var offset: Int { self == .utf16Big ? 1 : 0 }

    /// An encoding, and the bytes of the mark before the text.
    struct Found: Sendable, Equatable {
        var encoding: XMLEncoding
        var mark: Int

        /// False when the first character that is no space is not `<`: then the bytes are no XML, whatever else they are.
        func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
            let significant = stride(from: mark + encoding.offset, to: bytes.count, by: encoding.unit)
            guard let first = significant.first(where: { !Self.spaces.contains(bytes[$0]) }) else { return true }
            return bytes[first] == 0x3C
        }

        private static let spaces: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
    }

    /// Finds the encoding from the first bytes: the byte order mark, the width of the first characters, the declaration.
    ///
    /// - Returns: nil when they contradict each other, or name an encoding that is not read.
    static func find(_ bytes: UnsafeRawBufferPointer) -> Found? {
        let head = Array(bytes.prefix(512))
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return checked(.utf8, head, mark: 3) }
        // UTF-32 begins like UTF-16; nobody sends it.
        if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) { return nil }
        if head.starts(with: [0xFF, 0xFE]) { return checked(.utf16Little, head, mark: 2) }
        if head.starts(with: [0xFE, 0xFF]) { return checked(.utf16Big, head, mark: 2) }
        if head.count >= 2, head[1] == 0 { return checked(.utf16Little, head, mark: 0) }
        if head.count >= 2, head[0] == 0 { return checked(.utf16Big, head, mark: 0) }
        return checked(.utf8, head, mark: 0)
    }

    private static func checked(_ seen: XMLEncoding, _ head: [UInt8], mark: Int) -> Found? {
        guard let name = declared(head.dropFirst(mark), seen) else { return Found(encoding: seen, mark: mark) }
        switch name.uppercased() {
        case "UTF-16": return seen.unit == 2 ? Found(encoding: seen, mark: mark) : nil
        case "UTF-16LE", "UTF-16BE": return seen.rawValue == name.uppercased() ? Found(encoding: seen, mark: mark) : nil
        case "UTF-8", "UTF8": return seen == .utf8 ? Found(encoding: .utf8, mark: mark) : nil
        case "ISO-8859-1", "LATIN1", "LATIN-1":
            return seen == .utf8 && mark == 0 ? Found(encoding: .latin1, mark: 0) : nil
        case "US-ASCII", "ASCII": return seen == .utf8 ? Found(encoding: .ascii, mark: mark) : nil
        default: return nil
        }
    }

    /// The name in the XML declaration; nil when there is none.
    private static func declared(_ head: ArraySlice<UInt8>, _ seen: XMLEncoding) -> String? {
        let units = stride(from: head.startIndex + seen.offset, to: head.endIndex, by: seen.unit).map { head[$0] }
        let text = String(decoding: units, as: UTF8.self)
        guard text.hasPrefix("<?xml"), let end = text.firstRange(of: "?>"),
            let match = text[..<end.lowerBound].firstMatch(of: /\sencoding\s*=\s*["']([^"']*)["']/)
        else { return nil }
        return String(match.output.1)
    }
}
