import EventLog
import Identifiers
import Import
import Projections
import School
import SyncdTesting
import Testing

/// What cannot be taken in stays a data issue until a later file mends it.
@Suite struct IssueTests {
    /// Everything that the store knows of issues, in the order of their numbers.
    private func issues(_ scene: ImportScene) throws -> [DataIssue] {
        var found: [DataIssue] = []
        try scene.state.read { snapshot in
            try snapshot.dataIssues { issue in
                found.append(issue)
                return true
            }
        }
        return found
    }

    private func faulty() -> Export {
        var export = HeldRowTests.school()
        export.set("sen", ["P1,K,2024-01-08,,,", "P1,,,,SLCN,0", "P2,K,2024-01-08,,,"])
        return export
    }

    @Test("Invariant 9, S3-117: a parked row is an issue with file, line, field, rule and how to mend it")
    func parked() throws {
        let scene = try ImportScene()
        try scene.take(HeldRowTests.school())
        let report = try scene.take(faulty())
        #expect(report.appended == 1, "only the other pupil's provision is data")
        let issue = try #require(try issues(scene).first { $0.field == "need_rank" })
        #expect(issue.file == "sen.csv" && issue.line == 3 && issue.isParked && issue.isOpen)
        #expect(issue.rule.rawValue == "valueInvalid" && !issue.rule.mending.isEmpty)
        #expect(issue.value == "0" && issue.key == "P1")
        #expect(issue.person == (try scene.entry(.pupil, "P1")?.id))
        #expect(report.issuesOpen == (try issues(scene).count))
    }

    @Test("the value and the key stand in the sealed part alone, under the person's own key")
    func sealed() throws {
        let scene = try ImportScene()
        var export = HeldRowTests.school()
        export.set("pupils", [])
        export.pupil("P1", at: "0012001", birth: "14/03/2017", upn: "L001107921412")
        export.pupil("P2", at: "0012001")
        try scene.take(export)
        let raised = try scene.events(.dataIssueRaised)
        #expect(!raised.isEmpty)
        for event in raised {
            let open = String(decoding: event.open, as: UTF8.self)
            #expect(!open.contains("14/03/2017") && !open.contains("P1"))
            #expect(event.parts.map(\.dataClass.rawValue) == [DataGroup.dataIssue.rawValue])
        }
        let birth = try #require(try issues(scene).first { $0.field == "birth_date" })
        #expect(birth.value == "14/03/2017")
        #expect(birth.person == nil, "a stranger's value is sealed under a key of its own")
    }

    @Test("rulings 20: an unchanged repeat appends nothing of data or issues, and says that it saw them again")
    func again() throws {
        let scene = try ImportScene()
        try scene.take(faulty())
        let before = try issues(scene)
        let raised = try scene.count(.dataIssueRaised)
        #expect(raised > 0)
        scene.clock.advance(seconds: 86_400)
        for _ in 1...2 {
            let report = try scene.take(faulty())
            #expect(report.appended == 0 && report.issuesRaised == 0 && report.issuesResolved == 0)
            #expect(report.issuesOpen == before.count)
        }
        #expect(try scene.count(.dataIssueRaised) == raised)
        let after = try issues(scene)
        #expect(after.map(\.number) == before.map(\.number))
        #expect(zip(after, before).allSatisfy { $0.firstSeen == $1.firstSeen && $0.lastSeen > $1.lastSeen })
        #expect(try scene.state.verify().difference == nil)
    }

    @Test("a row that moves to another line is the same issue with its new line")
    func line() throws {
        let scene = try ImportScene()
        try scene.take(faulty())
        let before = try issues(scene)
        var export = faulty()
        export.set("sen", ["P2,K,2024-01-08,,,", "P1,K,2024-01-08,,,", "P1,,,,SLCN,0"])
        let report = try scene.take(export)
        #expect(report.issuesResolved == 0)
        let after = try issues(scene)
        #expect(after.map(\.id) == before.map(\.id))
        #expect(after.first { $0.field == "need_rank" }?.line == 4)
    }

