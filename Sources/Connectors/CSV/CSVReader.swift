import School

/// Reads a CSV file row by row (RFC 4180, UTF-8), in memory that does not grow with the file.
///
/// What breaks the file as such (encoding, a quote never closed, a carriage return alone) refuses it, because nobody
/// can then say where rows begin. Rows with too few or too many fields are handed on: their reader parks them.
/// Empty lines are passed over. A byte order mark and a missing last line break are fine.
public struct CSVReader: ~Copyable {
    private var input: TextInput
    private let limits: CSVLimits
    private var buffer: [UInt8]
    private var filled = 0
    private var nextRow = 0
    private var nextLine = 1
    private var isAtEnd = false
    private var scan = CSVScan()

    /// The names in the first line, in canonical spelling.
    public private(set) var header: [String] = []
    /// The line on which the present row begins; the header is line 1.
    public private(set) var line = 0
    /// Rows read so far, without the header.
    public private(set) var rowCount = 0

    /// Opens a file and reads its header.
    ///
    /// - Parameter form: in which form its bytes may lie on the disk.
    /// - Throws: `SourceError`: `missing`, `unreadable`, `encoding`, `malformed`, `tooLarge`, and `header` for an empty
    ///   file, a column without a name or a name that stands twice.
    public static func open(
        path: String,
        limits: CSVLimits = CSVLimits(),
        form: InputForm = .plain
    ) throws(SourceError) -> CSVReader {
        try open(TextInput.open(path: path, form: form), limits: limits)
    }

    /// Reads the header of a file that is open.
    static func open(_ input: consuming TextInput, limits: CSVLimits = CSVLimits()) throws(SourceError) -> CSVReader {
        var reader = CSVReader(input, limits: limits)
        try reader.begin()
        return reader
    }

    private init(_ input: consuming TextInput, limits: CSVLimits) {
        self.input = input
        self.limits = limits
        buffer = [UInt8](repeating: 0, count: limits.buffer)
    }

    private mutating func begin() throws(SourceError) {
        try fill()
        try passMark()
        guard try advance() else {
            throw SourceError(.header, file: file, "is empty: its first line must name the columns")
        }
        header = try readHeader()
    }

    /// The file's name, without its folder.
    public var file: String { input.name }

    var stamp: FileStamp { input.stamp }

    /// Bytes of memory that hold the file's bytes now.
    var bufferSize: Int { buffer.count }

    /// Goes to the next row.
    ///
    /// - Returns: false after the last one.
    /// - Throws: `SourceError` when the file is broken from here on, or changed since it was opened.
    public mutating func next() throws(SourceError) -> Bool {
        guard try advance() else {
            try input.checkUnchanged()
            return false
        }
        rowCount += 1
        return true
    }

    /// Number of fields in the present row.
    public var fieldCount: Int { scan.fields.count }

