import School

/// A row of a file, with its values in canonical form.
struct OneRosterRow: Sendable {
    /// What the row says of its record.
    enum State: Sendable {
        /// It is there.
        case active
        /// A delta says that it was deleted.
        case toBeDeleted
        /// A bulk file tells it as no longer active: as if the row were missing.
        case leftOut
    }

    /// Places of the values; shared by all rows of a file.
    let places: [String: Int]
    /// The file's name in the package.
    let file: String
    /// Where the row begins.
    let line: Int
    /// One for each column of the standard; empty where the file or the row has none.
    var values: [String]
    /// Columns of which nothing is known: missing in the file, or with a value that was left out.
    var unknown: Set<Int>
    var state: State = .active
    /// A fault holds the row back.
    var isParked = false

    /// The record's identifier.
    var id: String { self["sourcedId"] }

    /// The value of a column, empty when there is none.
    subscript(column: String) -> String { places[column].map { values[$0] } ?? "" }

    /// True when nothing is known of a column's value.
    func isUnknown(_ column: String) -> Bool { places[column].map(unknown.contains) ?? true }

    /// The values of a list.
    func list(_ column: String) -> [String] { OneRosterForm.parts(self[column]) }

    var origin: SourceRecord.Origin { SourceRecord.Origin(file: file, line: line) }
}
