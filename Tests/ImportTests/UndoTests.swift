import EventLog
import Identifiers
import Import
import Projections
import School
import SyncdTesting
import Synchronization
import Testing

/// An undo changes back what a run changed and nobody has changed since; it deletes nothing.
@Suite struct UndoTests {
    @Test("Invariant 4: what a run changed is as before, and every event of the run is still in the log")
    func changed() throws {
        let scene = try ImportScene()
        try scene.take(HeldRowTests.school())
        let before = try scene.picture()
        let events = scene.log.durableEnd
        var export = HeldRowTests.school()
        export.set("pupils", [])
        export.pupil("P1", at: "0012001", surname: "Abara-Field")
        export.pupil("P3", at: "0012001")
        export.set("sen", ["P1,E,2024-01-08,,,", "P3,K,2024-01-08,,,"])
        export.set("registrations", [])
        export.registration("P1", at: "0012001", "C")
        let report = try scene.take(export)
        #expect(report.entities[.pupil]?.gone == 1 && report.entities[.pupil]?.new == 1)
        let after = scene.log.durableEnd
        let undone = try scene.undo(scene.lastRun())
        #expect(undone.left.isEmpty && undone.appended > 0)
        #expect(try scene.picture() == before)
        #expect(scene.log.durableEnd > after && after > events)
        #expect(try scene.entry(.pupil, "P3")?.status == .absent)
        #expect(try scene.count(.importUndone) == 1)
        #expect(try scene.state.verify().difference == nil)
    }

    @Test("the same files imported again show their changes again")
    func again() throws {
        let scene = try ImportScene()
        try scene.take(HeldRowTests.school())
        var export = HeldRowTests.school()
        export.set("sen", ["P1,E,2024-01-08,,,"])
        export.pupil("P3", at: "0012001")
        let first = try scene.take(export)
        let picture = try scene.picture()
        try scene.undo(scene.lastRun())
        let second = try scene.take(export)
        #expect(second.entities == first.entities)
        #expect(second.appended >= first.appended)
        #expect(try scene.picture() == picture)
        #expect(try scene.take(export).appended == 0)
    }

    @Test("what another run has changed since stays, and is told with the run that did it")
    func since() throws {
        let scene = try ImportScene()
        try scene.take(HeldRowTests.school())
        var export = HeldRowTests.school()
        export.set("sen", ["P1,E,2024-01-08,,,", "P2,E,2024-01-08,,,"])
        try scene.take(export)
        let run = try scene.lastRun()
        export.set("sen", ["P1,N,2024-01-08,,,", "P2,E,2024-01-08,,,"])
        let last = try scene.take(export)
        let undone = try scene.undo(run)
        #expect(undone.left.count == 1 && undone.entities[.pupil]?.restored == 1)
        let left = try #require(undone.left.first)
        #expect(left.group == .sen)
        #expect(try left.entity == scene.entry(.pupil, "P1")?.id)
        guard case .changedSince(_, last.run) = left.reason else {
            Issue.record("\(left.reason)")
            return
        }
        #expect(try scene.value(.senProvision, .sen, of: "P1") == "N")
        #expect(try scene.has(.sen, "P2") == false)
    }

    @Test("undone in the reverse order, runs leave nothing of themselves")
    func reverse() throws {
        let scene = try ImportScene()
        try scene.take(HeldRowTests.school())
        let before = try scene.picture()
        var export = HeldRowTests.school()
        export.set("sen", ["P1,E,2024-01-08,,,"])
        try scene.take(export)
        let first = try scene.lastRun()
        export.set("sen", ["P1,N,2024-01-08,,,"])
        try scene.take(export)
        let second = try scene.lastRun()
        #expect(try scene.undo(first).left.count == 1)
        #expect(try scene.undo(second).left.isEmpty)
        #expect(try scene.undo(first).left.isEmpty, "what stayed can go back now")
        #expect(try scene.picture() == before)
        #expect(try scene.undo(first).appended == 0)
        #expect(try scene.undo(second).appended == 0)
    }

    @Test("rulings 35: a move goes back, with the registration that it made of the old base")
    func moved() throws {
        let scene = try ImportScene()
        var export = Export("A", "B", areas: ["bases", "pupils", "registrations"])
        for number in 1...30 {
            export.pupil("P\(number)", at: "A")
            export.registration("P\(number)", at: "A", "C")
        }
        try scene.take(export)
        let before = try scene.picture()
        export.set("registrations", (1...30).map { "A,P\($0),P,2021-09-02,2025-08-31" })
        export.set("pupils", [])
        for number in 1...30 {
            export.pupil("P\(number)", at: number == 1 ? "B" : "A")
            export.registration("P\(number)", at: "B", number == 1 ? "C" : "S")
        }
        try scene.take(export)
        #expect(try scene.home("P1") == "B")
        let undone = try scene.undo(scene.lastRun())
        #expect(undone.left.isEmpty)
        #expect(try scene.home("P1") == "A")
        #expect(try scene.picture() == before)
    }

