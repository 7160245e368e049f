import EventLog
import Events
import Identifiers
import School

/// Packed records as events, without messages in between: byte for byte what `changed` makes of the records.
extension EventComposer {
    /// The open part of an event that tells groups of its own stream.
    func open(of kind: EntityKind) throws -> [UInt8] {
        var open = Syncd_Events_EntityChanged()
        open.source = source.data
        open.run = run.data
        open.kind = UInt32(kind.rawValue)
        return try open.bytes()
    }

    /// The group that a packed record tells, as an event.
    ///
    /// - Parameter open: `open(of:)` for the kind.
    func changed(
        _ record: PackedBytes,
        _ layout: PackedLayout,
        _ kind: EntityKind,
        at place: Scratch.Place,
        open: [UInt8],
        id: SubjectID,
        owner: SubjectID?,
        base: BaseID
    ) -> NewEvent {
        let stream = Self.stream(of: kind, id, owner, base)
        // Field 4, 16 bytes.
        let entities = stream == id ? [] : [0x22, 16] + id.bytes
        let part = NewPart(
            subject: Self.subject(of: kind, id: id, owner: owner, base: base),
            dataClass: DataClass(rawValue: layout.group.rawValue),
            plaintext: Self.plaintext(record, place)
        )
        return NewEvent(
            type: Self.type(of: kind).number,
            base: base,
            stream: StreamID(stream),
            open: open + entities,
            parts: [part]
        )
    }

    /// A `GroupPart` that sets the group: rows are field 2, the key is field 3, file and line are 4 and 5.
    private static func plaintext(_ record: PackedBytes, _ place: Scratch.Place) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(record.content.count + record.key.count + 32)
        var reader = CanonicalRows(record.content)
        while let row = reader.next() {
            bytes.append(0x12)
            append(row.fieldBytes + 1 + size(row.fieldBytes) + row.valueBytes, to: &bytes)
            bytes.append(0x0A)
            append(row.fieldBytes, to: &bytes)
            row.forEach { field, _ in append(field, to: &bytes) }
            row.forEach { _, value in
                bytes.append(0x12)
                append(value.count, to: &bytes)
                bytes.append(contentsOf: value)
            }
        }
        if !record.key.isEmpty {
            bytes.append(0x1A)
            append(record.key.count, to: &bytes)
            bytes.append(contentsOf: record.key)
        }
        for (tag, number) in [(UInt8(0x20), place.fileNumber), (0x28, place.line)] where number > 0 {
            bytes.append(tag)
            append(Int(number), to: &bytes)
        }
        return bytes
    }

    fileprivate static func size(_ number: Int) -> Int {
        var (size, rest) = (1, number >> 7)
        while rest > 0 {
            size += 1
            rest >>= 7
        }
        return size
    }

    private static func append(_ number: Int, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// The rows in a group's canonical bytes, one after the other (`GroupContent.canonicalBytes`).
private struct CanonicalRows {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 6
    private var left: Int

    /// A row, measured.
    struct Row {
        let bytes: UnsafeRawBufferPointer
        let entries: Int
        /// Bytes of its field numbers as varints.
        var fieldBytes = 0
        /// Bytes of its values with their tags and lengths.
        var valueBytes = 0

        func forEach(_ visit: (_ field: Int, _ value: UnsafeRawBufferPointer) -> Void) {
            var offset = 0
            for _ in 0..<entries {
                let field = Int(CanonicalRows.number(bytes, offset, UInt16.self))
                let count = Int(CanonicalRows.number(bytes, offset + 2, UInt32.self))
                visit(field, UnsafeRawBufferPointer(rebasing: bytes[(offset + 6)..<(offset + 6 + count)]))
                offset += 6 + count
            }
        }
    }

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        left = Int(Self.number(bytes, 2, UInt32.self))
    }

    mutating func next() -> Row? {
        guard left > 0 else { return nil }
        left -= 1
        let entries = Int(Self.number(bytes, offset, UInt32.self))
        var row = Row(bytes: UnsafeRawBufferPointer(rebasing: bytes[(offset + 4)...]), entries: entries)
        offset += 4
        var (fieldBytes, valueBytes) = (0, 0)
        row.forEach { field, value in
            fieldBytes += EventComposer.size(field)
            valueBytes += 1 + EventComposer.size(value.count) + value.count
        }
        offset += row.entries * 6
        row.forEach { _, value in offset += value.count }
        row.fieldBytes = fieldBytes
        row.valueBytes = valueBytes
        return row
    }

    static func number<Number: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer,
        _ offset: Int,
        _ type: Number.Type
    ) -> Number {
        Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
