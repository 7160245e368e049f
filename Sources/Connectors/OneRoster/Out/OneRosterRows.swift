/// The rows of a package that goes out, file by file, each record once, in the order of their ids.
///
/// In memory: a package is one school's.
struct OneRosterRows {
    /// What the rows of the package are.
    let mode: OneRosterManifest.Mode
    /// `dateLastModified` of a delta's rows.
    private let time: String
    private var rows: [OneRosterFile: [String: Row]] = [:]

    /// A record.
    private struct Row {
        var isDeleted: Bool
        var values: [String: String]
    }

    init(_ mode: OneRosterManifest.Mode, time: String) {
        self.mode = mode
        self.time = time
    }

    /// Adds a record that is there; it takes the place of what was said of it before.
    mutating func add(_ file: OneRosterFile, _ id: String, _ values: [String: String]) {
        rows[file, default: [:]][id] = Row(isDeleted: false, values: values)
    }

    /// Adds that a record is to be deleted, unless the package says that it is there.
    ///
    /// A bulk package says so by having no row.
    mutating func delete(_ file: OneRosterFile, _ id: String, _ values: [String: String]) {
        guard mode == .delta, rows[file]?[id] == nil else { return }
        rows[file, default: [:]][id] = Row(isDeleted: true, values: values)
    }

    /// What is said of a record so far; nil for nothing, and for one to be deleted.
    func values(_ file: OneRosterFile, _ id: String) -> [String: String]? {
        rows[file]?[id].flatMap { $0.isDeleted ? nil : $0.values }
    }

    /// How many rows each file has; files without rows are left out.
    var counts: [OneRosterFile: Int] { rows.mapValues(\.count).filter { $0.value > 0 } }

    /// Records that are there, by file and id: the values that are not blank.
    var records: [OneRosterFile: [String: [String: String]]] {
        rows.mapValues { rows in rows.filter { !$0.value.isDeleted }.mapValues { $0.values.filter { $0.value != "" } } }
    }

    /// The files of the package, the manifest first, then in the order of their dependencies.
    func files(source: (name: String, code: String)) -> [(name: String, bytes: [UInt8])] {
        let filled = counts
        var files = [(OneRosterManifest.file, manifest(source, filled))]
        for file in OneRosterFile.allCases where filled[file] != nil { files.append((file.name, table(file))) }
        return files
    }

    private func manifest(_ source: (name: String, code: String), _ filled: [OneRosterFile: Int]) -> [UInt8] {
        var writer = CSVWriter(for: .people)
        writer.write(["propertyName", "value"])
        writer.write(["manifest.version", "1.0"])
        writer.write(["oneroster.version", OneRosterVersion.v12.rawValue])
        // The standard has them in alphabetical order; our own file comes after.
        let told = OneRosterFile.allCases.filter { $0.mustBeTold(in: .v12) }
            .sorted { $0.rawValue.lowercased() < $1.rawValue.lowercased() }
        for file in told { writer.write([file.property, filled[file] == nil ? "absent" : mode.rawValue]) }
        if filled[.syncdLinks] != nil { writer.write([OneRosterFile.syncdLinks.property, mode.rawValue]) }
        writer.write(["source.systemName", source.name])
        writer.write(["source.systemCode", source.code])
        return writer.bytes
    }

    private func table(_ file: OneRosterFile) -> [UInt8] {
        let columns = file.columns(.v12).map(\.name)
        var writer = CSVWriter(for: .people)
        writer.write(columns)
        for (id, row) in (rows[file] ?? [:]).sorted(by: { $0.key < $1.key }) {
            let isDelta = mode == .delta
            let head = [id, isDelta ? (row.isDeleted ? "tobedeleted" : "active") : "", isDelta ? time : ""]
            writer.write(head + columns.dropFirst(head.count).map { OneRosterWords.line(row.values[$0] ?? "") })
        }
        return writer.bytes
    }
}
