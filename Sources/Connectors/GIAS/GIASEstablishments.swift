import School

/// The public list of schools: `edubasealldataYYYYMMDD.csv`, plain or gzip, and the shorter lists with the same column
/// names.
public enum GIASEstablishments {
    /// The column by which the list is known.
    static let nameColumn = "EstablishmentName"

    private static let table = Table(
        file: "establishments",
        columns: [.required("URN", form: .digits(6...6), .key)]
            + Establishment.columns.map { column in
                column.name == nameColumn
                    ? .required(column.name, form: .text)
                    : .optional(column.name, form: form(of: column.name), onFault: .parkRow)
            },
        unknownColumns: .noted
    )

    /// Reads a file.
    ///
    /// - Parameter progress: told how many rows have been read, now and then.
    /// - Throws: `SourceError` for a file that is refused; nothing of it may be used then.
    public static func read(
        path: String,
        progress: (Int) -> Void = { _ in }
    ) throws -> ReferenceExtract<Establishment> {
        try ReferenceFile(table: table, path: path).read(progress: progress) { line in
            var establishment = Establishment(urn: line.values[0])
            for (index, column) in Establishment.columns.enumerated() {
                establishment[keyPath: column.path] = line.values[index + 1]
            }
            // Spreadsheets take leading zeros away.
            establishment.authority = padded(establishment.authority, to: 3)
            establishment.number = padded(establishment.number, to: 4)
            return establishment
        }
    }

    private static func padded(_ digits: String, to count: Int) -> String {
        digits.isEmpty ? "" : String(repeating: "0", count: max(0, count - digits.count)) + digits
    }

    private static func form(of column: String) -> ValueForm {
        switch column {
        case "LA (code)": .digits(1...3)
        case "EstablishmentNumber": .digits(1...4)
        case "OpenDate", "CloseDate": .date
        case let name where name.hasSuffix("(code)"): .digits(1...10)
        default: .text
        }
    }
}
