import EventLog
import Identifiers

/// How a rebuilt projection compares with the one that is in place, at the same position.
public struct ProjectionReview: Sendable, Equatable, Codable {
    /// The projection.
    public var name: String
    /// The version in place.
    public var storedVersion: UInt32
    /// The version rebuilt.
    public var version: UInt32
    /// Where both stand.
    public var position: UInt64
    /// Its tables, then its indexes.
    public var tables: [TableReview] = []
    /// SHA-256 over all its rows in place, in hex.
    public var storedDigest = ""
    /// SHA-256 over all its rows rebuilt, in hex.
    public var digest = ""

    /// True when every row is the same.
    public var isEqual: Bool { tables.allSatisfy(\.isEqual) }
    /// True when this program makes other rows of the same events.
    public var isNewVersion: Bool { storedVersion != version }

    /// Rows of all its tables, indexes left out, for which something holds.
    public func rows(_ count: KeyPath<TableReview, Int>) -> Int {
        tables.filter { !$0.isIndex }.reduce(0) { $0 + $1[keyPath: count] }
    }
}

/// How two tables of one name compare.
public struct TableReview: Sendable, Equatable, Codable {
    /// The table.
    public var name: String
    /// It follows from another, row by row.
    public var isIndex: Bool
    /// Rows that are the same.
    public var equal = 0
    /// Rows that only the rebuilt one has.
    public var added = 0
    /// Rows that only the one in place has.
    public var removed = 0
    /// Rows that both have, with other bytes.
    public var changed = 0
    /// The first row that differs, from 1 in the order of keys; nil when none does.
    public var firstDifference: Int?
    /// How that row differs.
    public var firstKind: RowDifference.Kind?

    /// True when nothing differs.
    public var isEqual: Bool { firstDifference == nil }

    /// Counts a row.
    mutating func count(_ kind: RowDifference.Kind?, row: Int) {
        switch kind {
        case .added?: added += 1
        case .removed?: removed += 1
        case .changed?: changed += 1
        case nil: equal += 1
        }
        if kind != nil, firstDifference == nil { (firstDifference, firstKind) = (row, kind) }
    }
}

/// A row that differs, shown to who asked to see whose data differ.
public struct RowDifference: Sendable {
    /// How a row differs.
    public enum Kind: String, Codable, Sendable {
        /// Only the rebuilt table has it.
        case added
        /// Only the table in place has it.
        case removed
        /// Both have it, with other bytes.
        case changed
    }

    /// The projection.
    public var projection: String
    /// The table.
    public var table: String
    /// Whose row it is; nil when the projection does not say, or it is nobody's.
    public var subject: SubjectID?
    /// How it differs.
    public var kind: Kind
    /// The row's key.
    public var key: [UInt8]
    /// The row in place; nil when there is none.
    public var stored: [UInt8]?
    /// The row rebuilt; nil when there is none.
    public var rebuilt: [UInt8]?
}
