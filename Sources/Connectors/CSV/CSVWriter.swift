/// Writes CSV rows (RFC 4180, UTF-8, CRLF).
public struct CSVWriter {
    /// Who reads the file.
    public enum Audience: Sendable {
        /// A program: every value comes back as it went in.
        case programs
        /// A person with a spreadsheet: a value that begins with = + - @ tab or CR gets an apostrophe before it, so that
        /// no spreadsheet takes it for a formula. The apostrophe is part of the file.
        case people
    }

    /// What a file for people says of itself beside it, so that a program that reads it can undo it.
    public static let peopleNote =
        "a value that begins with = + - @ tab or carriage return has an apostrophe (') before it, so that no spreadsheet "
        + "takes it for a formula."

    /// The rows written so far, for the caller to take and send on.
    public private(set) var bytes: [UInt8] = []
    private let audience: Audience

    /// Makes a writer.
    public init(for audience: Audience) {
        self.audience = audience
    }

    /// Appends one row.
    public mutating func write(_ values: some Sequence<String>) {
        var isFirst = true
        for value in values {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            append(value)
        }
        bytes.append(contentsOf: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
    }

    /// Hands the bytes over and begins anew, keeping the space.
    public mutating func take(_ body: ([UInt8]) throws -> Void) rethrows {
        try body(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    private static let formulaStarts = Array("=+-@\t\r".utf8)
    private static let quoteNeeded = Array(",\"\r\n".utf8)

    private mutating func append(_ value: String) {
        var text = value.utf8[...]
        let defused = audience == .people && text.first.map(Self.formulaStarts.contains) == true
        // A value whose outer spaces count is quoted, because readers trim.
        let isQuoted = text.contains(where: Self.quoteNeeded.contains) || text.first == 0x20 || text.last == 0x20
        if isQuoted { bytes.append(UInt8(ascii: "\"")) }
        if defused { bytes.append(UInt8(ascii: "'")) }
        while let byte = text.popFirst() {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        if isQuoted { bytes.append(UInt8(ascii: "\"")) }
    }
}
