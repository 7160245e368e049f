/// What the packed records of one file have in common.
public struct PackedLayout: Sendable, Hashable {
    /// A sort of reference that the file's rows make.
    public struct Reference: Sendable, Hashable {
        /// The kind pointed at.
        public var kind: EntityKind
        /// The source's name of the column that points.
        public var field: String

        /// Makes a sort of reference.
        public init(kind: EntityKind, field: String) {
            self.kind = kind
            self.field = field
        }
    }

    /// What the records are about.
    public var kind: EntityKind
    /// True when they tell a group of a thing that has a row of its own.
    public var isPart: Bool
    /// The one group that they tell.
    public var group: DataGroup
    /// The file's name, without its folder.
    public var file: String
    /// The references that they make, by their numbers.
    public var references: [Reference]

    /// Makes a layout.
    public init(kind: EntityKind, isPart: Bool, group: DataGroup, file: String, references: [Reference]) {
        self.kind = kind
        self.isPart = isPart
        self.group = group
        self.file = file
        self.references = references
    }
}

/// A record as bytes in a batch: what most rows of a large export are, since most say what is known already.
///
/// It says exactly what the `SourceRecord` says that `SourceBatch.record(_:)` makes of it, and holds no text.
/// ```
/// key count 4, base count 4, references 4, content count 4, for each reference: number 4, count 4,
/// then the key, the base, the references' keys, the group's canonical bytes
/// ```
/// In the machine's byte order: it never leaves the process.
public struct PackedRecord: Sendable, Hashable {
    /// The line on which it begins.
    public var line: Int
    /// Where it begins in the batch.
    public var offset: Int

    /// Makes a record's place.
    public init(line: Int, offset: Int) {
        self.line = line
        self.offset = offset
    }
}

/// A packed record's bytes, lent by its batch.
public struct PackedBytes {
    /// The key inside the source.
    public let key: UnsafeRawBufferPointer
    /// The key of the base that the row names; empty for none.
    public let base: UnsafeRawBufferPointer
    /// The group's content, as `GroupContent.canonicalBytes`.
    public let content: UnsafeRawBufferPointer
    private let head: UnsafeRawBufferPointer
    private let referenceCount: Int

    /// Looks at a record of a batch.
    public init(_ record: PackedRecord, in bytes: UnsafeRawBufferPointer) {
        head = UnsafeRawBufferPointer(rebasing: bytes[record.offset...])
        let keyCount = Self.number(head, 0)
        let baseCount = Self.number(head, 4)
        referenceCount = Self.number(head, 8)
        let contentCount = Self.number(head, 12)
        var offset = 16 + referenceCount * 8
        key = UnsafeRawBufferPointer(rebasing: head[offset..<offset + keyCount])
        offset += keyCount
        base = UnsafeRawBufferPointer(rebasing: head[offset..<offset + baseCount])
        offset += baseCount
        for reference in 0..<referenceCount { offset += Self.number(head, 20 + reference * 8) }
        content = UnsafeRawBufferPointer(rebasing: head[offset..<offset + contentCount])
    }

    /// Visits the references, by their number in the layout, until the closure answers false.
    ///
    /// - Returns: false when it did.
    public func references(_ visit: (Int, UnsafeRawBufferPointer) throws -> Bool) rethrows -> Bool {
        var offset = 16 + referenceCount * 8 + key.count + base.count
        for reference in 0..<referenceCount {
            let count = Self.number(head, 20 + reference * 8)
            let bytes = UnsafeRawBufferPointer(rebasing: head[offset..<offset + count])
            guard try visit(Self.number(head, 16 + reference * 8), bytes) else { return false }
            offset += count
        }
        return true
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int {
        Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
