import School

/// Reads one file of a package row by row, and finds every breach of the standard's rules on the way.
///
/// The check of a package and the reading of it use this one reader, so that what is let pass is what was counted.
struct OneRosterReader: ~Copyable {
    let columns: [OneRosterColumn]
    /// What is wrong with the header.
    let headerDefects: [OneRosterDefect]
    private let kind: OneRosterFile
    private let isDelta: Bool
    private var csv: CSVReader
    /// For each column of the standard, its place in the file.
    private let places: [Int?]
    private let names: [String: Int]
    private let absent: Set<Int>

    /// Reads the header of a file that is open.
    init(_ file: OneRosterFile, _ csv: consuming CSVReader, version: OneRosterVersion, isDelta: Bool) {
        kind = file
        columns = file.columns(version)
        self.isDelta = isDelta
        let header = OneRosterHeader(csv.header, columns, file: csv.file, isDelta: isDelta)
        (places, headerDefects) = (header.places, header.defects)
        names = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1.name, $0) })
        absent = Set(places.indices.filter { header.places[$0] == nil })
        self.csv = csv
    }

    /// The file's name in the package.
    var file: String { csv.file }
    /// Rows so far.
    var rowCount: Int { csv.rowCount }

    /// Goes to the next row.
    ///
    /// - Parameter report: takes what is wrong with the row, in the order of the columns.
    /// - Returns: the row, whatever is wrong with it; nil after the last.
    mutating func next(_ report: (OneRosterDefect) throws -> Void) throws -> OneRosterRow? {
        guard try csv.next() else { return nil }
        var row = OneRosterRow(
            places: names,
            file: csv.file,
            line: csv.line,
            values: [String](repeating: "", count: columns.count),
            unknown: absent
        )
        for (index, place) in places.enumerated() {
            guard let place, place < csv.fieldCount else { continue }
            if case .readPast = columns[index].form { continue }
            row.values[index] = csv.text(place)
        }
        guard csv.fieldCount == csv.header.count else {
            row.isParked = true
            let reason =
                csv.fieldCount < csv.header.count
                ? "has fewer fields than the header: add the missing commas"
                : "has more fields than the header: put values with commas in quotes"
            try report(defect(row, .fieldCount, "", reason, .parks))
            return row
        }
        try readState(&row, report)
        for (index, column) in columns.enumerated() where index != Self.status {
            if places[index] == nil { continue }
            if row.values[index].isEmpty {
                try checkBlank(&row, column, report)
            } else {
                try check(&row, index, column, report)
            }
        }
        try checkTogether(&row, report)
        return row
    }

    private static let status = 1

    /// What values must be to each other, and what an identifier must not be.
    private func checkTogether(_ row: inout OneRosterRow, _ report: (OneRosterDefect) throws -> Void) throws {
        for (begin, end) in [("startDate", "endDate"), ("beginDate", "endDate")] {
            guard !row[begin].isEmpty, !row[end].isEmpty, row[end] <= row[begin] else { continue }
            row.isParked = true
            let reason = "must come after \(begin): it is the first day that no longer belongs to it"
            try report(defect(row, .period, end, reason, .parks))
        }
        if kind == .users, (try? UPN(row.id)) != nil {
            let reason = "is a UPN: an identifier must say nothing of the person; UPNs go in userIds as {UPN:…}"
            try report(defect(row, .impersonalID, "sourcedId", reason, .waived))
        }
    }

    /// What the row says of its record; blank in a bulk file, one of two words in a delta.
    private func readState(_ row: inout OneRosterRow, _ report: (OneRosterDefect) throws -> Void) throws {
        let status = row.values[Self.status]
        guard isDelta else {
            guard !status.isEmpty else { return }
            guard ["active", "tobedeleted", "inactive"].contains(status) else {
                row.isParked = true
                let reason = "must be blank in a bulk file, and is no state of OneRoster"
                return try report(defect(row, .statusValue, "status", reason, .parks))
            }
            if status != "active" { row.state = .leftOut }
            return try report(defect(row, .statusInBulk, "status", "must be blank in a bulk file", .waived))
        }
        switch status {
        case "active": break
        case "tobedeleted": row.state = .toBeDeleted
        default:
            row.isParked = true
            let reason =
                status == "inactive"
                ? "is inactive, which is a state of OneRoster 1.0: send tobedeleted, or leave the row out"
                : "must be active or tobedeleted in a delta file"
            try report(defect(row, .statusValue, "status", reason, .parks))
        }
    }

    /// A value that is not there.
    private func checkBlank(
        _ row: inout OneRosterRow,
        _ column: OneRosterColumn,
        _ report: (OneRosterDefect) throws -> Void
    ) throws {
        let isWanted = column.isRequired || (isDelta && column.name == "dateLastModified")
        guard isWanted else { return }
        let isNeeded = column.isNeeded && (row.state == .active || column.name == "sourcedId")
        if isNeeded { row.isParked = true }
        let rule: OneRosterRule = isNeeded ? .neededValue : .blankValue
        try report(defect(row, rule, column.name, "is blank: it must be filled in", isNeeded ? .parks : .waived))
    }

    /// A value that is there.
    private func check(
        _ row: inout OneRosterRow,
        _ index: Int,
        _ column: OneRosterColumn,
        _ report: (OneRosterDefect) throws -> Void
    ) throws {
        if !isDelta, column.name == "dateLastModified" {
            try report(defect(row, .statusInBulk, column.name, "must be blank in a bulk file", .waived))
        }
        let (value, fault) = column.form.read(row.values[index])
        guard let fault else {
            row.values[index] = value
            return
        }
        row.values[index] = fault.value ?? ""
        var effect = OneRosterDefect.Effect.waived
        if fault.value == nil {
            effect = column.isNeeded && row.state == .active ? .parks : .drops
            if effect == .parks { row.isParked = true } else { row.unknown.insert(index) }
        }
        try report(defect(row, fault.rule, column.name, fault.reason, effect))
    }

    func defect(
        _ row: OneRosterRow,
        _ rule: OneRosterRule,
        _ field: String,
        _ reason: String,
        _ effect: OneRosterDefect.Effect
    ) -> OneRosterDefect {
        OneRosterDefect(rule: rule, file: row.file, line: row.line, field: field, reason: reason, effect: effect)
    }
}
