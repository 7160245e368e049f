/// A value that broke its form and was left out of a record while the rest of the row went in.
///
/// A mistyped date is no reason to forget the right one: what is known of the field stays until it is told well.
public struct DroppedValue: Sendable, Hashable {
    /// The group that it would have stood in.
    public var group: DataGroup
    /// The field.
    public var field: Field
    /// The place of its row in the group's content; nil when the row had nothing else to say.
    public var row: Int?
    /// What the row would say of itself beside the value, such as the type of an address.
    public var beside: FieldRow

    /// Makes a dropped value.
    public init(group: DataGroup, field: Field, row: Int?, beside: FieldRow) {
        self.group = group
        self.field = field
        self.row = row
        self.beside = beside
    }
}

extension GroupContent {
    /// Fields that tell one row of a group from another.
    private static let naming: Set<Field> = [
        .addressType, .phoneType, .emailType, .languageType, .roleBase, .role, .contactKey,
    ]

    /// The content with the values that are known in place of those that were left out of it.
    ///
    /// - Parameters:
    ///   - dropped: what was left out.
    ///   - known: the group as it is known; nil when nothing is, and then the values are simply missing.
    public func keeping(_ dropped: [DroppedValue], of known: GroupContent?) -> GroupContent {
        guard let known, !dropped.isEmpty else { return self }
        var rows = rows
        for value in dropped where value.group == group {
            let told = value.row.map { rows[$0] } ?? value.beside
            guard let place = Self.place(of: value.field, beside: told, in: known.rows) else { continue }
            let kept = known.rows[place].entries.filter { $0.field == value.field }
            if let row = value.row {
                rows[row] = FieldRow(rows[row].entries + kept)
            } else if !rows.contains(known.rows[place]) {
                // At the end when several rows stand before it: places of other rows must not shift.
                rows.append(known.rows[place])
            }
        }
        return GroupContent(group, Self.ordered(rows, as: known.rows))
    }

    /// The known row that a told one replaces: of those that have the field, the one that agrees best with it.
    private static func place(of field: Field, beside told: FieldRow, in known: [FieldRow]) -> Int? {
        let fitting = known.indices.filter { index in
            known[index][field] != nil
                && told.entries.allSatisfy { entry in
                    !naming.contains(entry.field) || known[index].entries.contains { $0 == entry }
                        || known[index][entry.field] == nil
                }
        }
        func agreement(_ index: Int) -> Int { told.entries.count { known[index].entries.contains($0) } }
        return fitting.max { (agreement($0), -$0) < (agreement($1), -$1) }
    }

    /// Rows that are known as they stand keep the order in which they are known; the others stay where they are.
    private static func ordered(_ rows: [FieldRow], as known: [FieldRow]) -> [FieldRow] {
        let places = rows.indices.filter { known.contains(rows[$0]) }
        let sorted = places.map { rows[$0] }.sorted {
            (known.firstIndex(of: $0) ?? 0) < (known.firstIndex(of: $1) ?? 0)
        }
        var ordered = rows
        for (place, row) in zip(places, sorted) { ordered[place] = row }
        return ordered
    }
}
