import EventLog
import Import
import Projections
import School
import Testing

/// Which schools a run is about, and which it registers.
@Suite struct BaseTests {
    static let areas = [
        "bases", "pupils", "registrations", "sen", "classes", "class-memberships", "contacts", "pupil-contacts",
    ]

    private func trust() -> Export {
        var export = Export("A", "B", areas: Self.areas)
        for base in ["A", "B"] {
            export.pupil("P\(base)", at: base)
            export.registration("P\(base)", at: base, "C")
            export.add("sen", "P\(base),K,2024-01-08,,,")
            export.add("classes", "\(base),C\(base),1\(base),registration")
            export.add("class-memberships", "C\(base),P\(base)")
            export.add("contacts", "\(base),K\(base),Abara,Temperance")
            export.add("pupil-contacts", "P\(base),K\(base),1,PAM,true,,")
        }
        return export
    }

    @Test("rows of the other school are left out without a word")
    func leftOut() throws {
        let scene = try ImportScene()
        let report = try scene.take(trust(), base: "A")
        #expect(report.issues.isEmpty)
        #expect(report.entities[.pupil]?.new == 1 && report.entities[.enrolment]?.new == 1)
        #expect(try scene.bases() == ["A"])
        #expect(try scene.entry(.pupil, "PB") == nil)
        #expect(try scene.take(trust()).entities[.pupil]?.new == 1)
        #expect(try scene.take(trust(), base: "B").appended == 0)
    }

    @Test("deletions of the other school are left alone")
    func deletions() throws {
        let scene = try ImportScene()
        try scene.take(trust())
        var export = Export("A", "B", areas: [], isFull: false)
        export.add("deletions", "pupil,PA,,", "pupil,PB,,")
        #expect(try scene.take(export, base: "A").entities[.pupil]?.gone == 1)
        #expect(try scene.entry(.pupil, "PB")?.isPresent == true)
        #expect(try scene.entry(.pupil, "PA")?.isPresent == false)
    }

    @Test("a base that nobody has registered, or of which the files say nothing, is refused", arguments: [true, false])
    func unknown(register: Bool) throws {
        let scene = try ImportScene()
        try scene.take(trust())
        let before = scene.log.durableEnd
        #expect(throws: ImportError(.unknownBase, "")) { try scene.take(trust(), base: "O", register: register) }
        try scene.take(Export("C"), source: "other")
        #expect(throws: ImportError(.unknownBase, "")) { try scene.take(trust(), base: "C", register: register) }
        #expect(try scene.bases() == ["A", "B", "C"])
        #expect(scene.log.durableEnd > before)
    }

    @Test("rulings 20: a school that two sources tell of is told once; what the later one says differently stands")
    func twoSources() throws {
        let scene = try ImportScene()
        try scene.take(trust(), source: "first")
        #expect(try scene.take(trust(), source: "second").entities[.base]?.unchanged == 2)
        #expect(try scene.take(trust(), source: "second").appended == 0)
        #expect(try scene.take(trust(), source: "first").appended == 0)
        var renamed = trust()
        renamed.set("bases", ["A,School A anew", "B,School B"])
        #expect(try scene.take(renamed, source: "second").entities[.base]?.changed == 1)
        #expect(try scene.take(renamed, source: "second").appended == 0)
    }

    @Test("without bases.csv, denied or absent, the other files go in", arguments: [true, false])
    func noBasesFile(isDenied: Bool) throws {
        let scene = try ImportScene()
        var export = trust()
        export.drop("bases")
        if isDenied { export.denied = ["bases"] }
        let report = try scene.take(export)
        #expect(report.parked == 0 && report.entities[.pupil]?.new == 2)
        #expect(try scene.take(export, register: false).appended == 0)
    }

    @Test("a school that the manifest lists is covered without any row: its pupils are gone")
    func covered() throws {
        let scene = try ImportScene()
        try scene.take(trust())
        var export = trust()
        export.set("bases", ["A,School A"])
        for area in Self.areas.dropFirst() { export.set(area, []) }
        export.pupil("PA", at: "A")
        #expect(try scene.take(export).entities[.pupil]?.gone == 1)
        #expect(try scene.entry(.pupil, "PB")?.isPresent == false)
        #expect(try scene.entry(.pupil, "PA")?.isPresent == true)
    }

    @Test("a row that is held back registers no school")
    func heldRow() throws {
        let scene = try ImportScene()
        let report = try scene.takeSDS(SDSFiles.version1(("P", "S1"), ("Q", "99999"), schools: ["S1"]))
        #expect(report.parked == 1)
        #expect(report.registeredBases == ["S1"])
        #expect(try scene.bases() == ["S1"])
    }
}
