/// Where one field of a row stands in the buffer.
struct CSVField {
    /// First byte, after an opening quote.
    var start: Int
    /// Past the last byte, before a closing quote.
    var end: Int
    /// It holds doubled quotes.
    var isEscaped: Bool
}

/// What one look at the buffer found.
enum CSVScanResult {
    /// A whole row; the next one begins at the offset. The number of line breaks that it spans is told.
    case row(next: Int, lineBreaks: Int)
    /// The row goes on past the bytes that are there; the open field is so long by now.
    case incomplete(openField: Int)
    /// The row is broken, so many lines below its first.
    case fault(CSVFault, line: Int)
}

/// What breaks a file, because nobody can say any more where its rows end.
enum CSVFault {
    case loneReturn, nul, textAfterQuote, openQuote

    /// What a school office is told.
    var reason: String {
        switch self {
        case .loneReturn:
            "holds a carriage return without a line feed: save the file with Windows (CRLF) or Unix (LF) line ends, "
                + "and remove returns inside fields"
        case .nul:
            "holds a NUL byte: save the file as \"CSV UTF-8\", not as Unicode text (UTF-16)"
        case .textAfterQuote:
            "has text after a closing quote: double the quotes inside a quoted field"
        case .openQuote:
            "opens a quote that is never closed: close it, or double the quotes inside the field"
        }
    }
}

/// Finds the fields of one row.
///
/// Holds no bytes: it looks at the reader's buffer.
struct CSVScan {
    /// The fields of the last whole row.
    private(set) var fields: [CSVField] = []
    /// The last row has bytes beyond ASCII.
    private(set) var hasNonASCII = false

    /// 1 where a plain byte may not stand without a look: comma, quote, CR, LF, NUL.
    private static let isSpecial: [Bool] = (0..<256).map { [0x00, 0x0A, 0x0D, 0x22, 0x2C].contains($0) }

    /// Scans from an offset.
    ///
    /// Quotes inside a field that does not begin with one are plain text.
    ///
    /// - Parameters:
    ///   - bytes: the filled part of the buffer.
    ///   - start: where the row begins.
    ///   - isLast: no bytes follow these in the file.
    mutating func row(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool) -> CSVScanResult {
        fields.removeAll(keepingCapacity: true)
        var seen: UInt8 = 0
        var lineBreaks = 0
        var position = start
        return Self.isSpecial.withUnsafeBufferPointer { special in
            while true {
                var field = CSVField(start: position, end: position, isEscaped: false)
                if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                    field.start += 1
                    switch Self.quoted(bytes, &field, &seen, &lineBreaks) {
                    case .closed(let after): position = after
                    case .open:
                        guard !isLast else { return .fault(.openQuote, line: 0) }
                        return .incomplete(openField: bytes.count - field.start)
                    case .fault(let fault): return .fault(fault, line: lineBreaks)
                    }
                } else {
                    while position < bytes.count, !special[Int(bytes[position])] || bytes[position] == 0x22 {
                        seen |= bytes[position]
                        position += 1
                    }
                    field.end = position
                }
                hasNonASCII = seen & 0x80 != 0
                guard position < bytes.count else {
                    guard isLast else { return .incomplete(openField: field.end - field.start) }
                    fields.append(field)
                    return .row(next: position, lineBreaks: lineBreaks)
                }
                switch bytes[position] {
                case UInt8(ascii: ","):
                    fields.append(field)
                    position += 1
                case UInt8(ascii: "\n"):
                    fields.append(field)
                    return .row(next: position + 1, lineBreaks: lineBreaks + 1)
                case UInt8(ascii: "\r"):
                    guard position + 1 < bytes.count || isLast else {
                        return .incomplete(openField: field.end - field.start)
                    }
                    guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\n") else {
                        return .fault(.loneReturn, line: lineBreaks)
                    }
                    fields.append(field)
                    return .row(next: position + 2, lineBreaks: lineBreaks + 1)
                case 0:
                    return .fault(.nul, line: lineBreaks)
                default:
                    return .fault(.textAfterQuote, line: lineBreaks)
                }
            }
        }
    }

    private enum QuotedEnd {
        case closed(after: Int)
        case open
        case fault(CSVFault)
    }

    /// Runs to the closing quote.
    ///
    /// A quote that is the last byte in the buffer counts as closing: at the end of the file it is, and elsewhere the
    /// row is incomplete and will be looked at again.
    private static func quoted(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ field: inout CSVField,
        _ seen: inout UInt8,
        _ lineBreaks: inout Int
    ) -> QuotedEnd {
        var position = field.start
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\"") else {
                    field.end = position
                    return .closed(after: position + 1)
                }
                field.isEscaped = true
                position += 1
            case UInt8(ascii: "\n"): lineBreaks += 1
            case UInt8(ascii: "\r"):
                if position + 1 == bytes.count { return .open }
                if bytes[position + 1] != UInt8(ascii: "\n") { return .fault(.loneReturn) }
            case 0: return .fault(.nul)
            default: seen |= byte
            }
            position += 1
        }
        return .open
    }
}
