import School

/// One row of a data group that a line of a file fills: lines with several phones fill several.
struct RowSlot: Sendable, Hashable {
    /// The group.
    var group: DataGroup
    /// Sections stand in this order in the group: people, then addresses, then phones, then e-mails.
    var section = 0
    /// Place among the slots of one section and line.
    var place = 0
    /// All lines about a thing, of whatever file, fill this one row together.
    var isShared = false
    /// What the row also says once it says anything, unless the line tells otherwise.
    var defaults: [FieldRow.Entry] = []
    /// Without this field the row means nothing, and a line that fills only the rest is at fault.
    var essential: Field?
}

/// What becomes of a column's value.
enum ColumnUse: Sendable {
    /// Part of the record's key, in the order of the columns.
    case key
    /// The base that the record belongs to.
    case base
    /// Points at another record.
    case reference(EntityKind)
    /// Points at several, joined with a separator.
    case references(EntityKind, separator: Character)
    /// A field of a row.
    case field(Field, RowSlot)
    /// A field that repeats inside a row.
    case repeated(Field, RowSlot, separator: Character)
    /// A row for each part.
    case rows(Field, RowSlot, separator: Character)
}

/// What happens to a line whose value breaks the column's form.
enum FaultEffect: Sendable, Equatable {
    /// The line waits.
    case parkRow
    /// The value is left out, the line goes in.
    case dropValue
    /// The line goes in as it stands; the fault is told.
    case keepValue
    /// The line goes in with this value, which keeps a child safe, and the fault is told (rulings 11).
    case takeSafe(String)
}

/// A column of a file: its names, what it holds, where it goes.
struct Column: Sendable {
    /// The names it has in files; the first is the one in messages where the file lacks it.
    var names: [String]
    /// What it holds.
    var form: ValueForm
    /// The file is refused without the column; a line without the value is parked.
    var isRequired: Bool
    /// What a value of another form does to its line.
    ///
    /// Required columns park it.
    var onFault: FaultEffect
    /// Where the value goes.
    var uses: [ColumnUse]
    /// Its values are never looked at.
    var isReadPast = false

    /// A column that every line must fill.
    static func required(_ names: String..., form: ValueForm, _ uses: ColumnUse...) -> Column {
        Column(names: names, form: form, isRequired: true, onFault: .parkRow, uses: uses)
    }

    /// A column that may be missing or empty.
    static func optional(
        _ names: String...,
        form: ValueForm,
        onFault: FaultEffect,
        _ uses: ColumnUse...
    ) -> Column {
        Column(names: names, form: form, isRequired: false, onFault: onFault, uses: uses)
    }

    /// A column that says whether a child is kept safe: what cannot be read there counts as yes (rulings 11).
    static func safeguard(_ name: String, isRequired: Bool = false, _ field: Field, _ slot: RowSlot) -> Column {
        Column(
            names: [name],
            form: .boolean,
            isRequired: isRequired,
            onFault: .takeSafe("true"),
            uses: [.field(field, slot)]
        )
    }

    /// The value that stands in the place of one that cannot be read; nil for a column that has none.
    var safeValue: String? {
        if case .takeSafe(let value) = onFault { value } else { nil }
    }

    /// A column whose values are never looked at: passwords.
    static func readPast(_ name: String) -> Column {
        Column(names: [name], form: .text, isRequired: false, onFault: .dropValue, uses: [], isReadPast: true)
    }
}

/// A file of a format: which one, what a line is about, its columns.
struct Table: Sendable {
    /// What a column that the format does not know does.
    enum UnknownColumns: Sendable {
        case refused, noted
    }

    /// The file's name.
    var file: String
    /// What a line is about; nil where the line alone does not tell.
    var kind: EntityKind?
    /// What a line may be about where it alone does not tell.
    var people: Set<EntityKind> = []
    /// The groups that a faulty line concerns, where those are not the table's own.
    var concerns: Set<DataGroup>?
    /// The columns, in the order in which keys and references are made of them.
    var columns: [Column]
    /// How strict the header is; a strict one also counts capitals.
    var unknownColumns: UnknownColumns

    /// A line's kinds and groups, as an issue of it names them; no group stands for all that is known of the thing.
    var subject: (kinds: Set<EntityKind>, groups: Set<DataGroup>) {
        let own = groups { _ in true }
        return (kind.map { [$0] } ?? people, concerns ?? (own.count == 1 ? own : []))
    }

    /// Every column but the key has a safe value: a line that names its thing is never held back.
    var isSafeguard: Bool {
        columns.allSatisfy { column in
            column.safeValue != nil || column.uses.contains { if case .key = $0 { true } else { false } }
        }
    }

    /// The groups that the columns of a header fill.
    func groups(where isPresent: (Int) -> Bool) -> Set<DataGroup> {
        var groups: Set<DataGroup> = []
        for (index, column) in columns.enumerated() where isPresent(index) {
            for use in column.uses {
                switch use {
                case .field(_, let slot), .repeated(_, let slot, _), .rows(_, let slot, _): groups.insert(slot.group)
                case .key, .base, .reference, .references: break
                }
            }
        }
        return groups
    }
}