    /// The bytes of a field as they stand in the file, without the outer quotes; doubled quotes are still doubled.
    public func withBytes<R>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        let field = scan.fields[column]
        return buffer.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[field.start..<field.end])) }
    }

    /// Lends the buffer, and where the fields of the present row stand in it.
    func withFields<R>(_ body: (UnsafeBufferPointer<UInt8>, [CSVField]) -> R) -> R {
        buffer.withUnsafeBufferPointer { body($0, scan.fields) }
    }

    /// The text of a field in canonical spelling: trimmed, NFC.
    public func text(_ column: Int) -> String {
        let field = scan.fields[column]
        guard field.start < field.end else { return "" }
        let raw = withBytes(column) { bytes in
            field.isEscaped ? Self.unescaped(bytes) : String(decoding: bytes, as: UTF8.self)
        }
        return CanonicalText.of(raw)
    }

    private static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var afterQuote = false
        for byte in bytes {
            afterQuote = byte == UInt8(ascii: "\"") && !afterQuote
            if !afterQuote { plain.append(byte) }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// Finds the next row that is no empty line.
    private mutating func advance() throws(SourceError) -> Bool {
        while true {
            guard nextRow < filled || !isAtEnd else { return false }
            let result = buffer.withUnsafeBufferPointer { bytes in
                scan.row(UnsafeBufferPointer(rebasing: bytes[..<filled]), from: nextRow, isLast: isAtEnd)
            }
            switch result {
            case .incomplete(let openField):
                try check(openField: openField)
                try fill()
            case .fault(let fault, let below):
                throw SourceError(.malformed, file: file, line: nextLine + below, fault.reason)
            case .row(let next, let lineBreaks):
                let start = nextRow
                line = nextLine
                nextRow = next
                nextLine += lineBreaks
                if scan.fields.count == 1, scan.fields[0].end == start { continue }
                try checkRow(start..<next)
                return true
            }
        }
    }

    /// Moves the begun row to the front and fills the rest of the buffer, which grows only up to the row limit.
    private mutating func fill() throws(SourceError) {
        if nextRow > 0 {
            let begun = nextRow..<filled
            buffer.withUnsafeMutableBytes { bytes in
                bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[begun]))
            }
            filled = begun.count
            nextRow = 0
        }
        if filled == buffer.count {
            guard filled < limits.row else {
                throw SourceError(
                    .tooLarge,
                    file: file,
                    line: nextLine,
                    "begins a row longer than \(limits.row >> 20) MiB: look for a quote that is never closed"
                )
            }
            buffer.append(contentsOf: repeatElement(0, count: min(buffer.count, limits.row - buffer.count)))
        }
        let free = filled
        // The array's closure cannot throw a typed error through itself.
        let read = buffer.withUnsafeMutableBytes { bytes in
            Result { () throws(SourceError) -> Int in
                try input.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[free...]))
            }
        }
        let count = try read.get()
        filled += count
        isAtEnd = filled < buffer.count
    }

    private func check(openField: Int) throws(SourceError) {
        guard openField <= limits.field else {
            throw SourceError(
                .tooLarge,
                file: file,
                line: nextLine,
                "begins a row with a field longer than \(limits.field >> 20) MiB: look for a quote that is never closed"
            )
        }
    }

    /// Limits of fields and columns, and UTF-8 where a row is not plain ASCII.
    private func checkRow(_ range: Range<Int>) throws(SourceError) {
        guard scan.fields.count <= limits.columns else {
            throw SourceError(
                .tooLarge,
                file: file,
                line: line,
                "has more than \(limits.columns) columns: check that the columns are separated by commas"
            )
        }
        if range.count > limits.field {
            for field in scan.fields { try check(openField: field.end - field.start) }
        }
        guard scan.hasNonASCII else { return }
        do {
            _ = try UTF8Span(validating: buffer.span.extracting(range))
        } catch {
            let before = buffer[range].prefix(error.byteOffsets.lowerBound).count { $0 == UInt8(ascii: "\n") }
            throw SourceError(
                .encoding,
                file: file,
                line: line + before,
                "is not UTF-8: save the file as \"CSV UTF-8\" (in Excel: Save As, CSV UTF-8) and import it again"
            )
        }
    }

    /// Passes the UTF-8 mark over and names the ones of other encodings.
    private mutating func passMark() throws(SourceError) {
        if filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF {
            nextRow = 3
        } else if filled >= 2, (buffer[0], buffer[1]) == (0xFF, 0xFE) || (buffer[0], buffer[1]) == (0xFE, 0xFF) {
            throw SourceError(
                .encoding,
                file: file,
                line: 1,
                "is UTF-16 (its byte order mark says so): save the file as \"CSV UTF-8\" and import it again"
            )
        }
    }

    private func readHeader() throws(SourceError) -> [String] {
        var names: [String] = []
        var seen: [String: Int] = [:]
        for column in 0..<fieldCount {
            let name = text(column)
            guard !name.isEmpty else {
                throw SourceError(
                    .header,
                    file: file,
                    line: 1,
                    "column \(column + 1) has no name: name it, or delete the column"
                )
            }
            // The name itself is not repeated: where the header is missing it is a person's.
            if let first = seen.updateValue(column, forKey: name.lowercased()) {
                throw SourceError(
                    .header,
                    file: file,
                    line: 1,
                    field: "column \(column + 1)",
                    "has the same name as column \(first + 1): add the header if it is missing, else rename one of the two"
                )
            }
            names.append(name)
        }
        return names
    }
}
