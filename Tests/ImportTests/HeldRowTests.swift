import EventLog
import Import
import Projections
import School
import Testing

/// A row that cannot be read leaves exactly what is known of its entity and group as it was.
@Suite struct HeldRowTests {
    static let areas = ["bases", "pupils", "sen", "contacts", "pupil-contacts", "registrations"]

    /// Two pupils, with special needs, a registration, and a contact under a court order.
    static func school() -> Export {
        var export = Export("0012001", areas: areas)
        export.pupil("P1", at: "0012001", upn: "L001107921412")
        export.pupil("P2", at: "0012001")
        for key in ["P1", "P2"] { export.registration(key, at: "0012001", "C") }
        export.add("sen", "P1,K,2024-01-08,,,", "P1,,,,SLCN,1")
        export.add("contacts", "0012001,K1,Abara,Temperance")
        export.add("pupil-contacts", "P1,K1,1,PAM,true,true,true")
        return export
    }

    @Test("a faulty row of a group is no emptiness: the group stays, and the pupil is unchanged")
    func group() throws {
        let scene = try ImportScene()
        try scene.take(Self.school())
        var export = Self.school()
        export.set("sen", ["P1,K,2024-01-08,,,", "P1,,,,SLCN,0"])
        export.set("pupil-contacts", ["P1,K1,1,NOBODY,true,true,true"])
        let report = try scene.take(export)
        #expect(report.parked > 0)
        #expect(report.appended == 0)
        #expect(report.entities[.pupil]?.unchanged == 2 && report.entities[.pupil]?.changed == 0)
        #expect(try scene.has(.sen, "P1"))
        #expect(try scene.value(.courtOrder, .contacts, of: "P1") == "true")
    }

    @Test("other rows of the same pupil go in beside the faulty one")
    func besides() throws {
        let scene = try ImportScene()
        try scene.take(Self.school())
        var export = Self.school()
        export.set("sen", ["P1,,,,SLCN,0"])
        export.set("pupils", [])
        export.pupil("P1", at: "0012001", surname: "Abara-Field", upn: "L001107921412")
        export.pupil("P2", at: "0012001")
        let report = try scene.take(export)
        #expect(report.entities[.pupil]?.changed == 1)
        #expect(try scene.value(.surname, .basicDetails, of: "P1") == "Abara-Field")
        #expect(try scene.has(.sen, "P1"))
    }

    @Test("a faulty registration neither goes nor moves anybody")
    func registration() throws {
        let scene = try ImportScene()
        try scene.take(Self.school())
        var export = Self.school()
        export.set("registrations", ["0012001,P1,QQ,2021-09-02,", "0012001,P2,C,2021-09-02,"])
        let report = try scene.take(export)
        #expect(report.appended == 0)
        #expect(try scene.has(.registration, "P1"))
    }

    @Test("whose own row is faulty is not gone; rows that point there go in")
    func ownRow() throws {
        let scene = try ImportScene()
        try scene.take(Self.school())
        var export = Self.school()
        export.set("pupils", ["0012001,P1,Abara,Ikenna,14/03/2017,M,,,"])
        export.pupil("P2", at: "0012001")
        export.set("sen", ["P1,E,2024-01-08,,,"])
        let report = try scene.take(export)
        #expect(report.entities[.pupil]?.gone == 0)
        #expect(report.entities[.pupil]?.changed == 1)
        #expect(try scene.value(.senProvision, .sen, of: "P1") == "E")
        #expect(try scene.value(.upn, .basicDetails, of: "P1") == "L001107921412")
        #expect(try scene.home("P1") == "0012001")
    }

    @Test("of a stranger the rows that point at the faulty one say which one it is")
    func stranger() throws {
        let scene = try ImportScene()
        var export = Self.school()
        export.set("pupils", ["0012001,P1,Abara,Ikenna,14/03/2017,M,,,"])
        export.pupil("P2", at: "0012001")
        let report = try scene.take(export)
        let issue = try #require(report.issues.first { $0.file == "sen.csv" })
        #expect(issue.reason.contains("pupils.csv, line 2"))
        #expect(report.entities[.pupil]?.new == 1)
    }

