import EventLog
import Identifiers
import LMDB

/// A row of `entities`.
struct EntityRow {
    var kind: UInt8
    var base: BaseID
    var owner: SubjectID
    var source: SourceID
    var key: [UInt8]

    /// Where the fields lie, for indexes that read rows in place.
    enum Offset {
        static let kind = 0
        static let base = 1
        static let owner = 17
        static let source = 33
        static let key = 49
    }

    init(kind: UInt8, base: BaseID, owner: SubjectID, source: SourceID, key: [UInt8]) {
        self.kind = kind
        self.base = base
        self.owner = owner
        self.source = source
        self.key = key
    }

    init(_ row: [UInt8]) throws {
        var reader = RowReader(row, of: "entities")
        kind = try reader.next()
        base = try reader.identifier()
        owner = try reader.identifier()
        source = try reader.identifier()
        key = reader.rest
    }

    /// The row but for the key that ends it.
    var head: KeyBytes {
        var head = KeyBytes()
        head.append(kind)
        head.append(base)
        head.append(owner)
        head.append(source)
        return head
    }

    static func key(_ entity: SubjectID) -> KeyBytes {
        var key = KeyBytes()
        key.append(entity)
        return key
    }
}

/// A row of `entities.groups`.
struct GroupRow {
    var base: BaseID
    var position: Position
    var change: UInt8
    var content: [UInt8]

    /// Where the fields lie.
    enum Offset {
        static let base = 0
        static let position = 16
        static let change = 24
        static let content = 25
    }

    init(base: BaseID, position: Position, change: UInt8, content: [UInt8]) {
        self.base = base
        self.position = position
        self.change = change
        self.content = content
    }

    init(_ row: [UInt8]) throws {
        var reader = RowReader(row, of: "entities.groups")
        base = try reader.identifier()
        position = try reader.position()
        change = try reader.next()
        content = reader.rest
    }

    /// The row but for the content that ends it.
    var head: KeyBytes {
        var head = KeyBytes()
        head.append(base)
        head.append(position.rawValue)
        head.append(change)
        return head
    }

    static func key(_ entity: SubjectID, _ group: UInt16) -> KeyBytes {
        var key = KeyBytes()
        key.append(entity)
        key.append(group)
        return key
    }
}

/// A row of `entities.status`.
struct StatusRow {
    var status: UInt8
    var kind: UInt8
    var position: Position

    /// The status of an entity at a base that it has moved away from; the others are `EntityStatusChanged.Status`.
    static let movedAway: UInt8 = 4

    /// Where the fields lie.
    enum Offset {
        static let status = 0
        static let kind = 1
        static let position = 2
    }

    init(status: UInt8, kind: UInt8, position: Position) {
        self.status = status
        self.kind = kind
        self.position = position
    }

    init(_ row: [UInt8]) throws {
        var reader = RowReader(row, of: "entities.status")
        status = try reader.next()
        kind = try reader.next()
        position = try reader.position()
    }

    var bytes: [UInt8] {
        var writer = RowWriter()
        writer.append(status)
        writer.append(kind)
        writer.append(position)
        return writer.bytes
    }

    static func key(_ entity: SubjectID, _ base: BaseID) -> KeyBytes {
        var key = KeyBytes()
        key.append(entity)
        key.append(base)
        return key
    }
}
