import EventLog
import Events
import Identifiers
import LMDB
import School

/// The public list of links between schools, as it was imported last.
///
/// ```
/// establishment-links          urn, 0, link urn, 0, type → name, established (texts)
/// establishment-links.by-link  link urn, 0, urn, 0, type → (empty)
/// ```
public struct EstablishmentLinks: Projection {
    /// Its name.
    public let name = "establishment-links"
    /// Its version.
    public let version: UInt32 = 1
    /// The event that changes the list.
    public let types: [EventType] = [.establishmentLinksChanged]
    /// Its tables.
    public let tables = [Self.links]

    static let links = TableDefinition("establishment-links", indexes: [byLink])
    static let byLink = IndexDefinition("establishment-links.by-link", rowBytesMin: 1) { key, _, index in
        guard let link = EstablishmentLink(row: [UInt8](key)) else { return }
        Self.key(link.linkURN, link.urn, link.type).withUnsafeBytes { index.appendKey($0) }
    }

    /// Makes the projection.
    public init() {}

    /// Enters and removes rows.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        guard case .establishmentLinksChanged(let message) = event.payload else { return }
        for row in message.links {
            var writer = RowWriter()
            writer.append(row.name)
            writer.append(row.established)
            rows.put(writer.bytes, for: Self.key(row.urn, row.linkUrn, row.type), in: Self.links)
        }
        for row in message.gone { rows.delete(Self.key(row.urn, row.linkUrn, row.type), in: Self.links) }
    }

    static func key(_ first: String, _ second: String, _ type: String) -> [UInt8] {
        textKey(first) + textKey(second) + Array(type.utf8)
    }
}

extension EstablishmentLink {
    /// Reads a row's key; nil for what is none.
    fileprivate init?(row key: [UInt8]) {
        let parts = key.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 3 else { return nil }
        self.init(urn: parts[0], linkURN: parts[1], type: parts[2])
    }

    fileprivate init?(row key: [UInt8], _ row: [UInt8]) throws {
        self.init(row: key)
        var reader = RowReader(row, of: EstablishmentLinks.links.name)
        name = try reader.text()
        established = try reader.text()
    }
}

extension Snapshot {
    /// Every link of the public list, in the order of their numbers.
    public func establishmentLinks() throws -> [EstablishmentLink] { try links(prefix: []) }

    /// The links that name a school at either end.
    public func establishmentLinks(of urn: String) throws -> [EstablishmentLink] {
        var found = try links(prefix: textKey(urn))
        try scan(EstablishmentLinks.byLink.name, prefix: textKey(urn)) { key, _ in
            guard let link = EstablishmentLink(row: [UInt8](key)) else { return true }
            let own = EstablishmentLinks.key(link.linkURN, link.urn, link.type)
            if let row = try value(for: own, in: EstablishmentLinks.links.name),
                let link = try EstablishmentLink(row: own, row)
            {
                found.append(link)
            }
            return true
        }
        return found
    }

    private func links(prefix: [UInt8]) throws -> [EstablishmentLink] {
        var found: [EstablishmentLink] = []
        try scan(EstablishmentLinks.links.name, prefix: prefix) { key, row in
            if let link = try EstablishmentLink(row: [UInt8](key), [UInt8](row)) { found.append(link) }
            return true
        }
        return found
    }
}
