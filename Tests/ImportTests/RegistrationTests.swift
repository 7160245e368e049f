import EventLog
import Import
import Projections
import School
import Testing

/// Moves, dual registration, and their ends (rulings 2, 35), through files.
@Suite struct RegistrationTests {
    static let areas = ["bases", "pupils", "registrations", "sen"]

    /// A trust's export with one pupil, at the base that the own row names, and the registrations.
    private func trust(_ home: String, _ registrations: [String: String], bases: [String] = ["A", "B"]) -> Export {
        var export = Export("A", "B", areas: Self.areas)
        export.bases = bases
        export.set("bases", bases.map { "\($0),School \($0)" })
        for base in bases { export.pupil("Z\(base)", at: base) }
        export.pupil("P", at: home)
        for (base, status) in registrations.sorted(by: { $0.key < $1.key }) {
            export.registration("P", at: base, status, leaving: status == "P" ? "2025-08-31" : "")
        }
        for base in bases { export.registration("Z\(base)", at: base, "C") }
        return export
    }

    @Test("a second registration that is told no more is gone, and the pupil stays")
    func secondGoes() throws {
        let scene = try ImportScene()
        try scene.take(trust("A", ["A": "M", "B": "S"]))
        #expect(try scene.standing("P") == ["A": .present, "B": .present])
        let report = try scene.take(trust("A", ["A": "C"]))
        #expect(report.entities[.registration]?.gone == 1)
        #expect(try scene.standing("P") == ["A": .present, "B": .absent])
        #expect(try scene.take(trust("A", ["A": "C"])).appended == 0)
    }

    @Test("a pupil who is gone altogether is gone from both schools")
    func bothGo() throws {
        let scene = try ImportScene()
        try scene.take(trust("A", ["A": "M", "B": "S"]))
        var without = trust("A", [:])
        without.set("pupils", ["A,ZA,Abara,Ikenna,2017-03-14,M,,,", "B,ZB,Abara,Ikenna,2017-03-14,M,,,"])
        let report = try scene.take(without)
        #expect(report.entities[.pupil]?.gone == 1 && report.entities[.registration]?.gone == 1)
        #expect(try scene.standing("P") == ["A": .absent, "B": .absent])
    }

    @Test("main and subsidiary change places and nobody moves")
    func swap() throws {
        let scene = try ImportScene()
        try scene.take(trust("A", ["A": "M", "B": "S"]))
        for (home, statuses) in [("B", ["A": "S", "B": "M"]), ("A", ["A": "M", "B": "S"])] {
            let report = try scene.take(trust(home, statuses))
            #expect(report.entities[.pupil]?.changed == 1 && report.entities[.registration]?.changed == 1)
            #expect(try scene.home("P") == "A")
            #expect(try scene.take(trust(home, statuses)).appended == 0)
        }
        #expect(try scene.count(.entityMoved) == 0)
    }

    @Test("the end of the main registration makes the second one the home: one move, counted once")
    func mainEnds() throws {
        let scene = try ImportScene()
        try scene.take(trust("A", ["A": "M", "B": "S"]))
        let moved = trust("B", ["A": "P", "B": "C"])
        let report = try scene.take(moved)
        #expect(report.entities[.pupil]?.changed == 1 && report.entities[.pupil]?.new == 0)
        #expect(try scene.count(.entityMoved) == 2)
        #expect(try scene.home("P") == "B")
        #expect(try scene.value(.enrolmentStatus, .registration, of: "P") == "C")
        #expect(try scene.standing("P") == ["A": .left, "B": .present])
        #expect(try scene.take(moved).appended == 0)
    }

    @Test("a key at another base with no active enrolment left is a move")
    func move() throws {
        let scene = try ImportScene()
        try scene.take(trust("A", ["A": "C"]))
        let moved = trust("B", ["B": "C"])
        #expect(try scene.take(moved).entities[.pupil]?.changed == 1)
        #expect(try scene.count(.entityMoved) == 2)
        #expect(try scene.standing("P") == ["B": .present])
        #expect(try scene.take(moved).appended == 0)
    }

