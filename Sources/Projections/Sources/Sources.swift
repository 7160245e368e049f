import EventLog
import Events
import Identifiers
import LMDB
import School

/// The sources that have been named: each is one MIS database (rulings 2).
///
/// ```
/// sources          source 16 → registered at 8, name, format (texts)
/// sources.by-name  name, 0, source 16 → (empty)
/// ```
/// A source's identity is its stream's.
public struct Sources: Projection {
    /// Its name.
    public let name = "sources"
    /// Its version.
    public let version: UInt32 = 1
    /// The event that names a source.
    public let types: [EventType] = [.sourceRegistered]
    /// Its tables.
    public let tables = [Self.sources]

    static let sources = TableDefinition("sources", indexes: [byName])
    static let byName = IndexDefinition("sources.by-name", rowBytesMin: 1) { source, row, index in
        guard let name = try? Source(.zero, [UInt8](row)).name else { return }
        textKey(name).withUnsafeBytes { index.appendKey($0) }
        index.appendKey(source)
    }

    /// Makes the projection.
    public init() {}

    /// Names a source.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        guard case .sourceRegistered(let message) = event.payload else { return }
        let source = Source(
            id: SourceID(event.recorded.stream),
            registeredAt: event.position,
            name: message.name,
            format: message.format
        )
        rows.put(source.row, for: source.id.bytes, in: Self.sources)
    }
}

/// A source.
public struct Source: Sendable, Equatable {
    /// Its identity.
    public var id: SourceID
    /// Where it was named.
    public var registeredAt: Position
    /// Its name.
    public var name: String
    /// The format of its files.
    public var format: String

    init(id: SourceID, registeredAt: Position, name: String, format: String) {
        self.id = id
        self.registeredAt = registeredAt
        self.name = name
        self.format = format
    }

    init(_ id: SourceID, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "sources")
        self.id = id
        registeredAt = try reader.position()
        name = try reader.text()
        format = try reader.text()
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(registeredAt)
        writer.append(name)
        writer.append(format)
        return writer.bytes
    }
}

extension Snapshot {
    /// A source; nil when it has not been named.
    public func source(_ id: SourceID) throws -> Source? {
        try value(for: id.bytes, in: Sources.sources.name).map { try Source(id, $0) }
    }

    /// The source of a name; nil when there is none.
    public func source(named name: String) throws -> Source? {
        try sources().first { $0.name == name }
    }

    /// Every source, in the order of their names.
    public func sources() throws -> [Source] {
        var found: [Source] = []
        try scan(Sources.byName.name, prefix: [UInt8]()) { row, _ in
            let id = SourceID(reading: UnsafeRawBufferPointer(rebasing: row[(row.count - 16)...]))
            if let source = try source(id) { found.append(source) }
            return true
        }
        return found
    }
}
