import School

/// A line of a file, with its values in canonical form in the order of the table's columns.
struct TableRow {
    /// Where it begins.
    var line: Int
    /// One for each column of the table; empty where the file or the line has none.
    var values: [String]
    /// A rule was broken that holds the line back; what could be read stands in the values.
    var isParked: Bool
    /// Columns whose values broke their form and were left out.
    var dropped: Set<Int> = []
}

/// Reads a file as a table: finds its columns in the header, brings values into canonical form, tells what is wrong.
struct TableReader: ~Copyable {
    let table: Table
    private let order: DateOrder?
    private var csv: CSVReader
    /// For each column of the table, its place in the file.
    private let places: [Int?]
    private var dates = DateEvidence()

    /// Opens a file and reads its header.
    ///
    /// - Throws: `SourceError` for a file that is refused; `header` when a required column is missing or an unknown one
    ///   stands in a format that knows all its columns.
    static func open(
        _ table: Table,
        path: String,
        order: DateOrder?,
        form: InputForm = .plain
    ) throws(SourceError) -> TableReader {
        let csv = try CSVReader.open(path: path, form: form)
        let isStrict = table.unknownColumns == .refused
        let header = isStrict ? csv.header : csv.header.map { $0.lowercased() }
        var places: [Int?] = []
        for column in table.columns {
            let names = isStrict ? column.names : column.names.map { $0.lowercased() }
            let found = header.indices.filter { names.contains(header[$0]) }
            guard found.count <= 1 else {
                throw SourceError(
                    .header,
                    file: csv.file,
                    line: 1,
                    field: csv.header[found[1]],
                    "says the same as the column \"\(csv.header[found[0]])\": keep one of them"
                )
            }
            guard !found.isEmpty || !column.isRequired else {
                throw SourceError(
                    .header,
                    file: csv.file,
                    line: 1,
                    field: column.names[0],
                    "is missing: the header must name the column \(column.names.joined(separator: " or "))"
                )
            }
            places.append(found.first)
        }
        let reader = TableReader(table: table, order: order, csv: csv, places: places)
        if isStrict, let stranger = reader.strangers.first {
            throw SourceError(
                .header,
                file: table.file,
                line: 1,
                field: stranger.label,
                "is no column of this file: correct its name or leave it out"
            )
        }
        return reader
    }

    private init(table: Table, order: DateOrder?, csv: consuming CSVReader, places: [Int?]) {
        self.table = table
        self.order = order
        self.csv = csv
        self.places = places
    }

    var file: String { csv.file }
    var stamp: FileStamp { csv.stamp }
    /// Lines so far, parked ones too.
    var rowCount: Int { csv.rowCount }

    /// The place of a column in the table, by its name.
    func index(of name: String) -> Int? {
        table.columns.firstIndex { $0.names[0] == name }
    }

    /// True when the file has the column.
    func has(_ column: Int) -> Bool { places[column] != nil }

    /// The column's name as the file spells it.
    func name(of column: Int) -> String {
        places[column].map { csv.header[$0] } ?? table.columns[column].names[0]
    }

    /// A column of the file that the table does not know.
    struct Stranger {
        /// Its number in the file, from 1.
        var number: Int
        /// Its name, to compare with; where the header is missing it is a person's, so it is never told.
        var name: String

        /// What it is called in messages.
        var label: String { "column \(number)" }
    }

    /// Columns of the file that the table does not know.
    var strangers: [Stranger] {
        let known = Set(places.compactMap(\.self))
        return csv.header.indices.filter { !known.contains($0) }.map { Stranger(number: $0 + 1, name: csv.header[$0]) }
    }

    /// Goes to the next line.
    ///
    /// - Parameter report: takes what is wrong with the line, in the order of the columns.
    /// - Returns: the line, parked or not; nil after the last.
    mutating func next(_ report: (RowIssue) throws -> Void) throws -> TableRow? {
        try advance() ? try current(report) : nil
    }

    /// Goes to the next line without looking at its values.
    ///
    /// - Returns: false after the last.
    mutating func advance() throws(SourceError) -> Bool {
        if try csv.next() { return true }
        try requireDateOrder()
        return false
    }

    /// Lends the bytes of the line that was gone to, and where its fields stand in them; for columns of a strict form.
    func withFields<R>(_ body: (UnsafeBufferPointer<UInt8>, [CSVField]) -> R) -> R { csv.withFields(body) }

    /// The line that was gone to begins here; the header is line 1.
    var line: Int { csv.line }

    /// How many fields a line must have.
    var fieldCount: Int { csv.header.count }

    /// The place of a column in the file; nil when the file lacks it.
    func place(of column: Int) -> Int? { places[column] }