    @Test("what a run brought in stays whole when something of it was told since")
    func inUse() throws {
        let scene = try ImportScene()
        var export = Export("A", areas: ["bases", "pupils", "sen", "classes", "class-memberships"])
        export.pupil("P1", at: "A")
        try scene.take(export)
        export.add("classes", "A,C1,3A,teaching", "A,C2,3B,teaching")
        export.pupil("P2", at: "A")
        export.pupil("P3", at: "A")
        try scene.take(export)
        let run = try scene.lastRun()
        export.add("class-memberships", "C1,P1")
        export.add("sen", "P2,K,2024-01-08,,,")
        try scene.take(export)
        let undone = try scene.undo(run)
        #expect(undone.left.map(\.reason) == [.inUse, .inUse])
        #expect(try scene.entry(.class, "C1")?.isPresent == true)
        #expect(try scene.entry(.pupil, "P2")?.isPresent == true)
        #expect(try scene.entry(.class, "C2")?.isPresent == false)
        #expect(try scene.entry(.pupil, "P3")?.isPresent == false)
        try scene.undo(scene.lastRun())
        #expect(try scene.undo(run).left.isEmpty)
        #expect(try scene.entry(.class, "C1")?.isPresent == false)
    }

    @Test("data issues of the run end with it, and those that it mended are open again")
    func issues() throws {
        let scene = try ImportScene()
        var export = HeldRowTests.school()
        export.set("sen", ["P1,,,,SLCN,0"])
        try scene.take(export)
        let before = try scene.openIssues()
        #expect(before.count == 1)
        export.set("sen", ["P1,,,,SLCN,1", "P2,,,,SLCN,0"])
        try scene.take(export)
        #expect(try scene.openIssues().map(\.key) == ["P2"])
        let undone = try scene.undo(scene.lastRun())
        #expect(undone.issuesEnded == 1 && undone.issuesReopened == 1)
        #expect(try scene.openIssues().map(\.number) == before.map(\.number))
        try scene.take(export)
        #expect(try scene.openIssues().map(\.key) == ["P2"])
    }

    @Test("a dry run tells the same and appends nothing")
    func dryRun() throws {
        let scene = try ImportScene()
        try scene.take(HeldRowTests.school())
        let end = scene.log.durableEnd
        let run = try scene.lastRun()
        let shown = try scene.undo(run, isDryRun: true)
        #expect(scene.log.durableEnd == end)
        let done = try scene.undo(run)
        #expect(shown.entities == done.entities)
        #expect(shown.appended == done.appended)
        #expect(try scene.picture().allSatisfy { $0.value.isEmpty })
    }

    @Test(
        "Invariant 2: killed after any batch, the same call finishes the undo, and nothing is done twice",
        arguments: 0...5
    )
    func killed(batches: Int) throws {
        struct Stopped: Error {}
        let scene = try ImportScene()
        try scene.take(HeldRowTests.school())
        let before = try scene.picture()
        var export = HeldRowTests.school()
        for number in 3...40 { export.pupil("P\(number)", at: "0012001") }
        export.set("sen", (1...40).map { "P\($0),E,2024-01-08,,," })
        try scene.take(export)
        let run = try scene.lastRun()
        let left = Mutex(batches)
        let stops = { (batch: Batch) throws -> Appended in
            guard
                left.withLock({
                    $0 -= 1; return $0 >= 0
                })
            else { throw Stopped() }
            return try scene.log.append(batch)
        }
        #expect(throws: Stopped.self) { try scene.undo(run, batchEventsMax: 10, append: stops) }
        let report = try scene.undo(run, batchEventsMax: 10)
        #expect(report.resumed == (batches > 0))
        #expect(report.entities[.pupil]?.ended == 38 && report.entities[.pupil]?.restored == 2)
        #expect(try scene.picture() == before)
        #expect(try scene.count(.importUndoStarted) == 1)
        #expect(try scene.count(.importUndone) == 1)
        let statuses = try scene.count(.entityStatusChanged)
        #expect(try scene.undo(run).appended == 0)
        #expect(try scene.count(.entityStatusChanged) == statuses)
    }

    @Test("Invariant 3: what somebody changes while the undo decides is never written over")
    func concurrent() throws {
        let scene = try ImportScene()
        try scene.take(HeldRowTests.school())
        var export = HeldRowTests.school()
        export.set("sen", ["P1,E,2024-01-08,,,", "P2,E,2024-01-08,,,"])
        try scene.take(export)
        let run = try scene.lastRun()
        var other = Export("0012001", areas: ["sen"], isFull: false)
        other.add("sen", "P1,N,2024-01-08,,,")
        let isFirst = Mutex(true)
        let disturbed = { (batch: Batch) throws -> Appended in
            if isFirst.withLock({ first in
                defer { first = false }; return first
            }) {
                try scene.take(other)
            }
            return try scene.log.append(batch)
        }
        let undone = try scene.undo(run, append: disturbed)
        #expect(try scene.value(.senProvision, .sen, of: "P1") == "N")
        #expect(try scene.has(.sen, "P2") == false)
        #expect(undone.left.count == 1)
    }

    @Test("a run that was cut short is undone as far as it went, and is not taken up again")
    func cutShort() throws {
        let scene = try ImportScene()
        let path = scene.newFolder()
        var export = Export("A")
        export.pupils("P", 1...12_000, at: "A")
        try export.write(to: path)
        let request = ImportRequest(source: "made-up", mode: .full, registersBases: true)
        #expect(throws: FinishingTests.Failing.Stopped.self) {
            try scene.take(
                request,
                from: path,
                into: FinishingTests.Failing(store: scene.store, batchesLeft: .init(3))
            )
        }
        let run = try scene.lastRun()
        #expect(!run.isComplete)
        let undone = try scene.undo(run)
        #expect(undone.entities[.pupil]?.ended ?? 0 > 0)
        #expect(try scene.picture().allSatisfy { $0.value.isEmpty })
        let report = try scene.take(request, from: path, into: scene.store)
        #expect(!report.resumed && report.entities[.pupil]?.new == 12_000)
    }
}
