import Connectors
import School
import Testing

@Suite("syncd-csv: sets and manifests")
struct SyncdCSVFolderTests {
    @Test("the example of the document is read as the document says")
    func example() throws {
        let folder = try TemporaryFolder()
        try SyncdCSVSet().write(to: folder)
        let source = try SyncdCSVFolder(path: folder.path)
        #expect(source.manifest.sourceName == "larkfield-sims")
        #expect(source.manifest.bases == ["8201079"])
        #expect(source.manifest.mode == .full)
        #expect(
            source.coverage.groups == [
                .base: [.baseDetails], .contact: [.contactDetails],
                .pupil: [.basicDetails, .contacts, .sen], .registration: [.registration],
            ]
        )
        #expect(source.coverage.bases == ["8201079"])
        #expect(source.producedOn?.description == "2025-09-02")
        let read = try ReadSource(source)
        #expect(
            read.records.map(\.kind) == [
                .base, .contact, .pupil, .pupil, .registration, .registration, .pupil, .pupil, .pupil, .mark,
            ]
        )
        #expect(read.issues.map(\.field) == ["staff"])
        #expect(read.issues.first?.effect == .noted)
        #expect(read.issues.first?.reason.hasPrefix("Members could not be read from SIMS") == true)

        let pupil = try #require(read.record(.pupil, "P-000412", with: .basicDetails))
        #expect(pupil.base == "8201079")
        #expect(
            pupil.rows(.basicDetails)
                == [["upn=L001107921412", "surname=Abara", "forename=Ikenna", "birthDate=2017-03-14", "sex=M"]]
        )
        #expect(
            read.record(.pupil, "P-000412", with: .sen)?.rows(.sen)
                == [["senProvision=K", "senStart=2024-01-08"], ["senType=SLCN", "senRank=1"]]
        )
        #expect(
            read.record(.pupil, "P-000588", with: .contacts)?.rows(.contacts) == [
                [
                    "addressAsPupil=true", "contactKey=K-00311", "contactOrder=1", "relationship=PAM",
                    "parentalResponsibility=true",
                ]
            ]
        )
        #expect(
            read.record(.contact, "K-00311")?.rows(.contactDetails) == [
                ["surname=Abara", "forename=Temperance", "sex=F", "title=Mrs"],
                ["addressType=H", "paon=14", "street=Fennel Row", "town=Ampthill", "postcode=MK45 2ZZ"],
                ["phoneType=M", "phone=07700 900311"], ["email=t.abara@example.org", "emailType=Home"],
            ]
        )
        let mark = try #require(read.records(.mark).first)
        #expect(mark.key == "P-000412\u{1F}8201079\u{1F}2025-09-02\u{1F}AM")
        #expect(mark.rows(.attendance) == [["sessionDate=2025-09-02", "sessionHalf=AM", "mark=L", "minutesLate=12"]])
        #expect(mark.references.map(\.kind) == [.pupil, .base])
    }

    @Test("a delta covers nothing; a set of marks alone is neither full nor delta")
    func coverage() throws {
        var set = SyncdCSVSet()
        set.mode = "delta"
        let folder = try TemporaryFolder()
        try set.write(to: folder)
        let delta = try SyncdCSVFolder(path: folder.path)
        #expect(delta.coverage.groups.isEmpty)
        #expect(delta.manifest.mode == .delta)

        set.files = set.files.filter { $0.key == "attendance-marks" }
        let marks = try TemporaryFolder()
        try set.write(to: marks)
        #expect(try SyncdCSVFolder(path: marks.path).manifest.mode == nil)
    }

    @Test("without a full pupils.csv no group of a pupil is covered")
    func coverageWithoutPupils() throws {
        var set = SyncdCSVSet()
        set.files["pupils"] = nil
        let folder = try TemporaryFolder()
        try set.write(to: folder)
        #expect(try SyncdCSVFolder(path: folder.path).coverage.groups[.pupil] == nil)
    }

    static let faults: [(String, @Sendable (inout SyncdCSVSet) -> Void, SourceError.Code, String)] = [
        ("another number of rows", { $0.rows["pupils"] = 3 }, .manifest, "pupils.csv"),
        ("full and delta mixed", { $0.manifestLines.append("area,terms,terms.csv,read,delta,0,,") }, .manifest, "mode"),
        ("an area twice", { $0.manifestLines.append("area,fsm,,absent,,,,") }, .manifest, "name"),
        ("an unknown area", { $0.manifestLines.append("area,shoes,,absent,,,,") }, .manifest, "name"),
        ("an unknown status", { $0.manifestLines = ["area,fsm,,maybe,,,,"] }, .manifest, "status"),
        ("a file with another name", { $0.manifestLines = ["area,fsm,x.csv,read,full,0,,"] }, .manifest, "value"),
        ("a row of another length", { $0.manifestLines = ["area,fsm"] }, .manifest, ""),
        ("a column missing", { $0.header = "line,name,value,status,mode,rows,account" }, .manifest, "groups"),
        ("no base", { $0.properties.removeLast() }, .manifest, ""),
        ("no source", { $0.properties.remove(at: 2) }, .manifest, "source"),
        ("a newer version", { $0.properties[1] = "property,version,2,,,,," }, .manifest, "version"),
        ("another format", { $0.properties[0] = "property,format,other,,,,," }, .manifest, "format"),
        ("no instant", { $0.properties[3] = "property,produced_at,2025-09-02,,,,," }, .manifest, "produced_at"),
        ("a file missing", { $0.manifestLines = ["area,fsm,fsm.csv,read,full,0,,"] }, .missing, "fsm.csv"),
        ("an unknown column", { $0.files["bases"] = "base,name,Colour\n" }, .header, "column 3"),
        ("a column in capitals", { $0.files["bases"] = "base,Name\n" }, .header, "name"),
        ("a required column missing", { $0.files["bases"] = "base,laestab\n" }, .header, "name"),
    ]

    @Test("a set whose manifest or headers are wrong is refused whole", arguments: faults)
    func refused(
        what: String,
        change: @Sendable (inout SyncdCSVSet) -> Void,
        code: SourceError.Code,
        place: String
    ) throws {
        var set = SyncdCSVSet()
        if what != "a row of another length" { set.manifestLines = Array(set.manifestLines.prefix(2)) }
        change(&set)
        if what.hasPrefix("a file with") || what.hasPrefix("an unknown status") || what.hasPrefix("a row") {
            set.manifestLines = set.manifestLines.suffix(1)
        }
        let error = #expect(throws: SourceError.self, "\(what)") { try set.read() }
        #expect(error?.code == code, "\(what): \(error?.description ?? "")")
        #expect(error?.file == place || error?.field == place, "\(what): \(error?.description ?? "")")
    }

    @Test("a CSV file that the manifest does not name refuses the set, other files do not")
    func strangers() throws {
        let folder = try TemporaryFolder()
        try SyncdCSVSet().write(to: folder)
        try folder.write("notes", to: "README.txt")
        _ = try SyncdCSVFolder(path: folder.path)
        try folder.write("a\n", to: "extra.CSV")
        let error = #expect(throws: SourceError.self) { try SyncdCSVFolder(path: folder.path) }
        #expect(error?.code == .manifest)
        #expect(error?.file == "extra.CSV")
    }

    @Test("a folder without a manifest is refused by the manifest's name")
    func noManifest() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: SourceError.self) { try SyncdCSVFolder(path: folder.path) }
        #expect(error?.code == .missing)
        #expect(error?.file == "manifest.csv")
    }

    @Test("deletions are told with their key, one part or two, and groups of a pupil")
    func deletions() throws {
        let read = try SyncdCSVSet([
            "deletions": """
            kind,key,member_key,groups
            pupil,P-1,,
            pupil,P-2,,sen;lookedAfter
            enrolment,C-1,P-1,
            term,8201079,AUT,
            contact,K-1,P-1,
            enrolment,C-1,,
            contact,K-1,,sen
            pupil,P-3,,shoes
            mark,P-3,,
            term,9999999,AUT,

            """
        ]).read()
        #expect(read.deletions.map(\.kind) == [.pupil, .pupil, .enrolment, .term])
        #expect(read.deletions.map(\.key) == ["P-1", "P-2", "C-1\u{1F}P-1", "8201079\u{1F}AUT"])
        #expect(read.deletions.map(\.groups) == [[], [.sen, .lookedAfter], [], []])
        #expect(read.parked.map(\.line) == [6, 7, 8, 9, 10, 11])
    }
}
