import EventLog
import Events
import Identifiers
import LMDB
import School

/// The public list of schools, as it was imported last.
///
/// ```
/// establishments  urn → the texts of `Establishment.columns`, in that order
/// ```
public struct Establishments: Projection {
    /// Its name.
    public let name = "establishments"
    /// Its version.
    public let version: UInt32 = 1
    /// The event that changes the list.
    public let types: [EventType] = [.establishmentsChanged]
    /// Its tables.
    public let tables = [Self.establishments]

    static let establishments = TableDefinition("establishments")

    /// Makes the projection.
    public init() {}

    /// Enters and removes rows.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        guard case .establishmentsChanged(let message) = event.payload else { return }
        for row in message.establishments {
            let establishment = Establishment(row)
            rows.put(establishment.row, for: Array(establishment.urn.utf8), in: Self.establishments)
        }
        for urn in message.gone { rows.delete(Array(urn.utf8), in: Self.establishments) }
    }
}

extension Establishment {
    fileprivate init(_ urn: String, _ row: [UInt8]) throws {
        self.init(urn: urn)
        var reader = RowReader(row, of: Establishments.establishments.name)
        for column in Self.columns { self[keyPath: column.path] = try reader.text() }
    }

    fileprivate var row: [UInt8] {
        var writer = RowWriter()
        for column in Self.columns { writer.append(self[keyPath: column.path]) }
        return writer.bytes
    }
}

extension Snapshot {
    /// A school of the public list; nil when it is not in it, or the list was never imported.
    public func establishment(_ urn: String) throws -> Establishment? {
        // No row has such a key, and LMDB takes none.
        guard (1...100).contains(urn.utf8.count) else { return nil }
        return try value(for: Array(urn.utf8), in: Establishments.establishments.name)
            .map { try Establishment(urn, $0) }
    }

    /// Every school of the public list, in the order of their numbers.
    public func establishments() throws -> [Establishment] {
        var found: [Establishment] = []
        try scan(Establishments.establishments.name, prefix: [UInt8]()) { key, row in
            found.append(try Establishment(String(decoding: key, as: UTF8.self), [UInt8](row)))
            return true
        }
        return found
    }
}
