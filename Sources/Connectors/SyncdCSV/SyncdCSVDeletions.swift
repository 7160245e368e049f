import School

/// Reads `deletions.csv`: what the MIS itself has deleted.
enum SyncdCSVDeletions {
    private static let (kind, key, member, groups) = (0, 1, 2, 3)

    private static let table = Table(
        file: SyncdCSVArea.deletions + ".csv",
        kind: nil,
        columns: [
            .required("kind", form: .code(CodeSet("kind of deletion", codes: kinds.joined(separator: " ")))),
            .required("key", form: .key), .optional("member_key", form: .key, onFault: .parkRow),
            .optional("groups", form: .line, onFault: .parkRow),
        ],
        unknownColumns: .refused
    )

    private static let kinds = [
        "pupil", "contact", "teacher", "class", "term", "enrolment", "teaching", "registration",
    ]
    private static let composite: [EntityKind] = [.term, .enrolment, .teaching, .registration]

    static func open(_ folder: SourceFolder) throws(SourceError) -> TableReader {
        try folder.open(table, as: table.file, order: nil)
    }

    /// Hands out the deletions.
    ///
    /// - Returns: the number of rows in the file.
    static func read(_ folder: SourceFolder, _ bases: [String], _ receive: (SourceItem) throws -> Void) throws -> Int {
        var reader = try open(folder)
        while let row = try reader.next({ try receive(.issue($0)) }) {
            guard !row.isParked, let found = EntityKind.allCases.first(where: { $0.name == row.values[kind] }) else {
                continue
            }
            if let fault = fault(row, found, bases) {
                try receive(.issue(reader.issue(row, fault)))
                continue
            }
            let parts = composite.contains(found) ? [row.values[key], row.values[member]] : [row.values[key]]
            let deletion = SourceItem.deletion(
                kind: found,
                key: parts.joined(separator: "\u{1F}"),
                groups: Self.groups(row.values[groups]).compactMap(\.group),
                origin: SourceRecord.Origin(file: reader.file, line: row.line)
            )
            try receive(deletion)
        }
        try reader.reportIfEmpty { try receive(.issue($0)) }
        return reader.rowCount
    }

    private static func fault(_ row: TableRow, _ found: EntityKind, _ bases: [String]) -> RowFault? {
        if composite.contains(found) == row.values[member].isEmpty {
            return RowFault(
                column: "member_key",
                reason: row.values[member].isEmpty
                    ? "is empty: this kind has a key of two parts" : "is told for a kind whose key has one part"
            )
        }
        if found == .term, !bases.contains(row.values[key]) {
            return RowFault(column: "key", reason: "names a base that the manifest does not list: correct it")
        }
        if found == .registration, !bases.contains(row.values[member]) {
            return RowFault(column: "member_key", reason: "names a base that the manifest does not list: correct it")
        }
        let named = Self.groups(row.values[groups])
        if !named.isEmpty, found != .pupil {
            return RowFault(column: "groups", reason: "is told for something other than a pupil: leave it empty")
        }
        if named.contains(where: { $0.group == nil }) {
            return RowFault(
                column: "groups",
                reason: "names a group that pupils do not have: use " + pupilGroups.map(\.name).joined(separator: ", ")
            )
        }
        return nil
    }

    private static let pupilGroups: [DataGroup] = [
        .address, .contacts, .registration, .sen, .fsm, .lookedAfter, .characteristics, .protection, .attendance,
        .classMembership, .attainment,
    ]

    private static func groups(_ list: String) -> [(name: Substring, group: DataGroup?)] {
        list.split(separator: ";").map { name in (name, pupilGroups.first { $0.name == name }) }
    }
}
