/// Rows under headers, aligned, for people to read.
struct TextTable {
    /// Where a column's cells stand.
    enum Side: Sendable {
        /// Words.
        case left
        /// Numbers.
        case right
    }

    /// A header and its side.
    struct Column: Sendable {
        var header: String
        var side: Side
    }

    private var columns: [Column]
    private var rows: [[String]] = []

    /// Makes an empty table; a header that begins with `#` is a column of numbers, written without the sign.
    init(_ headers: String...) { self.init(headers) }

    /// Makes an empty table of headers that are known when it is made.
    init(_ headers: [String]) {
        columns = headers.map { header in
            header.hasPrefix("#")
                ? Column(header: String(header.dropFirst()), side: .right) : Column(header: header, side: .left)
        }
    }

    /// True when there is no row.
    var isEmpty: Bool { rows.isEmpty }

    /// Adds a row; it must have a cell for each column.
    mutating func add(_ cells: String...) { add(cells) }

    /// Adds a row; it must have a cell for each column.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells.map(\.forReading))
    }

    /// Header and rows, one a line, columns two spaces apart, without a line break at the end.
    var text: String {
        let widths = columns.indices.map { index in
            rows.reduce(columns[index].header.count) { max($0, $1[index].count) }
        }
        return ([columns.map(\.header)] + rows).map { line($0, widths) }.joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: widths[index] - cell.count)
            line += index == 0 ? "" : "  "
            line += columns[index].side == .left ? cell + padding : padding + cell
        }
        return line.trimmingTrailingSpaces
    }
}

extension String {
    /// The text with ` / ` between the parts of a key that a source makes of several.
    var forReading: String {
        utf8.contains(0x1F) ? replacing("\u{1F}", with: " / ") : self
    }

    /// The text with spaces after it up to a width.
    func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
