import EventLog
import Identifiers

/// What an event says of the data groups of one or more entities, decoded once for all projections.
public struct EntityChange: Sendable {
    /// The source that told it.
    public var source: SourceID
    /// The run that read it.
    public var run: RunID
    /// Number of the entity kind.
    public var kind: UInt8
    /// One for each part of the event, in order, erased ones included.
    public var parts: [GroupChange]

    /// Decodes an event whose open part is an `EntityChanged`.
    ///
    /// - Throws: `malformedEvent`.
    init(_ event: RecordedEvent) throws(ProjectionError) {
        source = .zero
        run = .zero
        kind = 0
        parts = []
        var entities: [SubjectID] = []
        try withBytes(of: event.open) { bytes throws(ProjectionError) in
            var reader = WireReader(bytes)
            while let field = try reader.next() {
                switch field.number {
                case 1: source = try Self.identifier(field.bytes)
                case 2: run = try Self.identifier(field.bytes)
                case 3: kind = UInt8(truncatingIfNeeded: field.value)
                case 4: entities = try Self.identifiers(field.bytes)
                default: break
                }
            }
        }
        guard entities.isEmpty || entities.count == event.parts.count else { throw WireReader.malformed }
        parts.reserveCapacity(event.parts.count)
        for (index, part) in event.parts.enumerated() {
            let entity = entities.isEmpty ? SubjectID(event.stream) : entities[index]
            parts.append(try GroupChange(part, of: entity))
        }
    }

    private static func identifier<Kind>(_ bytes: UnsafeRawBufferPointer) throws(ProjectionError) -> Identifier<Kind> {
        guard bytes.count == 16 else { throw WireReader.malformed }
        return Identifier(reading: bytes)
    }

    private static func identifiers(_ bytes: UnsafeRawBufferPointer) throws(ProjectionError) -> [SubjectID] {
        guard bytes.count % 16 == 0 else { throw WireReader.malformed }
        return stride(from: 0, to: bytes.count, by: 16).map {
            SubjectID(reading: UnsafeRawBufferPointer(rebasing: bytes[$0...]))
        }
    }
}

/// What one part says of one data group of one entity.
public struct GroupChange: Sendable {
    /// The thing whose group it is.
    public var entity: SubjectID
    /// Number of the data group.
    public var group: UInt16
    /// What the part said; nil when its key has been destroyed, and nothing is known.
    public var told: Told?

    /// The plaintext of a part, in the form in which state keeps it.
    public struct Told: Sendable {
        /// The person under whose key it is sealed: the entity itself, or whom a mark or membership belongs to.
        public var owner: SubjectID
        /// Set, cleared, or deleted at the source, as `GroupPart.Change` numbers them.
        public var change: UInt8
        /// The key inside the source, UTF-8.
        public var misKey: [UInt8]
        /// The group's content, as `GroupContent.canonicalBytes`.
        public var content: [UInt8]
    }

    /// Decodes a part whose plaintext is a `GroupPart`.
    init(_ part: RecordedPart, of entity: SubjectID) throws(ProjectionError) {
        self.entity = entity
        group = part.dataClass.rawValue
        guard let plaintext = part.plaintext, let owner = part.subject else { return }
        var told = Told(owner: owner, change: 0, misKey: [], content: [])
        let group = group
        try withBytes(of: plaintext) { bytes throws(ProjectionError) in
            var content = CanonicalContent(group: group, capacity: bytes.count + 64)
            var reader = WireReader(bytes)
            while let field = try reader.next() {
                switch field.number {
                case 1: told.change = UInt8(truncatingIfNeeded: field.value)
                case 2: try content.append(row: field.bytes)
                case 3: told.misKey = [UInt8](field.bytes)
                default: break
                }
            }
            told.content = content.finished()
        }
        self.told = told
    }
}

/// Turns the rows of a `GroupPart` into the canonical bytes of a content without making the values in between.
///
/// See `GroupContent.canonicalBytes` for the layout. As there, empty values and empty rows are left out.
private struct CanonicalContent {
    private var bytes: [UInt8] = []
    private var rows: UInt32 = 0

    init(group: UInt16, capacity: Int) {
        bytes.reserveCapacity(capacity)
        append(group)
        append(UInt32(0))
    }

    mutating func append(row: UnsafeRawBufferPointer) throws(ProjectionError) {
        let start = bytes.count
        append(UInt32(0))
        var numbers = WireReader(UnsafeRawBufferPointer(start: nil, count: 0))
        var unpacked: [UInt64] = []
        var fields = WireReader(row)
        var entries: UInt32 = 0
        var last: UInt64 = 0
        var values = 0
        // Generated code writes the numbers first, packed; unpacked ones are read too, values before numbers are refused.
        while let field = try fields.next() {
            if field.number == 1 {
                if field.bytes.baseAddress == nil {
                    unpacked.append(field.value)
                } else {
                    numbers = WireReader(field.bytes)
                }
            } else if field.number == 2 {
                guard let number = try unpacked.isEmpty ? numbers.nextPacked() : Self.element(values, of: unpacked),
                    number >= last, number <= UInt64(UInt16.max)
                else { throw WireReader.malformed }
                last = number
                values += 1
                if field.bytes.isEmpty { continue }
                append(UInt16(number))
                append(UInt32(field.bytes.count))
                bytes.append(contentsOf: field.bytes)
                entries += 1
            }
        }
        if entries == 0 {
            bytes.removeLast(bytes.count - start)
        } else {
            store(entries, at: start)
            rows += 1
        }
    }

    mutating func finished() -> [UInt8] {
        store(rows, at: 2)
        return bytes
    }

    private static func element(_ index: Int, of numbers: [UInt64]) -> UInt64? {
        index < numbers.count ? numbers[index] : nil
    }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func store(_ number: UInt32, at offset: Int) {
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: number.bigEndian, toByteOffset: offset, as: UInt32.self) }
    }
}

/// Lends an array's bytes to a closure that throws our own error.
private func withBytes(
    of array: [UInt8],
    _ body: (UnsafeRawBufferPointer) throws(ProjectionError) -> Void
) throws(ProjectionError) {
    let result = array.withUnsafeBytes { bytes in Result { () throws(ProjectionError) in try body(bytes) } }
    try result.get()
}
