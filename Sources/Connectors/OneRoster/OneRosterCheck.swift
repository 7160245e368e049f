import School

/// Checks a package against the standard, before anything is read for the import: all files, all rows, what they point at.
///
/// It keeps a hash of each sourcedId, so that its memory is some bytes for each row.
struct OneRosterCheck {
    private let package: OneRosterPackage
    private(set) var findings = OneRosterFindings()
    /// The organisations, for the reading.
    private(set) var orgs = OneRosterOrgs()
    /// Files that have rows.
    private(set) var filled: Set<OneRosterFile> = []

    private var ids: [OneRosterFile: Set<Int>] = [:]
    private var schools: [Int: Int] = [:]
    private var pending: [(target: Int, file: OneRosterFile, defect: OneRosterDefect)] = []

    /// Hashes of the sourcedIds in `users.csv`.
    var users: Set<Int> { ids[.users] ?? [] }

    /// Reads the whole package.
    ///
    /// - Throws: `SourceError` when the package cannot be read as such: `changed`, `unreadable`, or a broken archive.
    init(_ package: OneRosterPackage) throws {
        self.package = package
        for defect in package.defects { findings.add(defect) }
        for file in OneRosterFile.read where package.files[file] != nil {
            do {
                try check(file)
            } catch let error as SourceError where Self.isOfFile(error) {
                findings.add(
                    OneRosterDefect(
                        rule: .csv,
                        file: error.file,
                        line: error.line,
                        field: error.field,
                        reason: error.reason,
                        effect: .refuses
                    )
                )
            }
        }
        for open in pending where ids[open.file]?.contains(open.target) != true { findings.add(open.defect) }
        pending = []
    }

    private static func isOfFile(_ error: SourceError) -> Bool {
        [.encoding, .malformed, .tooLarge, .header].contains(error.code)
    }

    private var isDelta: Bool { package.manifest.mode == .delta }

    private mutating func check(_ file: OneRosterFile) throws {
        var reader = OneRosterReader(
            file,
            try package.open(file),
            version: package.manifest.version,
            isDelta: package.manifest.modes[file] == .delta
        )
        for defect in reader.headerDefects { findings.add(defect) }
        var found = Set<Int>()
        var rowDefects: [OneRosterDefect] = []
        while let row = try reader.next({ rowDefects.append($0) }) {
            for defect in rowDefects { findings.add(defect) }
            rowDefects.removeAll(keepingCapacity: true)
            guard !row.id.isEmpty else { continue }
            if !found.insert(row.id.hashValue).inserted {
                let reason = "stands on a row before this one, too: each record has a sourcedId of its own"
                findings.add(reader.defect(row, .uniqueID, "sourcedId", reason, .waived))
            }
            if file == .orgs { orgs.add(row) }
            if !isDelta { checkReferences(row, file, found, reader) }
        }
        ids[file] = found
        if reader.rowCount > 0 {
            filled.insert(file)
        } else {
            let reason = "has a header and no rows: say absent in the manifest and leave the file out"
            findings.add(OneRosterDefect(rule: .hasRows, file: reader.file, line: 1, reason: reason, effect: .waived))
        }
    }

    /// A bulk package holds everything that its rows name.
    private mutating func checkReferences(
        _ row: OneRosterRow,
        _ file: OneRosterFile,
        _ found: Set<Int>,
        _ reader: borrowing OneRosterReader
    ) {
        for column in reader.columns {
            guard let target = column.refersTo else { continue }
            for key in row.list(column.name) {
                let hash = key.hashValue
                if target == file ? found.contains(hash) : ids[target]?.contains(hash) == true { continue }
                let reason =
                    package.files[target] == nil
                    ? "names a row of \(target.name), which is not in the package: a bulk package must be complete"
                    : "names a row that is not in \(target.name): a bulk package must be complete"
                let defect = reader.defect(row, .reference, column.name, reason, .waived)
                // The row may still come: in this file, or in one that is read after it.
                let isOpen = target == file || (ids[target] == nil && package.files[target] != nil)
                if isOpen { pending.append((hash, target, defect)) } else { findings.add(defect) }
            }
        }
        switch file {
        case .classes:
            schools[row.id.hashValue] = row["schoolSourcedId"].hashValue
            checkSchool(row, reader)
        case .enrollments:
            let school = row["schoolSourcedId"]
            guard !school.isEmpty, let right = schools[row["classSourcedId"].hashValue], right != school.hashValue
            else { return checkSchool(row, reader) }
            let reason = "is another school than the class's"
            findings.add(reader.defect(row, .sameSchool, "schoolSourcedId", reason, .waived))
        default: break
        }
    }

    private mutating func checkSchool(_ row: OneRosterRow, _ reader: borrowing OneRosterReader) {
        guard let type = orgs.type(of: row["schoolSourcedId"]), type != "school" else { return }
        let reason = "names an organisation that is no school but a \(type)"
        findings.add(reader.defect(row, .schoolOrg, "schoolSourcedId", reason, .waived))
    }
}
