import Connectors
import School
import Testing

/// The public lists of schools.
@Suite struct GIASFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func links(_ rows: String...) throws -> ReferenceExtract<EstablishmentLink> {
        let text = (["URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"] + rows).joined(separator: "\r\n")
        return try GIASLinks.read(path: folder.write(PublishedFile.windows1252(text), to: "links.csv"))
    }

    @Test("a link is read with its date in the register's order")
    func link() throws {
        let extract = try links(#"100001,140001,"Oakfield’s Academy","Successor","01-09-2024""#)
        let wanted = EstablishmentLink(
            urn: "100001",
            linkURN: "140001",
            type: "Successor",
            name: "Oakfield’s Academy",
            established: "2024-09-01"
        )
        #expect(Array(extract.rows.values) == [wanted])
        #expect(extract.lines == 1 && extract.issues.isEmpty)
    }

    @Test("Invariant 9: a bad row is told with line and field and waits; what is known of it stays; the rest goes in")
    func parked() throws {
        let extract = try links(
            "100001,14000,Oakfield,Successor,",
            "100002,140002,Elm,Successor,31-02-2024",
            "100003,140003,Ash,Successor,",
            "100003,140003,Ash,Successor,,"
        )
        #expect(extract.rows.keys.sorted() == ["100003\u{1F}140003\u{1F}Successor"])
        #expect(extract.issues.map(\.line) == [2, 3, 5])
        #expect(extract.issues.map(\.field) == ["LinkURN", "LinkEstablishedDate", ""])
        #expect(extract.parkedCount == 3 && extract.hasUnreadRows)
        #expect(extract.parked.contains("100002\u{1F}140002\u{1F}Successor"))
    }

    @Test("the same row twice counts once; two that differ both wait")
    func twofold() throws {
        let extract = try links(
            "100001,140001,Oakfield,Successor,",
            "100001,140001,Oakfield,Successor,",
            "100002,140002,Elm,Successor,",
            "100002,140002,Elm Grove,Successor,",
            "100002,140002,Elm,Successor,"
        )
        #expect(extract.rows.count == 1)
        #expect(extract.parked == ["100002\u{1F}140002\u{1F}Successor"])
        #expect(extract.issues.map(\.effect) == [.noted, .parked, .parked, .parked])
    }

    @Test("a file without rows, or of another list, is refused")
    func refused() throws {
        #expect(throws: SourceError(.format, file: "", "")) { try links() }
        let path = try folder.write(Array("URN,EstablishmentName\n100001,Oakfield\n".utf8), to: "list.csv")
        #expect(throws: SourceError(.header, file: "", "")) { try GIASLinks.read(path: path) }
    }

    @Test("the list of schools is read by its public column names, zeros put back; what it has no column for is said")
    func establishments() throws {
        let text = """
            "URN","LA (code)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (code)",\
            "EstablishmentStatus (code)","EstablishmentStatus (name)","OpenDate","CloseDate","Postcode"
            "100001","1","2001","Oakfield Primary School","1","2","Closed","01-09-1990","31-08-2024","AA1 1AA"
            "100002","820","","Elm Grove","34","3","Open, but proposed to close","","","AA1 1AB"
            """
        let path = try folder.write(Array(text.utf8), to: "list.csv")
        let extract = try GIASEstablishments.read(path: path)
        let oak = try #require(extract.rows["100001"])
        #expect(oak.laestab == "0012001" && oak.opened == "1990-09-01" && oak.closed == "2024-08-31" && !oak.isOpen)
        let elm = try #require(extract.rows["100002"])
        #expect(elm.laestab == "" && elm.isOpen)
        #expect(extract.missingColumns == ["TypeOfEstablishment (name)", "Trusts (code)", "Trusts (name)"])
        #expect(extract.issues.isEmpty)
    }
}
