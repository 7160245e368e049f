/// One row of a data group: fields with their canonical values, in the order of the field numbers.
///
/// An absent value and an empty one are the same: neither is stored. Canonical means: dates are `yyyy-MM-dd`, booleans
/// `true` or `false`, codes upper case as `domain.md` lists them, text trimmed at both ends and in NFC.
public struct FieldRow: Hashable, Sendable {
    /// A field and its value.
    public struct Entry: Hashable, Sendable {
        /// Which field.
        public var field: Field
        /// The canonical value, never empty.
        public var value: String

        /// Makes an entry.
        public init(_ field: Field, _ value: String) {
            self.field = field
            self.value = value
        }
    }

    /// The entries, ordered by field number; repeated fields keep the order they were given in.
    public private(set) var entries: [Entry]

    /// Makes a row from entries in any order; empty values are left out.
    public init(_ entries: [Entry] = []) {
        // Most are in order already, and then nothing is copied.
        if Self.isInOrder(entries) {
            self.entries = entries
            return
        }
        let kept = entries.filter { !$0.value.isEmpty }
        self.entries = kept.enumerated().sorted {
            ($0.element.field.rawValue, $0.offset) < ($1.element.field.rawValue, $1.offset)
        }.map(\.element)
    }

    private static func isInOrder(_ entries: [Entry]) -> Bool {
        var last: UInt16 = 0
        for entry in entries {
            guard entry.field.rawValue >= last, !entry.value.isEmpty else { return false }
            last = entry.field.rawValue
        }
        return true
    }

    /// The first value of a field; nil when absent.
    ///
    /// Setting nil or an empty string removes the field.
    public subscript(field: Field) -> String? {
        get { entries.first { $0.field == field }?.value }
        set {
            var others = entries.filter { $0.field != field }
            if let newValue, !newValue.isEmpty { others.append(Entry(field, newValue)) }
            self = FieldRow(others)
        }
    }

    /// True when no field has a value.
    public var isEmpty: Bool { entries.isEmpty }
}

/// The whole of one data group of one entity: its rows in canonical order.
///
/// Two contents are equal exactly when they would be stored as the same bytes. Where order carries no meaning the rows
/// are sorted by the connector that makes them.
public struct GroupContent: Hashable, Sendable {
    /// Which group.
    public var group: DataGroup
    /// Its rows; most groups have one.
    public var rows: [FieldRow]

    /// Makes a content; empty rows are left out.
    public init(_ group: DataGroup, _ rows: [FieldRow]) {
        self.group = group
        self.rows = rows.filter { !$0.isEmpty }
    }
}
