import EventLog
import Identifiers
import LMDB
import School

/// One change at a base.
public struct BaseChange: Sendable, Equatable {
    /// What changed.
    public enum What: Sendable, Equatable {
        /// The content of a data group.
        case group(DataGroup, GroupState.Change)
        /// Where the entity stands: gone, back, moved away.
        case status(EntityStatus, EntityKind)
    }

    /// Where.
    public var position: Position
    /// Of which entity.
    public var entity: SubjectID
    /// What.
    public var what: What
}

extension Snapshot {
    /// Visits what changed at a base after one position and up to another, in the order of the log.
    ///
    /// Only the newest change of each (entity, group) is there: an older one is no longer what the school's data are.
    ///
    /// - Parameters:
    ///   - base: the base.
    ///   - lower: the exclusive lower bound, such as a cursor.
    ///   - upper: the inclusive upper bound, such as the checkpoint.
    ///   - visit: takes a change; answers whether to go on.
    public func changes(
        at base: BaseID,
        after lower: Position,
        to upper: Position,
        _ visit: (BaseChange) throws -> Bool
    ) throws {
        let tables = (
            try generation.table(ChangeIndex.ofGroups.name), try generation.table(ChangeIndex.ofStatuses.name)
        )
        var groups = ChangeRows(try transaction.cursor(in: tables.0), base, to: upper)
        var statuses = ChangeRows(try transaction.cursor(in: tables.1), base, to: upper)
        try groups.begin(after: lower)
        try statuses.begin(after: lower)
        // Two lists in order, merged; an entity's groups before its status at one position.
        while groups.isAtRow || statuses.isAtRow {
            let takesGroup = groups.isAtRow && (!statuses.isAtRow || groups.position <= statuses.position)
            let change = takesGroup ? groups.groupChange : statuses.statusChange
            if let change, try !visit(change) { return }
            if takesGroup { try groups.next() } else { try statuses.next() }
        }
    }
}

/// A walk through one list of changes of one base.
private struct ChangeRows: ~Copyable, ~Escapable {
    private var cursor: Cursor
    private let base: BaseID
    private let upper: Position
    private(set) var isAtRow = false

    @_lifetime(copy cursor)
    init(_ cursor: consuming Cursor, _ base: BaseID, to upper: Position) {
        self.cursor = cursor
        self.base = base
        self.upper = upper
    }

    @_lifetime(self: copy self)
    mutating func begin(after lower: Position) throws {
        var first = KeyBytes()
        first.append(base)
        first.append(lower.next.rawValue)
        isAtRow = try cursor.seek(first)
        isAtRow = isAtRow && isWithin
    }

    @_lifetime(self: copy self)
    mutating func next() throws {
        isAtRow = try cursor.next()
        isAtRow = isAtRow && isWithin
    }

    var position: Position { Position(UInt64(bigEndian: word(16))) }

    /// The row as a change of a group; nil for a group or change of a newer version.
    var groupChange: BaseChange? {
        let number = cursor.key.withUnsafeBytes {
            UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 40, as: UInt16.self))
        }
        guard let group = DataGroup(rawValue: number), let change = GroupState.Change(rawValue: value(0)) else {
            return nil
        }
        return BaseChange(position: position, entity: entity, what: .group(group, change))
    }

    /// The row as a change of status; nil for one of a newer version.
    var statusChange: BaseChange? {
        guard let status = EntityStatus(rawValue: value(0)), let kind = EntityKind(rawValue: value(1)) else {
            return nil
        }
        return BaseChange(position: position, entity: entity, what: .status(status, kind))
    }

    private var isWithin: Bool {
        BaseID(high: UInt64(bigEndian: word(0)), low: UInt64(bigEndian: word(8))) == base && position <= upper
    }

    private var entity: SubjectID {
        SubjectID(high: UInt64(bigEndian: word(24)), low: UInt64(bigEndian: word(32)))
    }

    private func word(_ offset: Int) -> UInt64 {
        cursor.key.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    }

    private func value(_ offset: Int) -> UInt8 { cursor.value.withUnsafeBytes { $0[offset] } }
}