    /// The line that was gone to.
    mutating func current(_ report: (RowIssue) throws -> Void) throws -> TableRow {
        var row = TableRow(line: csv.line, values: [], isParked: csv.fieldCount != csv.header.count)
        row.values.reserveCapacity(places.count)
        var faults: [Fault] = []
        for (index, place) in places.enumerated() {
            let column = table.columns[index]
            guard let place, place < csv.fieldCount, !column.isReadPast else {
                row.values.append("")
                continue
            }
            let text = csv.text(place)
            if text.isEmpty {
                let safe = column.isRequired ? column.safeValue : nil
                if column.isRequired, !row.isParked {
                    let reason = "is empty: it must be filled in" + Self.words(ofSafe: safe)
                    // A value, empty as it is, makes it an issue that stays until it is mended.
                    faults.append(Fault(index, reason, parks: safe == nil, .valueMissing, value: safe.map { _ in "" }))
                }
                row.values.append(safe ?? "")
                continue
            }
            if case .date = column.form, let order { dates.add(text, order: order, line: csv.line, column: index) }
            do {
                row.values.append(try column.form.canonical(text, order: order))
            } catch {
                guard error.code != .dateOrderUnknown else {
                    throw SourceError(
                        .dateOrder,
                        file: file,
                        line: csv.line,
                        field: name(of: index),
                        error.message,
                        cause: error
                    )
                }
                let safe = column.safeValue
                let parks = safe == nil && (column.isRequired || column.onFault == .parkRow)
                row.values.append(safe ?? (column.onFault == .keepValue ? text : ""))
                if !parks, column.onFault == .dropValue { row.dropped.insert(index) }
                let suffix =
                    parks || column.onFault == .keepValue
                    ? "" : safe == nil ? " (the value was left out)" : Self.words(ofSafe: safe)
                let rule = IssueRule(error.code)
                faults.append(Fault(index, error.message + suffix, parks: parks, rule, value: text))
            }
        }
        if row.isParked {
            let reason =
                csv.fieldCount < csv.header.count
                ? "has fewer fields than the header: add the missing commas"
                : "has more fields than the header: put values with commas in quotes"
            let safe = takeSafe(&row)
            try report(
                issue(
                    row,
                    field: "",
                    reason: reason + Self.words(ofSafe: safe),
                    parks: row.isParked,
                    rule: .fieldCount,
                    value: safe.map { _ in "" }
                )
            )
        } else {
            row.isParked = faults.contains(where: \.parks)
            for fault in faults {
                let field = name(of: fault.column)
                try report(
                    issue(
                        row,
                        field: field,
                        reason: fault.reason,
                        parks: fault.parks,
                        rule: fault.rule,
                        value: fault.value
                    )
                )
            }
        }
        return row
    }

    /// Takes a line in that has too few or too many fields, where it says whose it is and that somebody is kept safe.
    ///
    /// - Returns: the value that was taken; nil when the line stays parked.
    private func takeSafe(_ row: inout TableRow) -> String? {
        guard table.isSafeguard, key(of: row) != nil else { return nil }
        var taken: String?
        for (index, column) in table.columns.enumerated() where places[index] != nil {
            guard let safe = column.safeValue else { continue }
            row.values[index] = safe
            taken = safe
        }
        row.isParked = taken == nil
        return taken
    }

    private static func words(ofSafe value: String?) -> String {
        value.map { " (taken as \($0), which is the safe side, until it is corrected)" } ?? ""
    }

    /// Refuses the file when its dates show that the order told is wrong.
    private func requireDateOrder() throws(SourceError) {
        guard let order, let other = order.exchanged, let found = dates.contradiction else { return }
        throw SourceError(
            .dateOrder,
            file: file,
            line: found.line,
            field: name(of: found.column),
            "is a date in the order \(other.rawValue) and not \(order.rawValue), as are most that can tell: day and month "
                + "would be exchanged in the others; check --date-order"
        )
    }

    /// What is wrong with a column of a line.
    private struct Fault {
        var column: Int
        var reason: String
        var parks: Bool
        var rule: IssueRule
        var value: String?

        init(_ column: Int, _ reason: String, parks: Bool, _ rule: IssueRule, value: String? = nil) {
            self.column = column
            self.reason = reason
            self.parks = parks
            self.rule = rule
            self.value = value
        }
    }

    /// An issue of a line of this file.
    func issue(
        _ row: TableRow,
        field: String,
        reason: String,
        parks: Bool,
        rule: IssueRule = .valuesDisagree,
        value: String? = nil
    ) -> RowIssue {
        let subject = table.subject
        return RowIssue(
            file: file,
            line: row.line,
            field: field,
            reason: reason,
            effect: parks ? .parked : .noted,
            kinds: subject.kinds,
            groups: subject.groups,
            key: key(of: row),
            base: base(of: row),
            rule: rule,
            value: value,
            person: references(of: row).first { $0.kind == .pupil }
        )
    }

    /// The record's key, parts joined with U+001F; nil when a part is missing.
    func key(of row: TableRow) -> String? {
        var parts: [String] = []
        for (index, column) in table.columns.enumerated() {
            guard column.uses.contains(where: { if case .key = $0 { true } else { false } }) else { continue }
            guard !row.values[index].isEmpty else { return nil }
            parts.append(row.values[index])
        }
        return parts.isEmpty ? nil : parts.joined(separator: "\u{1F}")
    }
}
