import School

/// Makes data groups of the values of rows.
struct OneRosterContent {
    private var rows: [DataGroup: [FieldRow]] = [:]
    private(set) var dropped: [DroppedValue] = []

    /// Adds a row to a group.
    ///
    /// - Parameters:
    ///   - group: the group.
    ///   - row: where values come from.
    ///   - columns: columns and the fields that they fill.
    ///   - entries: what the row says besides.
    ///   - type: what the row is one of; it stands only beside other values.
    ///   - unknown: fields of which nothing is known: what is held of them stays.
    mutating func add(
        _ group: DataGroup,
        _ row: OneRosterRow,
        _ columns: KeyValuePairs<String, Field> = [:],
        entries: [FieldRow.Entry] = [],
        type: FieldRow.Entry? = nil,
        unknown: [Field] = []
    ) {
        var all = entries
        var dropped = unknown
        for (column, field) in columns {
            if row.isUnknown(column) { dropped.append(field) }
            all.append(FieldRow.Entry(field, row[column]))
        }
        var made = FieldRow(all)
        let isEmpty = made.isEmpty
        if !isEmpty, let type { made = FieldRow(all + [type]) }
        if !isEmpty { rows[group, default: []].append(made) }
        let place = isEmpty ? nil : (rows[group]?.count).map { $0 - 1 }
        let beside = isEmpty ? FieldRow(type.map { [$0] } ?? []) : made
        self.dropped += dropped.map { DroppedValue(group: group, field: $0, row: place, beside: beside) }
    }

    /// Groups, whole; empty ones too.
    func contents(_ groups: [DataGroup]) -> [GroupContent] {
        groups.map { GroupContent($0, rows[$0] ?? []) }
    }

    /// What was left out of groups.
    func dropped(from groups: [DataGroup]) -> [DroppedValue] {
        dropped.filter { groups.contains($0.group) }
    }
}
