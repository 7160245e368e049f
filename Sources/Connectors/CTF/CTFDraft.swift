import School

/// A data group as a file tells it, perhaps in part: what is not sent stays as it is known.
struct CTFDraft {
    /// Rows of one sort inside a group, such as its phones: sent together or not at all.
    struct List {
        /// Fields that a row of this sort has.
        var fields: Set<Field>
        /// The rows; nil when nothing was sent.
        var rows: [FieldRow]?
    }

    let group: DataGroup
    /// The values of the row that stands once.
    var single: [FieldRow.Entry] = []
    /// The fields of that row.
    var singleFields: [Field]
    /// Fields of that row whose values broke their form.
    var faulty: Set<Field> = []
    var lists: [List] = []

    /// Begins a group.
    ///
    /// - Parameter fields: those of the row that stands once.
    init(_ group: DataGroup, _ fields: [Field] = []) {
        self.group = group
        singleFields = fields
        single.reserveCapacity(fields.count)
    }

    /// True when anything of the group was sent.
    var isTold: Bool { !single.isEmpty || lists.contains { $0.rows != nil } }

    /// Adds a value of the single row.
    mutating func add(_ field: Field, _ value: String?) {
        if let value { single.append(FieldRow.Entry(field, value)) }
    }

    /// The group, whole.
    ///
    /// - Parameters:
    ///   - known: the group as it is known.
    ///   - keepsUnsent: what was not sent stays; otherwise only what was sent and could not be read.
    func content(keeping known: GroupContent?, unsent keepsUnsent: Bool) -> GroupContent {
        var entries = single
        var rows: [FieldRow] = []
        for field in singleFields where known != nil && (keepsUnsent || faulty.contains(field)) {
            guard let known, !single.contains(where: { $0.field == field }),
                let value = known.rows.lazy.compactMap({ $0[field] }).first
            else { continue }
            entries.append(FieldRow.Entry(field, value))
        }
        rows.append(FieldRow(entries))
        for list in lists {
            rows += list.rows ?? (keepsUnsent ? known?.rows.filter { list.holds($0) } ?? [] : [])
        }
        return GroupContent(group, rows)
    }

    /// True when keeping what is known changes the group.
    func needsKnown(unsent keepsUnsent: Bool) -> Bool {
        !faulty.isEmpty
            || keepsUnsent && (single.count < singleFields.count || lists.contains { $0.rows == nil })
    }
}

extension CTFDraft.List {
    fileprivate func holds(_ row: FieldRow) -> Bool { row.entries.contains { fields.contains($0.field) } }
}
