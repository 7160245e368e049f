/// Some items of a source, in their order: read in one go, so that reading and comparing can share two processors.
public struct SourceBatch: Sendable {
    /// One item.
    public enum Part: Sendable {
        /// An item as such, by its place in `items`.
        case item(Int)
        /// A record that is packed.
        case packed(PackedRecord)
    }

    /// The items, in order.
    public private(set) var parts: [Part] = []
    /// Those that are not packed.
    public private(set) var items: [SourceItem] = []
    /// The bytes of those that are.
    public private(set) var bytes: [UInt8] = []
    /// What the packed ones have in common; nil when there are none.
    public let layout: PackedLayout?

    /// An empty batch.
    public init(_ layout: PackedLayout? = nil) { self.layout = layout }

    /// True when it is worth handing on: more would only take memory.
    public var isFull: Bool { parts.count >= 1_024 || items.count >= 256 || bytes.count >= 256 << 10 }

    /// Adds an item.
    public mutating func append(_ item: SourceItem) {
        parts.append(.item(items.count))
        items.append(item)
    }

    /// Adds a record of the layout.
    ///
    /// - Parameters:
    ///   - base: the key of the base that it names; empty for none.
    ///   - references: the number in the layout of what it points at, and the key.
    ///   - content: pieces of the group's canonical bytes, in order.
    public mutating func append(
        line: Int,
        key: [UnsafeRawBufferPointer],
        base: UnsafeRawBufferPointer,
        references: [(number: Int, key: UnsafeRawBufferPointer)],
        content: [UnsafeRawBufferPointer]
    ) {
        let record = PackedRecord(line: line, offset: bytes.count)
        append(max(0, key.reduce(key.count - 1) { $0 + $1.count }))
        append(base.count)
        append(references.count)
        append(content.reduce(0) { $0 + $1.count })
        for reference in references {
            append(reference.number)
            append(reference.key.count)
        }
        for (place, piece) in key.enumerated() {
            if place > 0 { bytes.append(0x1F) }
            bytes.append(contentsOf: piece)
        }
        bytes.append(contentsOf: base)
        for reference in references { bytes.append(contentsOf: reference.key) }
        for piece in content { bytes.append(contentsOf: piece) }
        parts.append(.packed(record))
    }

    /// The record that a packed one is; nil for one that is not of this batch.
    public func record(_ packed: PackedRecord) -> SourceRecord? {
        guard let layout else { return nil }
        return bytes.withUnsafeBytes { bytes -> SourceRecord? in
            let found = PackedBytes(packed, in: bytes)
            guard let content = GroupContent(canonicalBytes: found.content) else { return nil }
            var references: [SourceRecord.Reference] = []
            _ = found.references { number, key in
                let sort = layout.references[number]
                let key = String(decoding: key, as: UTF8.self)
                references.append(SourceRecord.Reference(kind: sort.kind, key: key, field: sort.field))
                return true
            }
            return SourceRecord(
                kind: layout.kind,
                isPart: layout.isPart,
                key: String(decoding: found.key, as: UTF8.self),
                base: found.base.isEmpty ? nil : String(decoding: found.base, as: UTF8.self),
                groups: [content],
                references: references,
                origin: SourceRecord.Origin(file: layout.file, line: packed.line)
            )
        }
    }

    /// The same without some of its items.
    ///
    /// - Parameters:
    ///   - item: answers what is left of an item; nil for nothing.
    ///   - packed: answers whether a packed record stays.
    public func filtered(
        item: (SourceItem) throws -> SourceItem?,
        packed: (PackedBytes, PackedLayout) throws -> Bool
    ) rethrows -> SourceBatch {
        var batch = self
        batch.parts = []
        try bytes.withUnsafeBytes { bytes in
            for part in parts {
                switch part {
                case .item(let index):
                    guard let left = try item(items[index]) else { continue }
                    batch.items[index] = left
                case .packed(let record):
                    guard let layout, try packed(PackedBytes(record, in: bytes), layout) else { continue }
                }
                batch.parts.append(part)
            }
        }
        return batch
    }

    private mutating func append(_ number: Int) {
        withUnsafeBytes(of: UInt32(number)) { bytes.append(contentsOf: $0) }
    }
}

extension RecordSource {
    /// Most formats make records of their rows one by one.
    public func readBatches(_ receive: (SourceBatch) throws -> Void) throws {
        var batch = SourceBatch()
        try read { item in
            batch.append(item)
            guard batch.isFull else { return }
            try receive(batch)
            batch = SourceBatch()
        }
        try receive(batch)
    }

    /// Most formats have to look into the store while they are read, or might.
    public var readsAlone: Bool { false }
}
