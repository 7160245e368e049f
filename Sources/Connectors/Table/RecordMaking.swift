import School

extension TableReader {
    /// The record that a line makes; nil and an issue when values that belong together do not.
    func record(_ row: TableRow, plan: GroupPlan, _ report: (RowIssue) throws -> Void) rethrows
        -> SourceRecord?
    {
        guard let kind = table.kind, let key = key(of: row) else { return nil }
        var assembly = GroupAssembly()
        if let fault = assembly.add(row, plan) {
            try report(issue(row, field: name(of: fault.column), reason: fault.reason, parks: true))
            return nil
        }
        let contents = assembly.contents(of: plan.groups)
        return SourceRecord(
            kind: kind,
            key: key,
            base: base(of: row),
            groups: contents,
            dropped: assembly.dropped(from: contents),
            references: references(of: row),
            origin: SourceRecord.Origin(file: file, line: row.line)
        )
    }

    /// The base that a line names.
    func base(of row: TableRow) -> String? {
        for (index, column) in table.columns.enumerated() {
            for case .base in column.uses where !row.values[index].isEmpty { return row.values[index] }
        }
        return nil
    }

    /// What a line points at, in the order of the columns; the person first, who owns a row that has no stream.
    func references(of row: TableRow) -> [SourceRecord.Reference] {
        var references: [SourceRecord.Reference] = []
        for (index, column) in table.columns.enumerated() where !row.values[index].isEmpty {
            for use in column.uses {
                switch use {
                case .reference(let kind):
                    references.append(.init(kind: kind, key: row.values[index], field: name(of: index)))
                case .references(let kind, let separator):
                    for part in row.values[index].split(separator: separator) {
                        let key = CanonicalText.of(String(part))
                        references.append(.init(kind: kind, key: key, field: name(of: index)))
                    }
                case .key, .base, .field, .repeated, .rows: break
                }
            }
        }
        return references.filter(\.kind.isPerson) + references.filter { !$0.kind.isPerson }
    }

    /// Tells a header without rows: most often an export that stopped.
    func reportIfEmpty(_ report: (RowIssue) throws -> Void) rethrows {
        guard rowCount == 0 else { return }
        try report(
            RowIssue(
                file: file,
                line: 1,
                field: "",
                reason: "holds a header and no rows: check that the export ran to its end",
                effect: .noted,
                kinds: table.subject.kinds
            )
        )
    }
}

extension EntityKind {
    /// A pupil, a member of staff or a contact.
    var isPerson: Bool { self == .pupil || self == .teacher || self == .contact }
}
