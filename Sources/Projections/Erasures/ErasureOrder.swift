import EventLog
import Identifiers
import School

/// How far the erasure of one person under one order has come.
public enum ErasureState: UInt8, Sendable {
    /// Asked for, not begun.
    case queued = 1
    /// Begun: it goes through, whatever happens.
    case begun = 2
    /// The keys are destroyed.
    case erased = 3
}

/// An order to erase.
public struct ErasureOrder: Sendable, Equatable {
    /// Its identity, which is also its stream.
    public var id: OrderID
    /// The base that gave it.
    public var base: BaseID
    /// Where it was asked for.
    public var requestedAt: Position
    /// When.
    public var requested: Timestamp
    /// When it is carried out at the latest.
    public var due: Timestamp
    /// Up to here nothing of the erased is left in state and files; the origin before.
    public var purged = Position.origin
    /// Where it was carried out to the end, or withdrawn; the origin while it is open.
    public var ended = Position.origin
    /// It was given up.
    public var isWithdrawn = false
    /// Numbers of the data groups that go; none for whole records.
    public var groups: [UInt16]

    /// True while something of it is to be done.
    public var isOpen: Bool { ended == .origin }

    /// The stream of its events.
    public var stream: StreamID { StreamID(id) }

    init(id: OrderID, base: BaseID, requestedAt: Position, requested: Timestamp, due: Timestamp, groups: [UInt16]) {
        self.id = id
        self.base = base
        self.requestedAt = requestedAt
        self.requested = requested
        self.due = due
        self.groups = groups
    }

    init(_ id: OrderID, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "erasures")
        self.id = id
        base = try reader.identifier()
        requestedAt = try reader.position()
        requested = Timestamp(microseconds: try reader.next())
        due = Timestamp(microseconds: try reader.next())
        purged = try reader.position()
        ended = try reader.position()
        isWithdrawn = try reader.next(UInt8.self) != 0
        groups = try (0..<(try reader.next(UInt32.self))).map { _ in try reader.next() }
    }

    /// ```
    /// base 16, requested at 8, requested 8, due 8, purged at 8, ended at 8 (0: open), withdrawn 1, number of groups 4, each 2
    /// ```
    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(base)
        writer.append(requestedAt)
        writer.append(requested.microseconds)
        writer.append(due.microseconds)
        writer.append(purged)
        writer.append(ended)
        writer.append(UInt8(isWithdrawn ? 1 : 0))
        writer.append(UInt32(groups.count))
        for group in groups { writer.append(group) }
        return writer.bytes
    }
}

/// A generation of keys, and when it came to be or was copied.
public struct KeyMoment: Sendable, Equatable {
    /// The generation.
    public var generation: UInt32
    /// Where it stands in the log.
    public var at: Position
    /// When.
    public var when: Timestamp

    init(_ row: [UInt8]) throws {
        var reader = RowReader(row, of: "erasures.keys")
        generation = try reader.next()
        at = try reader.position()
        when = Timestamp(microseconds: try reader.next())
    }
}
