import EventLog
import Identifiers

/// Builds a row: numbers big-endian, texts with their length before them.
public struct RowWriter {
    /// The row so far.
    public private(set) var bytes: [UInt8] = []

    /// Begins a row.
    public init() {}

    /// Appends a number.
    public mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Appends a position, in eight bytes.
    public mutating func append(_ position: Position) { append(position.rawValue) }

    /// Appends an identifier, in sixteen bytes.
    public mutating func append<Kind>(_ identifier: Identifier<Kind>) {
        append(identifier.high)
        append(identifier.low)
    }

    /// Appends a text: four bytes of length, then UTF-8.
    public mutating func append(_ text: String) {
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Appends bytes as they are.
    public mutating func append(raw: some Sequence<UInt8>) { bytes.append(contentsOf: raw) }
}

/// Reads a row that `RowWriter` built; every read checks its bounds.
public struct RowReader {
    private let bytes: [UInt8]
    private var offset: Int
    private let table: String

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - bytes: the row, or a key.
    ///   - offset: where to begin.
    ///   - table: whose row it is, for messages.
    public init(_ bytes: [UInt8], from offset: Int = 0, of table: String) {
        self.bytes = bytes
        self.offset = offset
        self.table = table
    }

    /// The bytes not read yet.
    public var rest: [UInt8] { Array(bytes[min(offset, bytes.count)...]) }

    /// The next number.
    public mutating func next<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) throws -> Number {
        let count = MemoryLayout<Number>.size
        try require(count)
        defer { offset += count }
        return bytes.withUnsafeBytes { Number(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
    }

    /// The next eight bytes as a position.
    public mutating func position() throws -> Position { Position(try next(UInt64.self)) }

    /// The next sixteen bytes as an identifier.
    public mutating func identifier<Kind>() throws -> Identifier<Kind> {
        Identifier(high: try next(), low: try next())
    }

    /// The next text.
    public mutating func text() throws -> String {
        let count = Int(try next(UInt32.self))
        return String(decoding: try raw(count), as: UTF8.self)
    }

    /// The next so many bytes.
    public mutating func raw(_ count: Int) throws -> [UInt8] {
        try require(count)
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    private func require(_ count: Int) throws {
        guard count >= 0, bytes.count - offset >= count else {
            throw ProjectionError(.malformedRow, "a row of \(table) is too short: run `syncd projections rebuild`")
        }
    }
}