    @Test("a move with an emptied group leaves the pupil at the new school")
    func moveAndEmptied() throws {
        let scene = try ImportScene()
        var before = trust("A", ["A": "C"])
        before.add("sen", "P,K,2024-01-08,,,")
        try scene.take(before)
        try scene.take(trust("B", ["B": "C"]))
        #expect(try scene.home("P") == "B")
        #expect(try scene.standing("P") == ["B": .present])
        #expect(try !scene.has(.sen, "P"))
        #expect(try scene.take(trust("B", ["B": "C"])).appended == 0)
    }

    @Test("a move with a group that the MIS deleted leaves the pupil at the new school")
    func moveAndDeleted() throws {
        let scene = try ImportScene()
        var before = trust("A", ["A": "C"])
        before.add("sen", "P,K,2024-01-08,,,")
        try scene.take(before)
        var after = trust("B", ["B": "C"])
        after.drop("sen")
        after.add("deletions", "pupil,P,,sen")
        try scene.take(after)
        #expect(try scene.home("P") == "B")
        #expect(try !scene.has(.sen, "P"))
    }

    @Test("each school's folder by itself: active at both is dual in either order, and no folder takes from the other")
    func separateFolders() throws {
        let (first, second) = (trust("A", ["A": "M"], bases: ["A"]), trust("B", ["B": "S"], bases: ["B"]))
        let scene = try ImportScene()
        var rich = first
        rich.add("sen", "P,K,2024-01-08,,,")
        try scene.take(rich)
        try scene.take(second, allowedStrangers: 1)
        for _ in 1...2 {
            #expect(try scene.standing("P") == ["A": .present, "B": .present])
            #expect(try scene.has(.sen, "P"))
            #expect(try scene.take(rich).appended == 0)
            #expect(try scene.take(second).appended == 0)
        }
        #expect(try scene.count(.entityMoved) == 0)
        let other = try ImportScene()
        try other.take(second)
        try other.take(first, allowedStrangers: 1)
        #expect(try other.standing("P") == ["A": .present, "B": .present])
        #expect(try other.count(.entityMoved) == 0)
    }

    @Test("each school's folder by itself: who leaves the home is at the other school from then")
    func separateFoldersMove() throws {
        let scene = try ImportScene()
        try scene.take(trust("A", ["A": "M"], bases: ["A"]))
        try scene.take(trust("B", ["B": "S"], bases: ["B"]), allowedStrangers: 1)
        var without = trust("A", [:], bases: ["A"])
        without.set("pupils", ["A,ZA,Abara,Ikenna,2017-03-14,M,,,"])
        let report = try scene.take(without)
        #expect(report.entities[.pupil]?.changed == 1 && report.entities[.pupil]?.gone == 0)
        #expect(try scene.home("P") == "B")
        #expect(try scene.value(.enrolmentStatus, .registration, of: "P") == "S")
        #expect(try scene.take(without).appended == 0)
        #expect(try scene.take(trust("B", ["B": "S"], bases: ["B"])).appended == 0)
    }

    @Test("a second registration can be deleted by name; the main one cannot")
    func deletion() throws {
        let scene = try ImportScene()
        try scene.take(trust("A", ["A": "M", "B": "S"]))
        var export = Export("A", "B", areas: [], isFull: false)
        export.add("deletions", "registration,P,B,", "registration,P,B,", "registration,P,A,")
        let report = try scene.take(export)
        #expect(report.entities[.registration]?.gone == 1)
        #expect(report.issues.filter { $0.effect == .parked }.map(\.line) == [4])
        #expect(try scene.standing("P") == ["A": .present, "B": .deletedAtSource])
    }

    @Test("a registration that is deleted and told no more counts once")
    func deletionAndGone() throws {
        let scene = try ImportScene()
        try scene.take(trust("A", ["A": "M", "B": "S"]))
        var export = trust("A", ["A": "C"])
        export.add("deletions", "registration,P,B,")
        #expect(try scene.take(export).entities[.registration]?.gone == 1)
        #expect(try scene.standing("P") == ["A": .present, "B": .deletedAtSource])
        #expect(try scene.take(export).appended == 0)
    }

