import EventLog
import Import
import Projections
import School
import Testing

/// Rows that say whom to protect, and cannot be read: the child is protected (rulings 11).
@Suite struct ProtectionRowTests {
    private static func school(_ rows: [String]) -> Export {
        var export = Export("0012001", areas: ["bases", "pupils", "protection"])
        for key in ["P1", "P2", "P3"] { export.pupil(key, at: "0012001") }
        export.set("protection", rows)
        return export
    }

    private func protection(_ scene: ImportScene, _ key: String) throws -> Protection {
        guard let entry = try scene.entry(.pupil, key) else { return .none }
        return try scene.state.read { try $0.protection(of: entry.id) }
    }

    @Test(
        "rulings 11: a value that is no answer, an empty one and a line of too few or too many fields protect the child, and are told",
        arguments: [
            ("P1,yes,", true, false), ("P1,1,false", true, false), ("P1,TRUE,", true, false), ("P1,,", true, false),
            ("P1,no,", true, false), ("P1,false,ja", false, true), ("P1", true, true), ("P1,false", true, true),
            ("P1,false,false,false", true, true), ("P1,,true", true, true),
        ]
    )
    func unreadable(row: String, isRestricted: Bool, isAdopted: Bool) throws {
        let scene = try ImportScene()
        let report = try scene.take(Self.school([row, "P2,false,false"]))
        #expect(try protection(scene, "P1") == Protection(isRestricted: isRestricted, isAdopted: isAdopted))
        #expect(try protection(scene, "P2") == .none)
        #expect(report.parked == 0 && report.protectionsAssumed > 0 && report.protectionsParked == 0)
        #expect(report.issuesOpen == report.protectionsAssumed)
        // What is corrected is corrected, and the issue goes.
        let mended = try scene.take(Self.school(["P1,false,false", "P2,false,false"]))
        #expect(try protection(scene, "P1") == .none)
        #expect(mended.issuesOpen == 0 && mended.protectionsAssumed == 0)
    }

    @Test("rulings 11: a protection that was told is not lifted by a row that cannot be read")
    func kept() throws {
        let scene = try ImportScene()
        try scene.take(Self.school(["P1,true,true"]))
        try scene.take(Self.school(["P1,nein,nein"]))
        #expect(try protection(scene, "P1") == Protection(isRestricted: true, isAdopted: true))
    }

    @Test(
        "rulings 11, 36: of two rows that differ the one that keeps more back counts, whichever stands first",
        arguments: [
            (["P1,true,", "P1,false,"], true, false, 0), (["P1,false,", "P1,true,"], true, false, 0),
            (["P1,false,", "P2,true,", "P1,true,true"], true, true, 0),
            (["P1,false,true", "P1,false,false"], false, true, 0),
            // Neither keeps all back that the other does: the address counts, and the other is told loudly.
            (["P1,true,", "P1,false,true"], true, false, 1), (["P1,false,true", "P1,true,false"], true, false, 1),
        ]
    )
    func twofold(rows: [String], isRestricted: Bool, isAdopted: Bool, parked: Int) throws {
        let scene = try ImportScene()
        let report = try scene.take(Self.school(rows))
        #expect(try protection(scene, "P1") == Protection(isRestricted: isRestricted, isAdopted: isAdopted))
        #expect(report.parked == parked && report.protectionsParked == parked)
        #expect(report.protectionsAssumed + report.protectionsParked == 1)
        let again = try scene.take(Self.school(rows))
        #expect(again.appended == 0)
        #expect(try protection(scene, "P1") == Protection(isRestricted: isRestricted, isAdopted: isAdopted))
    }

    @Test("rulings 11: a row that protects nobody who is known is counted apart")
    func unknown() throws {
        let scene = try ImportScene()
        let report = try scene.take(Self.school(["P9,true,true", ",true,true"]))
        #expect(report.protectionsParked == 2 && report.protectionsAssumed == 0)
    }

    @Test("rulings 11: whom a court order bars stays barred when the answer cannot be read, and the link goes in")
    func barred() throws {
        let scene = try ImportScene()
        var export = Export("0012001", areas: ["bases", "pupils", "contacts", "pupil-contacts"])
        export.pupil("P1", at: "0012001")
        export.add("contacts", "0012001,K1,Abara,Temperance")
        export.add("pupil-contacts", "P1,K1,1,PAM,true,yes,maybe")
        let report = try scene.take(export)
        #expect(report.parked == 0 && report.issuesOpen == 2)
        #expect(try scene.value(.courtOrder, .contacts, of: "P1") == "true")
        #expect(try scene.value(.noContact, .contacts, of: "P1") == "true")
    }
}
