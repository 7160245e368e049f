import School

/// The public list of links between schools: `links_edubasealldataYYYYMMDD.csv`, plain or gzip.
public enum GIASLinks {
    private static let table = Table(
        file: "links",
        columns: [
            .required("URN", form: .digits(6...6), .key), .required("LinkURN", form: .digits(6...6), .key),
            .required("LinkType", form: .key, .key),
            .optional("LinkName", form: .text, onFault: .parkRow),
            .optional("LinkEstablishedDate", form: .date, onFault: .parkRow),
        ],
        unknownColumns: .noted
    )

    /// Reads a file.
    ///
    /// - Parameter progress: told how many rows have been read, now and then.
    /// - Throws: `SourceError` for a file that is refused; nothing of it may be used then.
    public static func read(
        path: String,
        progress: (Int) -> Void = { _ in }
    ) throws -> ReferenceExtract<EstablishmentLink> {
        try ReferenceFile(table: table, path: path).read(progress: progress) { line in
            EstablishmentLink(
                urn: line.values[0],
                linkURN: line.values[1],
                type: line.values[2],
                name: line.values[3],
                established: line.values[4]
            )
        }
    }
}
