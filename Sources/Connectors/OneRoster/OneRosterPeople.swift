import School

/// Reads the people of a package, whose facts are spread over several files in any order.
///
/// Users are taken in batches of a fixed size; for each batch the other files are read once and what they say of its
/// people is laid beside them, so that memory does not grow with the files. Staff, contacts and pupils come in turn;
/// faults of rows are told in the first turn.
struct OneRosterPeople {
    /// People joined at a time: more than any school has, at some tens of megabytes.
    static let batchSize = 32_768

    let source: OneRosterSource
    private let batchSize: Int

    init(_ source: OneRosterSource, batchSize: Int = OneRosterPeople.batchSize) {
        self.source = source
        self.batchSize = batchSize
    }

    var isDelta: Bool { source.isDelta == true }
    var hasRolesFile: Bool { source.package.manifest.version == .v12 }

    /// Hands out the people of `users.csv`.
    func read(_ receive: (SourceItem) throws -> Void) throws {
        guard source.filled.contains(.users) else { return }
        for kind in [EntityKind.teacher, .contact, .pupil] {
            let isFirst = kind == .teacher
            var tellsSides = isFirst
            var batch: [OneRosterPerson] = []
            func flush() throws {
                try join(&batch, kind, tellsFaults: tellsSides, receive)
                for person in batch { try emit(person, kind, tellsFaults: isFirst, receive) }
                tellsSides = false
                batch.removeAll(keepingCapacity: true)
            }
            try source.scan(.users, tellsFaults: isFirst, receive) { row in
                guard row.state == .active else {
                    if isFirst { try source.delete(deletedKinds(row), row, receive) }
                    return
                }
                batch.append(OneRosterPerson(row))
                if batch.count == batchSize { try flush() }
            }
            try flush()
        }
    }

    /// What a user was who is told as deleted: in 1.2 the row does not say.
    private func deletedKinds(_ row: OneRosterRow) -> [EntityKind] {
        let kinds = OneRosterRole.inUser(row).first.map { [$0.kind].compactMap(\.self) } ?? []
        return kinds.isEmpty ? [.pupil, .contact, .teacher] : kinds
    }

    /// Hands out rows about people who have no row in this package's `users.csv`.
    func readLoose(_ receive: (SourceItem) throws -> Void) throws {
        for file in [OneRosterFile.roles, .demographics, .syncdLinks] where source.filled.contains(file) {
            try source.scan(file, tellsFaults: !source.filled.contains(.users), receive) { row in
                let key = file == .demographics ? row.id : row["userSourcedId"]
                guard !source.users.contains(key.hashValue) else { return }
                guard isDelta, row.state == .active, file != .syncdLinks else {
                    let reason =
                        row.state == .active
                        ? "names somebody who is not in users.csv: add the person's row"
                        : "is told as deleted, and the person's own row is not in the package: add it"
                    return try receive(.issue(OneRosterSource.issue(row, in: file, "", reason, parks: true)))
                }
                try file == .roles ? role(row, receive) : demographics(row, receive)
            }
        }
    }

    /// A delta's role of a pupil whose own row did not change.
    private func role(_ row: OneRosterRow, _ receive: (SourceItem) throws -> Void) throws {
        let role = OneRosterRole(row)
        guard role.kind == .pupil else {
            let reason = "comes without the person's own row: a delta must bring both"
            return try receive(.issue(OneRosterSource.issue(row, in: .roles, "", reason, parks: true)))
        }
        let base = source.orgs.base(of: role.org)
        var content = OneRosterContent()
        content.add(
            .registration,
            row,
            entries: Self.entries(role, base: base),
            unknown: role.unknown + [.yearGroup]
        )
        try receive(
            .record(
                SourceRecord(
                    kind: .registration,
                    key: row["userSourcedId"],
                    base: base,
                    groups: content.contents([.registration]),
                    dropped: content.dropped,
                    references: [.init(kind: .base, key: base, field: "orgSourcedId")],
                    origin: row.origin
                )
            )
        )
    }

    /// A delta's birth date or sex of a pupil whose own row did not change.
    private func demographics(_ row: OneRosterRow, _ receive: (SourceItem) throws -> Void) throws {
        var content = OneRosterContent()
        content.add(
            .basicDetails,
            row,
            Self.demographicFields,
            entries: [.init(.sex, Self.sex(row["sex"]))],
            unknown: Self.nameFields + (row.isUnknown("sex") ? [.sex] : [])
        )
        try receive(
            .record(
                SourceRecord(
                    kind: .pupil,
                    isPart: true,
                    key: row.id,
                    base: nil,
                    groups: content.contents([.basicDetails]),
                    dropped: content.dropped,
                    origin: row.origin
                )
            )
        )
    }

    /// What a role says in a registration or among the roles of staff.
    static func entries(_ role: OneRosterRole, base: String, year: String = "") -> [FieldRow.Entry] {
        [
            .init(.roleBase, base), .init(.role, role.word), .init(.primaryRole, role.isPrimary),
            .init(.roleStart, role.begin), .init(.roleEnd, role.end), .init(.yearGroup, year),
        ]
    }

    static let demographicFields: KeyValuePairs<String, Field> = [
        "birthDate": .birthDate, "cityOfBirth": .birthPlace, "stateOfBirthAbbreviation": .birthRegion,
        "countryOfBirthCode": .birthCountry,
    ]

    /// What `users.csv` fills beside them.
    static let nameFields: [Field] = [
        .upn, .uln, .surname, .forename, .middleNames, .preferredSurname, .preferredForename,
    ]

    /// M and F; unspecified says nothing.
    static func sex(_ word: String) -> String {
        ["male": "M", "female": "F", "unspecified": ""][word] ?? word
    }
}
