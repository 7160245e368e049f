import School

/// A list of schools to register: the public list, or a plain CSV file with the columns `key`, `laestab`, `urn`, `name`.
public struct BaseListFile: Sendable {
    /// A line of the list.
    public struct Line: Sendable {
        /// Where it stands.
        public var line: Int
        /// The school; its key is empty where the public list has no such number for it.
        public var school: BaseIntake.Line
        /// The authority's code, where it is known.
        public var authority: String
        /// Whether the school is open; nil where the list does not say.
        public var isOpen: Bool?
    }

    /// What the MIS calls the schools of the public list.
    public enum KeyColumn: String, Sendable, CaseIterable {
        /// The DfE number.
        case laestab
        /// The unique reference number.
        case urn
    }

    /// The file's name.
    public let file: String
    /// True for the public list.
    public let isPublicList: Bool
    /// True when every line says whether its school is open.
    public let tellsStatus: Bool
    private let path: String

    /// Opens a list and finds out which it is.
    ///
    /// - Throws: `SourceError` for a file that is refused.
    public init(path: String) throws {
        let reader = try CSVReader.open(path: path, form: .published)
        let header = Set(reader.header.map { $0.lowercased() })
        self.path = path
        file = reader.file
        isPublicList = header.contains(GIASEstablishments.nameColumn.lowercased())
        tellsStatus = header.contains { $0.hasPrefix("establishmentstatus (") }
        guard isPublicList || header.contains("key") else {
            let reason =
                "is no list of schools: give the public establishment list, or a CSV file with the columns key, "
                + "laestab, urn, name (the public list of links goes in with import --format gias-links)"
            throw SourceError(.header, file: file, line: 1, reason)
        }
    }

    /// Reads the list.
    ///
    /// - Parameters:
    ///   - key: what the MIS calls the schools of the public list; a plain file says it itself.
    ///   - progress: told how many rows have been read, now and then.
    /// - Returns: the lines that can be taken in, in order, and what is wrong with others.
    /// - Throws: `SourceError` for a file that is refused.
    public func read(
        key: KeyColumn,
        progress: (Int) -> Void = { _ in }
    ) throws -> (lines: [Line], issues: [RowIssue]) {
        isPublicList ? try readPublic(key, progress) : try readPlain(progress)
    }

    private func readPublic(_ key: KeyColumn, _ progress: (Int) -> Void) throws -> (lines: [Line], issues: [RowIssue]) {
        let extract = try GIASEstablishments.read(path: path, progress: progress)
        let lines = extract.rows.values.map { school in
            Line(
                line: extract.line(of: school.key) ?? 0,
                school: BaseIntake.Line(
                    key: key == .urn ? school.urn : school.laestab,
                    laestab: school.laestab,
                    urn: school.urn,
                    name: school.name
                ),
                authority: school.authority,
                isOpen: tellsStatus ? school.isOpen : nil
            )
        }
        return (lines.sorted { $0.line < $1.line }, extract.issues)
    }

    private static let plain = Table(
        file: "bases",
        columns: [
            .required("key", form: .key, .key), .optional("laestab", form: .laestab, onFault: .parkRow),
            .optional("urn", form: .urn, onFault: .parkRow), .optional("name", form: .line, onFault: .parkRow),
        ],
        unknownColumns: .refused
    )

    private func readPlain(_ progress: (Int) -> Void) throws -> (lines: [Line], issues: [RowIssue]) {
        var reader = try TableReader.open(Self.plain, path: path, order: nil, form: .published)
        var issues: [RowIssue] = []
        var lines: [Line] = []
        while let row = try reader.next({ issues.append($0) }) {
            if reader.rowCount.isMultiple(of: 5_000) { progress(reader.rowCount) }
            guard !row.isParked else { continue }
            lines.append(
                Line(
                    line: row.line,
                    school: BaseIntake.Line(
                        key: row.values[0],
                        laestab: row.values[1],
                        urn: row.values[2],
                        name: row.values[3]
                    ),
                    authority: String(row.values[1].prefix(3)),
                    isOpen: nil
                )
            )
        }
        return (lines, issues)
    }
}
