/// Reads protobuf's wire format field by field, without making a message.
///
/// Two messages, `EntityChanged` and `GroupPart`, make up nearly all of a log; through generated code each costs three
/// heap objects a field. What is read here is judged against the generated code in tests.
struct WireReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    /// One field: its number, and its value as a number or as bytes.
    struct Field {
        var number: UInt64
        var value: UInt64
        var bytes: UnsafeRawBufferPointer
    }

    private enum WireType {
        static let varint: UInt64 = 0
        static let eightBytes: UInt64 = 1
        static let lengthDelimited: UInt64 = 2
        static let fourBytes: UInt64 = 5
    }

    /// Reads bytes that stay where they are for as long as the reader and its fields are used.
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next field; nil at the end.
    ///
    /// - Throws: `malformedEvent`.
    mutating func next() throws(ProjectionError) -> Field? {
        guard offset < bytes.count else { return nil }
        let tag = try varint()
        var field = Field(number: tag >> 3, value: 0, bytes: UnsafeRawBufferPointer(start: nil, count: 0))
        switch tag & 7 {
        case WireType.varint:
            field.value = try varint()
        case WireType.lengthDelimited:
            field.bytes = try take(varint())
        case WireType.eightBytes:
            field.bytes = try take(8)
        case WireType.fourBytes:
            field.bytes = try take(4)
        default:
            throw Self.malformed
        }
        return field
    }

    /// The next number of a packed list; nil at the end.
    mutating func nextPacked() throws(ProjectionError) -> UInt64? {
        offset < bytes.count ? try varint() : nil
    }

    static var malformed: ProjectionError {
        ProjectionError(.malformedEvent, "an event's payload is not what its type says")
    }

    private mutating func take(_ count: UInt64) throws(ProjectionError) -> UnsafeRawBufferPointer {
        guard count <= UInt64(bytes.count - offset) else { throw Self.malformed }
        defer { offset += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(count)])
    }

    private mutating func varint() throws(ProjectionError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count, shift < 64 {
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Self.malformed
    }
}
