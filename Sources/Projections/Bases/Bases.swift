import EventLog
import Events
import Identifiers
import LMDB
import School
import SwiftProtobuf

/// The schools that the store knows, by id and by the key that sources use.
///
/// ```
/// bases         base 16 → registered at 8, key, laestab, urn, name (texts), number of key changes 4, each: position 8,
///                         length 4 and bytes of the event's open part
/// bases.by-key  key, 0, base 16 → (empty)
/// ```
public struct Bases: Projection {
    /// Its name.
    public let name = "bases"
    /// Its version.
    public let version: UInt32 = 2
    /// Events about bases.
    public let types: [EventType] = [.baseRegistered, .baseConfigured, .baseKeyChanged]
    /// Its tables.
    public let tables = [Self.bases]

    static let bases = TableDefinition("bases", indexes: [byKey])
    static let byKey = IndexDefinition("bases.by-key", rowBytesMin: 8) { base, row, index in
        guard let key = try? Base(.zero, [UInt8](row)).key else { return }
        textKey(key).withUnsafeBytes { index.appendKey($0) }
        index.appendKey(base)
    }

    /// Makes the projection.
    public init() {}

    /// Registers or configures the base of the event's leaf.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .baseRegistered(let message):
            let base = Base(id: event.base, registeredAt: event.position, key: message.key)
            rows.put(base.row, for: event.base.bytes, in: Self.bases)
        case .baseConfigured(let message):
            guard let row = try rows.value(for: event.base.bytes, in: Self.bases) else { return }
            var base = try Base(event.base, row)
            if message.hasLaestab { base.laestab = message.laestab }
            if message.hasUrn { base.urn = message.urn }
            if message.hasName { base.name = message.name }
            rows.put(base.row, for: event.base.bytes, in: Self.bases)
        case .baseKeyChanged(let message):
            guard let row = try rows.value(for: event.base.bytes, in: Self.bases) else { return }
            var base = try Base(event.base, row)
            let change = BaseKeyChange(message)
            if let urn = change.urn { base.urn = urn.to }
            if let laestab = change.laestab { base.laestab = laestab.to }
            base.keyChanges.append(Base.KeyChange(position: event.position, change: change))
            rows.put(base.row, for: event.base.bytes, in: Self.bases)
        default:
            break
        }
    }
}

/// A base as the store knows it; an attribute that was never told is empty.
public struct Base: Sendable, Equatable {
    /// Its identity.
    public var id: BaseID
    /// Where it was registered.
    public var registeredAt: Position
    /// The key that sources use for it.
    public var key: String
    /// Local authority and establishment number, seven digits.
    public var laestab = ""
    /// Unique reference number.
    public var urn = ""
    /// Its name.
    public var name = ""
    /// How its numbers came to be what they are, the oldest first.
    public var keyChanges: [KeyChange] = []

    /// A change of its numbers, and where it stands in the log.
    public struct KeyChange: Sendable, Equatable {
        /// The event.
        public var position: Position
        /// What changed, and why.
        public var change: BaseKeyChange
    }

    /// The DfE numbers that it has had and has no more, the oldest first.
    public var formerLaestabs: [String] {
        var former: [String] = []
        for case let number? in keyChanges.map(\.change.laestab?.from) where number != laestab {
            former.removeAll { $0 == number }
            former.append(number)
        }
        return former
    }

    init(id: BaseID, registeredAt: Position, key: String) {
        self.id = id
        self.registeredAt = registeredAt
        self.key = key
    }

    init(_ id: BaseID, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "bases")
        self.id = id
        registeredAt = try reader.position()
        key = try reader.text()
        laestab = try reader.text()
        urn = try reader.text()
        name = try reader.text()
        let count = try reader.next(UInt32.self)
        keyChanges = try (0..<count).map { _ in
            let position = try reader.position()
            let bytes = try reader.raw(Int(try reader.next(UInt32.self)))
            let message = try Syncd_Events_BaseKeyChanged(serializedBytes: bytes)
            return KeyChange(position: position, change: BaseKeyChange(message))
        }
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(registeredAt)
        for text in [key, laestab, urn, name] { writer.append(text) }
        writer.append(UInt32(keyChanges.count))
        for known in keyChanges {
            let open = known.change.open
            writer.append(known.position)
            writer.append(UInt32(open.count))
            writer.append(raw: open)
        }
        return writer.bytes
    }
}

extension Snapshot {
    /// A base; nil when it is not registered.
    public func base(_ id: BaseID) throws -> Base? {
        try value(for: id.bytes, in: Bases.bases.name).map { try Base(id, $0) }
    }

    /// The base of a key; nil when none is registered under it.
    public func base(forKey key: String) throws -> Base? {
        var found: Base?
        try scan(Bases.byKey.name, prefix: textKey(key)) { row, _ in
            let id = BaseID(reading: UnsafeRawBufferPointer(rebasing: row[(row.count - 16)...]))
            if let base = try base(id), base.key == key { found = base }
            return found == nil
        }
        return found
    }

    /// Every base, in the order of their keys.
    public func bases() throws -> [Base] {
        var found: [Base] = []
        try scan(Bases.byKey.name, prefix: [UInt8]()) { row, _ in
            let id = BaseID(reading: UnsafeRawBufferPointer(rebasing: row[(row.count - 16)...]))
            if let base = try base(id) { found.append(base) }
            return true
        }
        return found
    }
}
