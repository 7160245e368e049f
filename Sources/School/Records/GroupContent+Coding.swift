extension GroupContent {
    /// The one byte form of a content: equal contents give equal bytes, and nothing else does.
    ///
    /// ```
    /// group 2, rows 4, then for each row: entries 4, then for each entry: field 2, bytes of the value 4, value UTF-8
    /// ```
    /// Big-endian. Hashed for comparison, stored in state, and what the hash cache's code is taken over.
    public var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: group.rawValue)
        bytes.append(bigEndian: UInt32(rows.count))
        for row in rows {
            bytes.append(bigEndian: UInt32(row.entries.count))
            for entry in row.entries {
                bytes.append(bigEndian: entry.field.rawValue)
                bytes.append(bigEndian: UInt32(entry.value.utf8.count))
                bytes.append(contentsOf: entry.value.utf8)
            }
        }
        return bytes
    }

    /// Reads a content from its canonical bytes; nil when they are not such, or hold a field of a newer syncd.
    public init?(canonicalBytes bytes: some Collection<UInt8>) {
        let read = bytes.withContiguousStorageIfAvailable { GroupContent(reading: UnsafeRawBufferPointer($0)) }
        guard let content = read ?? Array(bytes).withUnsafeBytes({ GroupContent(reading: $0) }) else { return nil }
        self = content
    }

    private init?(reading bytes: UnsafeRawBufferPointer) {
        var reader = CanonicalReader(bytes: bytes)
        guard let number = reader.next(UInt16.self), let group = DataGroup(rawValue: number),
            let rowCount = reader.next(UInt32.self)
        else { return nil }
        var rows: [FieldRow] = []
        for _ in 0..<rowCount {
            guard let entryCount = reader.next(UInt32.self) else { return nil }
            var entries: [FieldRow.Entry] = []
            for _ in 0..<entryCount {
                guard let raw = reader.next(UInt16.self), let field = Field(rawValue: raw),
                    let length = reader.next(UInt32.self), let value = reader.text(Int(length))
                else { return nil }
                entries.append(FieldRow.Entry(field, value))
            }
            rows.append(FieldRow(entries))
        }
        guard reader.isAtEnd else { return nil }
        self.init(group, rows)
    }
}

private struct CanonicalReader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    var isAtEnd: Bool { offset == bytes.count }

    mutating func next<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        let size = MemoryLayout<Number>.size
        guard bytes.count - offset >= size else { return nil }
        defer { offset += size }
        return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    mutating func text(_ length: Int) -> String? {
        guard bytes.count - offset >= length else { return nil }
        defer { offset += length }
        return String(validating: bytes[offset..<offset + length], as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
