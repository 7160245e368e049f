import Connectors

/// What this bench is linked with; a row whose subject is nil is printed as absent.
struct Linked {
    /// Makes an empty log in an empty folder, its keys in another, with or without live projections.
    var makeLog: ((_ folder: String, _ keys: String, _ isProjected: Bool) throws -> any LogUnderTest)?
    /// Makes a change index over so many pupils of one base, with so many changes after its cursor.
    var makeSelection:
        ((_ folder: String, _ keys: String, _ pupils: Int, _ changes: Int) throws -> any SelectionUnderTest)?
    /// Who parses transfer files.
    var reading: (any CTFReading)?
    /// Whether a log's trees are signed and checked.
    var audits = false
    /// The programs that import.
    var importing: ImportUnderTest?

    /// Everything that exists by now.
    ///
    /// - Parameter programs: the folder with the programs, built for release; nil when they are not there.
    static func all(programs: String?) -> Self {
        Linked(
            makeLog: EventLogUnderTest.init(folder:keys:isProjected:),
            makeSelection: ProjectedSelection.init(folder:keys:pupils:changes:),
            reading: CTFChildReading(),
            audits: true,
            importing: programs.map { ImportUnderTest(programs: $0) }
        )
    }
}
