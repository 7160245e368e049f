import EventLog
import Import
import Projections
import School
import Testing

/// What goes, and what waits for a person.
@Suite struct RemovalTests {
    private func school(_ numbers: ClosedRange<Int>) -> Export {
        var export = Export("A")
        export.pupils("P", numbers, at: "A")
        return export
    }

    private func deletions(_ numbers: ClosedRange<Int>, times: Int = 1) -> Export {
        var export = Export("A", areas: [], isFull: false)
        for _ in 1...times { for number in numbers { export.add("deletions", "pupil,P\(number),,") } }
        return export
    }

    @Test("deletions count for the guard, are held the same way, and go with the number allowed")
    func held() throws {
        let scene = try ImportScene()
        try scene.take(school(1...40))
        let report = try scene.take(deletions(1...11))
        #expect(report.entities[.pupil]?.held == 11 && report.entities[.pupil]?.gone == 0)
        #expect(report.appended == 0)
        #expect(try scene.take(deletions(1...11), allowedRemovals: 10).entities[.pupil]?.held == 11)
        #expect(try scene.take(deletions(1...11), allowedRemovals: 11).entities[.pupil]?.gone == 11)
        #expect(try scene.entry(.pupil, "P1")?.status == .deletedAtSource)
    }

    @Test("deleted and missing pupils count together")
    func together() throws {
        let scene = try ImportScene()
        try scene.take(school(1...40))
        var export = school(13...40)
        for number in 1...6 { export.add("deletions", "pupil,P\(number),,") }
        #expect(try scene.take(export).entities[.pupil]?.held == 12)
        let report = try scene.take(export, allowedRemovals: 12)
        #expect(report.entities[.pupil]?.gone == 12)
        #expect(try scene.entry(.pupil, "P1")?.status == .deletedAtSource)
        #expect(try scene.entry(.pupil, "P12")?.status == .absent)
    }

    @Test("a deletion that stands twice counts once and is told once")
    func twice() throws {
        let scene = try ImportScene()
        try scene.take(school(1...40))
        let report = try scene.take(deletions(1...1, times: 2))
        #expect(report.entities[.pupil]?.gone == 1 && report.appended == 1 && report.issues.count == 1)
    }

    @Test("groups that stand twice in the deletions are deleted once")
    func groupsTwice() throws {
        let scene = try ImportScene()
        var export = Export("A", areas: ["bases", "pupils", "sen"])
        export.pupil("P1", at: "A")
        export.add("sen", "P1,K,2024-01-08,,,")
        try scene.take(export)
        var deletion = Export("A", areas: [], isFull: false)
        deletion.add("deletions", "pupil,P1,,sen", "pupil,P1,,sen")
        let report = try scene.take(deletion)
        #expect(report.entities[.pupil]?.changed == 1 && report.appended == 1)
        #expect(try !scene.has(.sen, "P1"))
    }

    @Test("a dry run tells what the run does")
    func dryRun() throws {
        let scene = try ImportScene()
        try scene.take(school(1...40))
        let before = scene.log.durableEnd
        let shown = try scene.take(deletions(1...3), isDryRun: true)
        #expect(scene.log.durableEnd == before)
        #expect(try scene.take(deletions(1...3)).entities == shown.entities)
    }
}

extension RemovalTests {
    @Test("a deletion of what its own file still tells is parked, registrations among it")
    func contradiction() throws {
        let scene = try ImportScene()
        var export = Export("A", areas: ["bases", "pupils", "registrations"])
        export.pupil("P1", at: "A")
        export.registration("P1", at: "A", "C")
        try scene.take(export)
        export.add("deletions", "pupil,P1,,registration", "pupil,P1,,")
        let report = try scene.take(export)
        #expect(report.parked == 2 && report.appended == 0)
        #expect(try scene.has(.registration, "P1"))
    }

    @Test("without pupils.csv no registration ends, and nobody moves")
    func registrationsAlone() throws {
        let scene = try ImportScene()
        var export = Export("A", "B", areas: ["bases", "pupils", "registrations"])
        export.pupil("P1", at: "A")
        export.registration("P1", at: "A", "C")
        try scene.take(export)
        export.drop("pupils")
        export.set("registrations", ["B,P1,S,2025-09-01,"])
        try scene.take(export)
        #expect(try scene.standing("P1") == ["A": .present, "B": .present])
    }

    @Test("rulings 20: a pupil who is back without what was known has none of it, and a repeat appends nothing")
    func back() throws {
        let scene = try ImportScene()
        var export = Export("A", areas: ["bases", "pupils", "sen"])
        export.pupil("P1", at: "A")
        export.pupil("P2", at: "A")
        export.add("sen", "P1,K,2024-01-08,,,")
        try scene.take(export)
        var without = Export("A", areas: ["bases", "pupils", "sen"])
        without.pupil("P2", at: "A")
        try scene.take(without)
        without.pupil("P1", at: "A")
        #expect(try scene.take(without).entities[.pupil]?.new == 1)
        #expect(try scene.has(.sen, "P1") == false)
        #expect(try scene.take(without).appended == 0)
    }
}