    @Test("S1-24: a pupil who is deleted goes from both schools, once, and comes back to both")
    func deletedPupil() throws {
        let scene = try ImportScene()
        let dual = trust("A", ["A": "M", "B": "S"])
        try scene.take(dual)
        var export = trust("A", [:])
        export.set("pupils", ["A,ZA,Abara,Ikenna,2017-03-14,M,,,", "B,ZB,Abara,Ikenna,2017-03-14,M,,,"])
        export.add("deletions", "pupil,P,,")
        let report = try scene.take(export)
        #expect(report.entities[.pupil]?.gone == 1 && report.entities[.registration]?.gone == 1)
        #expect(try scene.standing("P") == ["A": .deletedAtSource, "B": .deletedAtSource])
        #expect(try scene.take(export).appended == 0)
        try scene.take(dual)
        #expect(try scene.standing("P") == ["A": .present, "B": .present])
    }

    @Test("a torn export of the home holds the moves of dual pupils with the removals")
    func heldMoves() throws {
        let scene = try ImportScene()
        var (first, second) = (trust("A", ["A": "M"], bases: ["A"]), trust("B", ["B": "S"], bases: ["B"]))
        first.pupils("Q", 1...20, at: "A")
        second.pupils("R", 1...20, at: "B")
        try scene.take(first)
        try scene.take(second, allowedStrangers: 30)
        var torn = trust("A", [:], bases: ["A"])
        torn.set("pupils", ["A,ZA,Abara,Ikenna,2017-03-14,M,,,"])
        let report = try scene.take(torn)
        #expect(report.entities[.pupil]?.held == 21 && report.appended == 0)
        #expect(try scene.home("P") == "A")
        let allowed = try scene.take(torn, allowedRemovals: 21)
        #expect(allowed.entities[.pupil]?.gone == 20 && allowed.entities[.pupil]?.changed == 1)
        #expect(try scene.home("P") == "B")
    }

    @Test("School Data Sync: active at two schools is dual, whatever their order")
    func dualOfSDS() throws {
        let scene = try ImportScene()
        try scene.takeSDS(SDSFiles.version2("S1,S2"))
        #expect(try scene.standing("p1", source: "sds") == ["S1": .present, "S2": .present])
        #expect(try scene.takeSDS(SDSFiles.version2("S2,S1")).appended == 0)
        try scene.takeSDS(SDSFiles.version2("S2"))
        #expect(try scene.home("p1", source: "sds") == "S2")
        #expect(try scene.count(.entityMoved) == 2)
    }

    @Test("School Data Sync version 1: two rows of one pupil at two schools are dual; one at another school is a move")
    func dualOfSDS1() throws {
        let scene = try ImportScene()
        let both = SDSFiles.version1(("P", "S1"), ("P", "S2"))
        let report = try scene.takeSDS(both)
        #expect(report.parked == 0 && report.entities[.pupil]?.new == 1)
        #expect(try scene.standing("P", source: "sds") == ["S1": .present, "S2": .present])
        #expect(try scene.takeSDS(SDSFiles.version1(("P", "S2"), ("P", "S1"))).appended == 0)
        try scene.takeSDS(SDSFiles.version1(("P", "S2")))
        #expect(try scene.home("P", source: "sds") == "S2")
        #expect(try scene.takeSDS(SDSFiles.version1(("P", "S2"))).appended == 0)
    }

    @Test("a pupil without links moves and comes back with one pair of events")
    func onePair() throws {
        let scene = try ImportScene()
        let files = SDSFiles.version21
        try scene.takeSDS(files)
        var moved = files
        moved["roles.csv"] = files["roles.csv"]?.replacing("p2,S1", with: "p2,S2")
        try scene.takeSDS(moved)
        #expect(try scene.count(.entityMoved) == 2)
        var without = moved
        without["roles.csv"] = moved["roles.csv"]?.replacing("p2,S2,student,R,TRUE\n", with: "")
        without["users.csv"] = moved["users.csv"]?.replacing("p2,ben,Ben,Byrd,,,\n", with: "")
        try scene.takeSDS(without)
        #expect(try scene.entry(.pupil, "p2", source: "sds")?.isPresent == false)
        let before = try scene.count(.entityStatusChanged)
        try scene.takeSDS(moved)
        #expect(try scene.count(.entityStatusChanged) == before + 1)
    }
}