    @Test("a row without a readable key may be anybody's: nobody goes, nothing of its group is emptied")
    func unreadable() throws {
        let scene = try ImportScene()
        try scene.take(Self.school())
        var export = Self.school()
        export.set("pupils", ["0012001,,Abara,Ikenna,2017-03-14,M,,,"])
        export.pupil("P2", at: "0012001")
        export.set("sen", [",K,2024-01-08,,,"])
        for area in ["registrations", "pupil-contacts"] { export.set(area, []) }
        let report = try scene.take(export)
        #expect(report.entities[.pupil]?.gone == 0 && report.entities[.pupil]?.held == 1)
        #expect(try scene.entry(.pupil, "P1")?.isPresent == true)
        #expect(try scene.take(export, allowedRemovals: 1).entities[.pupil]?.gone == 1)
    }

    @Test("differing rows of one pupil are all held back, each told with its own file and line")
    func twofold() throws {
        let scene = try ImportScene()
        try scene.take(Self.school())
        var export = Self.school()
        export.add("sen", "P2,K,2024-01-08,,,", "P1,N,2024-01-08,,,")
        let report = try scene.take(export)
        let lines = report.issues.filter { $0.file == "sen.csv" && $0.effect == .parked }.map(\.line)
        #expect(lines == [2, 5])
        #expect(try scene.value(.senProvision, .sen, of: "P1") == "K")
        export = Self.school()
        export.add("sen", "P2,K,2024-01-08,,,", "P1,K,2024-01-08,,,", "P1,,,,SLCN,1")
        let same = try scene.take(export)
        #expect(same.issues.contains { $0.file == "sen.csv" && $0.line == 5 && $0.reason.contains("line 2") })
        #expect(same.parked == 0)
    }

    @Test("a value that breaks its form leaves the known one standing, and is told; a stranger's is missing")
    func droppedValue() throws {
        let scene = try ImportScene()
        try scene.take(Self.school())
        var export = Self.school()
        export.set("pupils", [])
        export.pupil("P1", at: "0012001", surname: "Abara-Field", upn: "L001107921413")
        export.pupil("P2", at: "0012001")
        export.pupil("P3", at: "0012001", upn: "L001107921413")
        let report = try scene.take(export)
        #expect(report.issues.count { $0.field == "upn" } == 2)
        #expect(try scene.value(.upn, .basicDetails, of: "P1") == "L001107921412")
        #expect(try scene.value(.surname, .basicDetails, of: "P1") == "Abara-Field")
        #expect(try scene.entry(.pupil, "P3") != nil)
        #expect(try scene.value(.upn, .basicDetails, of: "P3") == nil)
        #expect(try scene.take(export).appended == 0)
    }

    @Test("of School Data Sync too: a mistyped date or address keeps what is known, wherever the value stands")
    func droppedValueOfSDS() throws {
        let scene = try ImportScene()
        let files = SDSFiles.version21
        try scene.takeSDS(files)
        var faulty = files
        faulty["users.csv"] = files["users.csv"]?.replacing("ada@example.org", with: "ada at example.org")
        faulty["demographics.csv"] = files["demographics.csv"]?.replacing("2017-03-14", with: "2017-13-14")
        let report = try scene.takeSDS(faulty)
        #expect(report.appended == 0)
        #expect(try scene.value(.birthDate, .basicDetails, of: "p1", source: "sds") == "2017-03-14")
        #expect(try scene.value(.email, .address, of: "p1", source: "sds") == "ada@example.org")
    }

    @Test("a faulty line beside a known person keeps the person's links, and counts come out whole")
    func sideLine() throws {
        let scene = try ImportScene()
        var files = SDSFiles.version21
        try scene.takeSDS(files)
        files["relationships.csv"] = files["relationships.csv"]?.replacing("p1,g1,relative", with: "p1,g1,")
        files["roles.csv"] = files["roles.csv"]?.replacing(",R,TRUE", with: ",1,TRUE")
        let report = try scene.takeSDS(files)
        let pupils = try #require(report.entities[.pupil])
        #expect(pupils.changed == 1 && pupils.unchanged == 1 && pupils.new == 0 && pupils.gone == 0)
        #expect(try scene.has(.contacts, "p1", source: "sds"))
        #expect(try scene.value(.yearGroup, .registration, of: "p2", source: "sds") == "1")
        #expect(report.entities[.enrolment]?.unchanged == 1)
        #expect(try scene.takeSDS(files).appended == 0)
    }
}
