import School

/// What `manifest.csv` says of a set of syncd-csv files (`schemas/exchange/syncd-csv.md`, section 2).
public struct SyncdCSVManifest: Sendable {
    /// Whether files tell everything or what changed.
    public enum Mode: String, Sendable {
        /// What is not in the file is gone.
        case full
        /// Nothing is said of what is not in the file.
        case delta
    }

    /// What became of an area when the reports ran.
    public enum Status: Sendable, Hashable {
        /// Read, with so many rows.
        case read(mode: Mode, rows: Int)
        /// The account might not read it.
        case denied
        /// There is no such data.
        case absent
    }

    /// A line about an area.
    public struct Area: Sendable, Hashable {
        /// The area's name.
        public var name: String
        /// What became of it.
        public var status: Status
        /// The account that ran the report.
        public var account: String
        /// The permission groups of the account, as the MIS names them.
        public var groups: String
        /// The line in the manifest.
        public var line: Int
    }

    /// The MIS database's own name.
    public private(set) var sourceName = ""
    /// When the reports ran: `yyyy-MM-ddTHH:mm:ssZ`.
    public private(set) var producedAt = ""
    /// Keys of the bases that the set speaks for.
    public private(set) var bases: [String] = []
    /// The areas that have a line, in the order of the lines.
    public private(set) var areas: [Area] = []

    /// The day on which the reports ran.
    public var producedOn: CalendarDate { CalendarDate(iso: producedAt.prefix(10)) ?? .latest }

    /// Full or delta, as all areas say that may be either; nil when there are none of those.
    public var mode: Mode? {
        for area in areas where !SyncdCSVArea.alwaysDelta.contains(area.name) {
            if case .read(let mode, _) = area.status { return mode }
        }
        return nil
    }

    static let file = "manifest.csv"
    private static let columns = ["line", "name", "value", "status", "mode", "rows", "account", "groups"]

    /// Reads the manifest of a folder.
    ///
    /// - Throws: `SourceError`: `missing`, `manifest`, and what CSV refuses.
    init(_ folder: SourceFolder) throws {
        let table = Table(
            file: Self.file,
            kind: nil,
            columns: Self.columns.map { Column.optional($0, form: .line, onFault: .parkRow) },
            unknownColumns: .refused
        )
        var reader = try folder.open(table, as: Self.file, order: nil)
        for index in Self.columns.indices where !reader.has(index) {
            throw Self.fault(
                1,
                Self.columns[index],
                "is missing: the manifest has the columns "
                    + Self.columns.joined(separator: ",")
            )
        }
        var properties: [String: String] = [:]
        while let row = try reader.next({ throw Self.fault($0.line, $0.field, $0.reason) }) {
            let (name, value) = (row.values[1], row.values[2])
            switch row.values[0] {
            case "property":
                guard Self.properties.contains(name), properties.updateValue(value, forKey: name) == nil else {
                    throw Self.fault(row.line, "name", "is no property of a manifest, or stands twice")
                }
            case "base":
                guard !name.isEmpty, !bases.contains(name) else {
                    throw Self.fault(row.line, "name", "must be a base's key, each once")
                }
                bases.append(name)
            case "area": try addArea(row)
            default: throw Self.fault(row.line, "line", "must be property, base or area")
            }
        }
        try take(properties)
        guard !bases.isEmpty else { throw Self.fault(0, "", "lists no base: add a line for each base it speaks for") }
        try checkModes()
    }

    private static let properties = ["format", "version", "source", "produced_at"]

    static func fault(_ line: Int, _ field: String, _ reason: String) -> SourceError {
        SourceError(.manifest, file: file, line: line, field: field, reason)
    }

    private mutating func take(_ properties: [String: String]) throws {
        for name in Self.properties where properties[name, default: ""].isEmpty {
            throw Self.fault(0, name, "is missing: the manifest needs a property line for it")
        }
        guard properties["format"] == "syncd-csv" else {
            throw Self.fault(0, "format", "must be syncd-csv")
        }
        guard properties["version"] == "1" else {
            throw Self.fault(0, "version", "is not 1, the version that this program reads: install a newer syncd")
        }
        sourceName = properties["source"] ?? ""
        producedAt = properties["produced_at"] ?? ""
        guard Self.isInstant(producedAt) else {
            throw Self.fault(0, "produced_at", "must be an instant of the form yyyy-MM-ddTHH:mm:ssZ")
        }
    }

    private static func isInstant(_ text: String) -> Bool {
        guard text.utf8.count == 20, text.hasSuffix("Z"), CalendarDate(iso: text.prefix(10)) != nil else {
            return false
        }
        let time = text.dropFirst(10).dropLast()
        let parts = time.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        return time.first == "T" && parts.count == 3
            && zip(parts, [23, 59, 59]).allSatisfy { part, most in
                part.utf8.count == 2 && Int(part).map { (0...most).contains($0) } == true
            }
    }

    private mutating func addArea(_ row: TableRow) throws {
        let (name, file, status, mode, rows) = (
            row.values[1], row.values[2], row.values[3], row.values[4], row.values[5]
        )
        guard SyncdCSVArea.names.contains(name), !areas.contains(where: { $0.name == name }) else {
            throw Self.fault(row.line, "name", "is no area of this format, or stands twice")
        }
        let found: Status
        switch status {
        case "read":
            guard file == name + ".csv" else {
                throw Self.fault(row.line, "value", "must name the area's file, \(name).csv")
            }
            guard let mode = Mode(rawValue: mode) else { throw Self.fault(row.line, "mode", "must be full or delta") }
            guard let count = Int(rows), count >= 0 else {
                throw Self.fault(row.line, "rows", "must be the number of rows without the header")
            }
            found = .read(mode: mode, rows: count)
        case "denied": found = .denied
        case "absent": found = .absent
        default: throw Self.fault(row.line, "status", "must be read, denied or absent")
        }
        areas.append(Area(name: name, status: found, account: row.values[6], groups: row.values[7], line: row.line))
    }

    /// Areas are all full or all delta, but for those that are always delta.
    private func checkModes() throws {
        for area in areas {
            guard case .read(let said, _) = area.status else { continue }
            let isFree = !SyncdCSVArea.alwaysDelta.contains(area.name)
            guard isFree ? said == mode : said == .delta else {
                throw Self.fault(
                    area.line,
                    "mode",
                    isFree
                        ? "differs from the other areas: make all full or all delta" : "must be delta for this area"
                )
            }
        }
    }
}
