import School

/// Which lines of the files beside `users.csv` belong to somebody in it: one truth value a line.
struct SDSMatches {
    private var lines: [String: [Bool]] = [:]

    /// Remembers that a line, counted from 0, found its person.
    mutating func set(_ number: Int, of file: String) {
        var known = lines[file] ?? []
        lines[file] = nil
        if number >= known.count { known.append(contentsOf: repeatElement(false, count: number + 1 - known.count)) }
        known[number] = true
        lines[file] = known
    }

    /// True when a line found its person.
    func has(_ number: Int, of file: String) -> Bool {
        guard let known = lines[file], number < known.count else { return false }
        return known[number]
    }
}

extension SDSUsers {
    /// Lays beside the people of a batch what the other files say of them.
    func join(
        _ batch: inout [SDSPerson],
        _ kind: EntityKind,
        _ matches: inout SDSMatches,
        tellsFaults: Bool,
        _ receive: (SourceItem) throws -> Void
    ) throws {
        guard source.version == .v21 else {
            // Version 2 says the role in the user's own line, in the place that it has in the other version's file.
            for index in batch.indices { batch[index].roles = [batch[index].user] }
            return
        }
        let people = Dictionary(grouping: batch.indices) { batch[$0].key }
        let sides: [(Table, WritableKeyPath<SDSPerson, [TableRow]>)] = [
            (Self.ofAnybody(\.roles, as: kind), \.roles),
            (Self.ofAnybody(\.demographics, as: kind), \.demographics),
            (Self.ofAnybody(\.userFlags, as: kind), \.flags),
            (SDSUserTables.relationships, \.links),
        ]
        for (table, place) in sides where source.files[table.file] != nil {
            try scan(table, tellsFaults: tellsFaults, receive) { number, row in
                let key = row.values[SDSUserTables.key]
                if place == \.links {
                    for index in people[row.values[SDSUserTables.related]] ?? [] { batch[index].namedBy.append(key) }
                }
                guard let known = people[key] else { return }
                matches.set(number, of: table.file)
                for index in known { batch[index][keyPath: place].append(row) }
            }
        }
    }

    /// Tells the lines about people who are not in `users.csv`.
    func tellUnmatched(_ matches: SDSMatches, _ receive: (SourceItem) throws -> Void) throws {
        guard source.version == .v21 else { return }
        let tables = SDSUserTables(kind: .pupil)
        for table in [tables.roles, tables.demographics, tables.userFlags, SDSUserTables.relationships] {
            guard source.files[table.file] != nil else { continue }
            try scan(table, tellsFaults: false, receive) { number, row in
                guard !matches.has(number, of: table.file) else { return }
                let issue = RowIssue(
                    file: table.file,
                    line: row.line,
                    field: table.columns[SDSUserTables.key].names[0],
                    reason: "names somebody who is not in users.csv: add the person or remove the line",
                    effect: .parked,
                    rule: .referenceMissing,
                    value: row.values[SDSUserTables.key]
                )
                try receive(.issue(issue))
            }
        }
    }

    /// A table whose lines may be about any kind of person, for telling what is wrong with them.
    static func ofAnybody(_ table: (SDSUserTables) -> Table, as kind: EntityKind) -> Table {
        var told = table(SDSUserTables(kind: kind))
        told.kind = nil
        told.people = [.pupil, .teacher, .contact]
        var groups: Set<DataGroup> = []
        for kind in told.people { groups.formUnion(table(SDSUserTables(kind: kind)).groups { _ in true }) }
        told.concerns = groups
        return told
    }

    /// The school of the first pupil, by key, who names each contact of a batch: contacts have none of their own.
    func bases(ofContacts batch: [SDSPerson]) throws -> [String: String] {
        var wanted: [String: (rank: (Int, String), org: String)] = [:]
        for person in batch {
            if let pupil = person.namedBy.min() { wanted[pupil] = ((2, ""), "") }
        }
        guard !wanted.isEmpty else { return [:] }
        try scan(SDSUserTables(kind: .pupil).roles, tellsFaults: false, { _ in }) { _, row in
            let key = row.values[SDSUserTables.key]
            let isPupil = SDSRole(row.values[SDSUserTables.role]) == .pupil
            let rank = SDSPerson.rank(row)
            guard isPupil, let best = wanted[key], rank < best.rank else { return }
            wanted[key] = (rank, row.values[SDSUserTables.roleOrg])
        }
        return wanted.compactMapValues { $0.org.isEmpty ? nil : $0.org }
    }

    /// Hands out the lines of a file that are not parked, counted from 0.
    private func scan(
        _ table: Table,
        tellsFaults: Bool,
        _ receive: (SourceItem) throws -> Void,
        _ body: (Int, TableRow) throws -> Void
    ) throws {
        var reader = try source.open(table)
        if tellsFaults { try SDSFolder.noteStrangers(reader, receive) }
        while let row = try reader.next({ if tellsFaults { try receive(.issue($0)) } }) {
            if !row.isParked { try body(reader.rowCount - 1, row) }
        }
        if tellsFaults { try reader.reportIfEmpty { try receive(.issue($0)) } }
    }
}
