/// Elements as bytes: UTF-8, two spaces a level, one element a line.
struct CESXML {
    private(set) var bytes: [UInt8] = []

    /// Adds bytes that are XML already.
    mutating func append(raw text: String) { bytes.append(contentsOf: text.utf8) }

    /// Takes what has been written so far and goes on empty.
    mutating func drain() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Adds an element with everything below it.
    ///
    /// - Throws: `RenderError` with code `forbiddenCharacter`, naming the element.
    mutating func append(_ element: CESElement, depth: Int) throws {
        indent(depth)
        append(raw: "<\(element.name)>")
        switch element.content {
        case .text(let text): try append(text, of: element.name)
        case .children(let children):
            append(raw: "\n")
            for child in children { try append(child, depth: depth + 1) }
            indent(depth)
        }
        append(raw: "</\(element.name)>\n")
    }

    private mutating func indent(_ depth: Int) {
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    private mutating func append(_ text: String, of name: String) throws {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": append(raw: "&amp;")
            case "<": append(raw: "&lt;")
            case ">": append(raw: "&gt;")
            // A reader would turn a bare one into a line feed.
            case "\r": append(raw: "&#13;")
            case "\t", "\n", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                bytes.append(contentsOf: String(scalar).utf8)
            default:
                let code = String(scalar.value, radix: 16, uppercase: true)
                throw RenderError(
                    .forbiddenCharacter,
                    "\(name) holds the character U+\(code), which XML cannot carry: correct it in the MIS"
                )
            }
        }
    }
}
