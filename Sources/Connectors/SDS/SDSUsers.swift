import School

/// Reads the people of versions 2 and 2.1, whose facts are spread over several files in any order.
///
/// Users are taken in batches of a fixed size; for each batch the other files are read once and what they say of its
/// people is laid beside them. So memory does not grow with the files, and a school's whole set is one batch. Staff,
/// contacts and pupils come in turn, which reads the files once for each; faults of lines are told in the first turn.
struct SDSUsers {
    /// People joined at a time: more than any school has, at some tens of megabytes.
    static let batchSize = 32_768

    let source: SDSFolder
    private let batchSize: Int

    init(_ source: SDSFolder, batchSize: Int = SDSUsers.batchSize) {
        self.source = source
        self.batchSize = batchSize
    }

    func read(_ receive: (SourceItem) throws -> Void) throws {
        var matches = SDSMatches()
        for kind in [EntityKind.teacher, .contact, .pupil] {
            try readTurn(kind, &matches, tellsFaults: kind == .teacher, receive)
        }
    }

    private func readTurn(
        _ kind: EntityKind,
        _ matches: inout SDSMatches,
        tellsFaults: Bool,
        _ receive: (SourceItem) throws -> Void
    ) throws {
        let tables = SDSUserTables(kind: kind)
        let plan = try plans(source.version == .v2 ? tables.users2 : tables.users21, kind)
        var table = Self.ofAnybody(source.version == .v2 ? \.users2 : \.users21, as: kind)
        // A person's own line: all that is known of the person stays.
        table.concerns = []
        var reader = try source.open(table)
        if tellsFaults { try SDSFolder.noteStrangers(reader, receive) }
        var batch: [SDSPerson] = []
        var isFirstBatch = true
        while let row = try reader.next({ if tellsFaults { try receive(.issue($0)) } }) {
            guard !row.isParked, let key = reader.key(of: row) else { continue }
            batch.append(SDSPerson(key: key, user: row))
            if batch.count == batchSize {
                try join(&batch, kind, &matches, tellsFaults: tellsFaults && isFirstBatch, receive)
                try emit(batch, plan, reader, tellsFaults: tellsFaults, receive)
                (batch, isFirstBatch) = ([], false)
            }
        }
        try join(&batch, kind, &matches, tellsFaults: tellsFaults && isFirstBatch, receive)
        try emit(batch, plan, reader, tellsFaults: tellsFaults, receive)
        guard tellsFaults else { return }
        try reader.reportIfEmpty { try receive(.issue($0)) }
        try tellUnmatched(matches, receive)
    }

    /// Finds out which columns the files have.
    private func plans(_ users: Table, _ kind: EntityKind) throws -> SDSPersonPlans {
        let tables = SDSUserTables(kind: kind)
        func plan(_ table: Table) throws -> GroupPlan? {
            guard source.files[table.file] != nil else { return nil }
            let reader = try source.open(table)
            return GroupPlan(table) { reader.has($0) }
        }
        let reader = try source.open(users)
        return SDSPersonPlans(
            kind: kind,
            user: GroupPlan(users) { reader.has($0) },
            roles: try plan(tables.roles),
            demographics: try plan(tables.demographics),
            flags: try plan(tables.userFlags),
            links: kind == .pupil ? try plan(SDSUserTables.relationships) : nil
        )
    }
}
