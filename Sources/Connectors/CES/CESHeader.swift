/// What stands in the header of a file.
public struct CESHeader: Hashable, Sendable {
    /// Whether the file holds what changed, or everything.
    public enum Qualifier: String, Sendable, Hashable {
        /// Some pupils, some groups.
        case partial
        /// Every pupil in reach, every granted group.
        case full
    }

    /// The version of the Common Transfer File that the file follows.
    public static let ctfVersion = "25.0"

    /// The school that sends.
    public var source: CESParty
    /// Its name.
    public var sourceName: String
    /// The receiver; an importer refuses the whole file when it is somebody else.
    public var destination: CESParty
    /// Partial or full.
    public var qualifier: Qualifier
    /// Local time at which the file was made, `yyyy-MM-ddTHH:mm:ss`.
    public var dateTime: String
    /// The calendar year in which the academic year began; it changes on 1 September.
    public var academicYear: Int
    /// The program that made the file.
    public var supplier: String

    /// Makes a header.
    ///
    /// - Throws: `RenderError` with code `header` when the time has another form.
    public init(
        source: CESParty,
        sourceName: String,
        destination: CESParty,
        qualifier: Qualifier,
        dateTime: String,
        supplier: String = "syncd"
    ) throws {
        guard dateTime.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) != nil, let year = Int(dateTime.prefix(4)),
            let month = Int(dateTime.dropFirst(5).prefix(2))
        else { throw RenderError(.header, "the time of a file is written yyyy-MM-ddTHH:mm:ss, in local time") }
        self.source = source
        self.sourceName = sourceName
        self.destination = destination
        self.qualifier = qualifier
        self.dateTime = dateTime
        academicYear = month >= 9 ? year : year - 1
        self.supplier = supplier
    }

    /// The `Header` element.
    var element: CESElement {
        CESElement(
            "Header",
            [
                CESElement("DocumentName", "Common Transfer File"),
                CESElement("CTFversion", Self.ctfVersion),
                CESElement("DateTime", dateTime),
                CESElement("DocumentQualifier", qualifier.rawValue),
                CESElement("SupplierID", supplier),
                CESElement(
                    "SourceSchool",
                    [
                        CESElement("LEA", source.authority),
                        CESElement("Estab", source.establishment),
                        CESElement("SchoolName", sourceName),
                        CESElement("AcademicYear", String(academicYear)),
                    ]
                ),
                CESElement(
                    "DestSchool",
                    [CESElement("LEA", destination.authority), CESElement("Estab", destination.establishment)]
                ),
            ]
        )
    }
}
