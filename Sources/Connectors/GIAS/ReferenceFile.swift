import School

/// A file of a public list, read into memory: the longest has some 52,000 rows.
struct ReferenceFile {
    /// Rows that are taken from one file: ten times the longest list.
    private static let rowsMax = 500_000

    /// The file and its columns.
    let table: Table
    /// Where it is.
    let path: String

    /// Reads all rows.
    ///
    /// - Parameters:
    ///   - progress: told how many rows have been read, now and then.
    ///   - row: makes a row of a line's values; throws for a value that breaks a rule beyond its column's form.
    /// - Throws: `SourceError` for a file that is refused.
    func read<Row: ReferenceRow>(
        progress: (Int) -> Void,
        _ row: (TableRow) -> Row
    ) throws -> ReferenceExtract<Row> {
        var reader = try TableReader.open(table, path: path, order: .dmy, form: .published)
        var extract = ReferenceExtract<Row>(file: reader.file)
        for (index, column) in table.columns.enumerated() where !reader.has(index) {
            extract.missingColumns.insert(column.names[0])
        }
        while let line = try reader.next({ extract.note($0) }) {
            extract.lines += 1
            guard extract.lines <= Self.rowsMax else {
                throw SourceError(.tooLarge, file: reader.file, line: line.line, "has more rows than there are schools")
            }
            if extract.lines.isMultiple(of: 5_000) { progress(extract.lines) }
            if !line.isParked { extract.add(row(line), line: line.line) }
        }
        guard extract.lines > 0 else {
            throw SourceError(.format, file: reader.file, line: 1, "holds a header and no rows: download it again")
        }
        return extract
    }
}
