import School

/// Which rows of which groups the columns of a file fill, found once for a file.
struct GroupPlan {
    /// The columns that fill one slot.
    struct Filling {
        var slot: RowSlot
        var columns: [Source]
    }

    /// A column's part in a slot.
    struct Source {
        var index: Int
        var field: Field
        /// The value is a list with this separator.
        var separator: Character?
        /// Each part of the list is a row of its own.
        var isRowEach = false
    }

    /// The groups that the file's columns fill, in the order of their numbers.
    let groups: [DataGroup]
    let fillings: [Filling]

    /// Looks at the columns that a header has.
    init(_ table: Table, where isPresent: (Int) -> Bool) {
        groups = table.groups(where: isPresent).sorted { $0.rawValue < $1.rawValue }
        var fillings: [Filling] = []
        for (index, column) in table.columns.enumerated() where isPresent(index) {
            for case let (source, slot)? in column.uses.map({ Self.source($0, index) }) {
                if let known = fillings.firstIndex(where: { $0.slot == slot }) {
                    fillings[known].columns.append(source)
                } else {
                    fillings.append(Filling(slot: slot, columns: [source]))
                }
            }
        }
        self.fillings = fillings
    }

    private static func source(_ use: ColumnUse, _ index: Int) -> (Source, RowSlot)? {
        switch use {
        case .field(let field, let slot): (Source(index: index, field: field), slot)
        case .repeated(let field, let slot, let separator):
            (Source(index: index, field: field, separator: separator), slot)
        case .rows(let field, let slot, let separator):
            (Source(index: index, field: field, separator: separator, isRowEach: true), slot)
        case .key, .base, .reference, .references: nil
        }
    }
}

/// Makes the data groups of one thing out of its lines, from one file or several.
struct GroupAssembly {
    private struct Piece {
        var slot: RowSlot
        var line: Int
        var row: FieldRow
        /// Fields whose values were left out.
        var dropped: [Field] = []
    }

    private var pieces: [Piece] = []
    private var lines = 0

    /// Adds what a line says.
    ///
    /// - Returns: the column of a value that means nothing without another one, and why; nil when all is well.
    mutating func add(_ row: TableRow, _ plan: GroupPlan) -> (column: Int, reason: String)? {
        lines += 1
        for filling in plan.fillings {
            var entries: [FieldRow.Entry] = []
            for source in filling.columns where !row.values[source.index].isEmpty {
                for entry in Self.entries(source, row.values[source.index]) {
                    if source.isRowEach {
                        pieces.append(Piece(slot: filling.slot, line: lines, row: FieldRow([entry])))
                    } else {
                        entries.append(entry)
                    }
                }
            }
            let dropped = filling.columns.filter { row.dropped.contains($0.index) }.map(\.field)
            guard !entries.isEmpty else {
                if !dropped.isEmpty { append([], to: filling.slot, dropped: dropped) }
                continue
            }
            if let essential = filling.slot.essential, !entries.contains(where: { $0.field == essential }) {
                let column = filling.columns.first { !row.values[$0.index].isEmpty }
                return (column?.index ?? 0, "is told without the value that it belongs to: add it or leave both empty")
            }
            entries += filling.slot.defaults.filter { known in !entries.contains { $0.field == known.field } }
            append(entries, to: filling.slot, dropped: dropped)
        }
        return nil
    }

    /// The groups asked for, whole and in that order; empty ones too.
    ///
    /// Equal rows stand once.
    func contents(of groups: [DataGroup]) -> [GroupContent] {
        groups.map { group in
            let ordered = pieces.filter { $0.slot.group == group }.enumerated().sorted { left, right in
                let (one, two) = (left.element, right.element)
                return (one.slot.section, one.line, one.slot.place, left.offset)
                    < (two.slot.section, two.line, two.slot.place, right.offset)
            }
            var rows: [FieldRow] = []
            for piece in ordered where !piece.element.row.isEmpty && !rows.contains(piece.element.row) {
                rows.append(piece.element.row)
            }
            return GroupContent(group, rows)
        }
    }

    /// The values that were left out of contents made by `contents(of:)`.
    func dropped(from contents: [GroupContent]) -> [DroppedValue] {
        pieces.flatMap { piece -> [DroppedValue] in
            guard let content = contents.first(where: { $0.group == piece.slot.group }) else { return [] }
            let row = piece.row.isEmpty ? nil : content.rows.firstIndex(of: piece.row)
            let beside = piece.row.isEmpty ? FieldRow(piece.slot.defaults) : piece.row
            return piece.dropped.map { DroppedValue(group: content.group, field: $0, row: row, beside: beside) }
        }
    }

    private static func entries(_ source: GroupPlan.Source, _ value: String) -> [FieldRow.Entry] {
        guard let separator = source.separator else { return [FieldRow.Entry(source.field, value)] }
        return value.split(separator: separator).map { FieldRow.Entry(source.field, CanonicalText.of(String($0))) }
    }

    private mutating func append(_ entries: [FieldRow.Entry], to slot: RowSlot, dropped: [Field]) {
        if slot.isShared, let known = pieces.firstIndex(where: { $0.slot == slot }) {
            pieces[known].row = FieldRow(pieces[known].row.entries + entries)
            pieces[known].dropped += dropped
        } else {
            pieces.append(Piece(slot: slot, line: lines, row: FieldRow(entries), dropped: dropped))
        }
    }
}