    @Test("a later file that tells the row well mends the issue; one that no longer has it ends it")
    func mended() throws {
        let scene = try ImportScene()
        try scene.take(faulty())
        var mended = faulty()
        mended.set("sen", ["P1,K,2024-01-08,,,", "P1,,,,SLCN,1"])
        let report = try scene.take(mended)
        #expect(report.issuesOpen == 0 && report.issuesResolved > 0)
        #expect(try issues(scene).allSatisfy { $0.resolution?.how == .mended })
        #expect(try scene.value(.senType, .sen, of: "P1") == "SLCN")
        try scene.take(faulty())
        mended.set("sen", [])
        try scene.take(mended)
        let ended = try issues(scene).filter { $0.resolution?.how == .gone }
        #expect(!ended.isEmpty && ended.allSatisfy { $0.file == "sen.csv" })
        #expect(Set(try issues(scene).map(\.number)).count == (try issues(scene).count))
        #expect(try scene.state.verify().difference == nil)
    }

    @Test("a delta mends what it tells, and says nothing of the rest")
    func delta() throws {
        let scene = try ImportScene()
        var full = faulty()
        full.set("sen", ["P1,,,,SLCN,0", "P2,,,,SLCN,0"])
        try scene.take(full)
        #expect(try issues(scene).filter(\.isOpen).count == 2)
        var delta = Export("0012001", areas: ["sen"], isFull: false)
        delta.add("sen", "P1,,,,SLCN,1")
        try scene.take(delta)
        let left = try issues(scene).filter(\.isOpen)
        #expect(left.map(\.key) == ["P2"])
        #expect(try issues(scene).first { $0.key == "P1" }?.resolution?.how == .mended)
    }

    @Test("S3-130: a value that is wrong but parks nothing is an issue, too; a doubled row is only told")
    func values() throws {
        let scene = try ImportScene()
        var export = HeldRowTests.school()
        export.set("pupils", [])
        export.pupil("P1", at: "0012001", upn: "L001107921413")
        export.pupil("P2", at: "0012001")
        export.pupil("P2", at: "0012001")
        let report = try scene.take(export)
        #expect(report.parked == 0 && report.issues.count == 2)
        let found = try issues(scene)
        #expect(found.map(\.rule.rawValue) == ["upn1510"])
        #expect(found.first?.value == "L001107921413" && found.first?.isParked == false)
        #expect(found.first?.person == (try scene.entry(.pupil, "P1")?.id))
    }

    @Test("S3-100: an area that the account may not read is an issue until it is read")
    func denied() throws {
        let scene = try ImportScene()
        var export = HeldRowTests.school()
        export.drop("sen")
        export.denied = ["sen"]
        try scene.take(export)
        #expect(try issues(scene).map(\.rule) == [.areaDenied])
        try scene.take(HeldRowTests.school())
        #expect(try issues(scene).allSatisfy { !$0.isOpen })
    }

    @Test("a run of one school leaves the issues of another alone")
    func oneBase() throws {
        let scene = try ImportScene()
        var export = Export("A", "B")
        for base in ["A", "B"] { export.pupil("P\(base)", at: base, birth: "14/03/2017") }
        export.pupil("Q", at: "A")
        try scene.take(export)
        #expect(try issues(scene).filter(\.isOpen).count == 2)
        export.set("pupils", [])
        for key in ["PA", "Q"] { export.pupil(key, at: "A") }
        export.pupil("PB", at: "B")
        try scene.take(export, base: "A")
        #expect(try issues(scene).filter(\.isOpen).map(\.key) == ["PB"])
        try scene.take(export)
        #expect(try issues(scene).allSatisfy { $0.resolution?.how == .mended })
    }

    @Test("rulings 36: rows that differ are issues each with its own line, gone when one is left")
    func twofold() throws {
        let scene = try ImportScene()
        try scene.take(HeldRowTests.school())
        var export = HeldRowTests.school()
        export.pupil("P1", at: "0012001", surname: "Other")
        try scene.take(export)
        let open = try issues(scene).filter(\.isOpen)
        #expect(open.map(\.rule) == [.rowsDiffer, .rowsDiffer] && open.map(\.line) == [2, 4])
        try scene.take(export)
        #expect(try issues(scene).filter(\.isOpen).map(\.id) == open.map(\.id))
        try scene.take(HeldRowTests.school())
        #expect(try issues(scene).allSatisfy { $0.resolution?.how == .mended })
    }
}
