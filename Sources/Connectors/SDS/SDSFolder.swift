import School

/// A folder of School Data Sync CSV files, version 1 (US or UK headers), 2 or 2.1 (`schemas/exchange/sds.md`).
///
/// The version is recognised by the file names; a mixture is refused. Passwords are read past and never kept.
public struct SDSFolder: RecordSource {
    /// The name that `--format` takes.
    public let format = "sds-csv"
    /// What the files speak for: the groups whose columns the headers have.
    public let coverage: Coverage

    let folder: SourceFolder
    let version: SDSVersion
    /// Names in the folder by the format's names.
    let files: [String: String]
    let order: DateOrder?
    private let strangers: [String]

    /// Looks at a folder and at the headers of its files.
    ///
    /// - Parameters:
    ///   - path: the folder with the unpacked files.
    ///   - dateOrder: the order of slash dates; nil reads ISO dates only, and refuses the set at the first other one.
    /// - Throws: `SourceError`: what `CSVReader.open` refuses, `format`, `missing`, `header`.
    public init(path: String, dateOrder: DateOrder?) throws(SourceError) {
        folder = try SourceFolder(path: path)
        order = dateOrder
        (version, files, strangers) = try SDSVersion.recognise(folder.names, folder: folder.name)
        var groups: [EntityKind: Set<DataGroup>] = [:]
        for table in SDSTables.of(version) {
            guard let name = files[table.file], let kind = table.kind else { continue }
            // Without relationships nobody is known as a contact, so nothing is said of contacts.
            guard kind != .contact || files[SDSUserTables.relationships.file] != nil else { continue }
            let reader = try folder.open(table, as: name, order: dateOrder)
            try SDSTables.checkVersion(reader, version)
            groups[kind, default: []].formUnion(table.groups { reader.has($0) })
        }
        coverage = Coverage(groups)
    }

    /// Reads all files once, in dependency order.
    public func read(_ receive: (SourceItem) throws -> Void) throws {
        for stranger in strangers {
            let issue = RowIssue(
                file: stranger,
                line: 0,
                field: "",
                reason: "is no file of this format: it was left alone",
                effect: .noted
            )
            try receive(.issue(issue))
        }
        switch version {
        case .v1:
            for table in SDSTables1.all where files[table.file] != nil { try read(table, receive) }
        case .v2, .v21:
            for table in [SDSTables2.orgs, SDSTables2.academicSessions, SDSTables2.courses, SDSTables2.classes] {
                if files[table.file] != nil { try read(table, receive) }
            }
            try SDSUsers(self).read(receive)
            if files[SDSTables2.classes.file] != nil {
                try readMembers(.enrolment, receive)
                try readMembers(.teaching, receive)
            }
        }
    }

    func open(_ table: Table) throws(SourceError) -> TableReader {
        try folder.open(table, as: files[table.file] ?? table.file, order: order)
    }

    /// Reads a file whose lines are things of their own.
    private func read(_ table: Table, _ receive: (SourceItem) throws -> Void) throws {
        var reader = try open(table)
        try Self.noteStrangers(reader, receive)
        let plan = GroupPlan(table) { reader.has($0) }
        while let row = try reader.next({ try receive(.issue($0)) }) {
            guard !row.isParked, var record = try reader.record(row, plan: plan, { try receive(.issue($0)) }) else {
                continue
            }
            if table.kind == .base { try addDfENumber(to: &record, reader, receive) }
            try receive(.record(record))
        }
        try reader.reportIfEmpty { try receive(.issue($0)) }
    }

    /// UK files key schools by DfE number, which is then also an attribute of the school.
    private func addDfENumber(
        to record: inout SourceRecord,
        _ reader: borrowing TableReader,
        _ receive: (SourceItem) throws -> Void
    ) throws {
        guard reader.name(of: 0).lowercased() == "dfe number" else { return }
        guard let number = try? LAESTAB(record.key) else {
            let issue = RowIssue(
                file: record.origin.file,
                line: record.origin.line,
                field: reader.name(of: 0),
                reason: "is no DfE number of seven digits: it is kept as the school's key only",
                effect: .noted,
                kinds: [.base],
                key: record.key,
                rule: IssueRule(.laestabInvalid)
            )
            try receive(.issue(issue))
            return
        }
        for index in record.groups.indices where record.groups[index].group == .baseDetails {
            record.groups[index].rows[0][.dfeNumber] = number.description
        }
    }

    /// Reads one kind of the members of classes; what is wrong with lines is told with the pupils alone.
    private func readMembers(_ kind: EntityKind, _ receive: (SourceItem) throws -> Void) throws {
        let table = SDSTables2.enrollments(as: kind)
        var reader = try open(table)
        let isFirst = kind == .enrolment
        if isFirst { try Self.noteStrangers(reader, receive) }
        let plan = GroupPlan(table) { reader.has($0) }
        while let row = try reader.next({ if isFirst { try receive(.issue($0)) } }) {
            guard !row.isParked else { continue }
            let isPupil = SDSRole(row.values[SDSTables2.memberRole]) == .pupil
            guard isPupil == (kind == .enrolment) else { continue }
            if let record = try reader.record(row, plan: plan, { try receive(.issue($0)) }) {
                try receive(.record(record))
            }
        }
        if isFirst { try reader.reportIfEmpty { try receive(.issue($0)) } }
    }

    static func noteStrangers(_ reader: borrowing TableReader, _ receive: (SourceItem) throws -> Void) throws {
        for stranger in reader.strangers {
            let issue = RowIssue(
                file: reader.file,
                line: 1,
                field: stranger.label,
                reason: "is no column of School Data Sync: it was read past",
                effect: .noted,
                kinds: reader.table.subject.kinds
            )
            try receive(.issue(issue))
        }
    }
}
