import EventLog
import Events
import Identifiers
import Import
import Projections
import School
import SwiftProtobuf
import SyncdTesting
import Testing

/// Before a pupil's entry only Z may be told; other marks wait until the date is corrected (rulings 28).
@Suite struct MarkEntryTests {
    private static let marks = "attendance-marks"

    /// A school of one pupil, who entered on a day.
    private static func school(entry: String, isFull: Bool = true, areas: [String] = []) -> Export {
        var export = Export("0012001", areas: ["bases", "pupils", "registrations", marks] + areas, isFull: isFull)
        export.pupil("P1", at: "0012001")
        export.add("registrations", "0012001,P1,C,\(entry),")
        return export
    }

    private func codes(_ scene: ImportScene) throws -> [String: String] {
        guard let source = try scene.store.source(named: "made-up") else { return [:] }
        var codes: [String: String] = [:]
        try scene.store.forEachEntity(source.id, .mark) { entry in
            guard entry.status == .present,
                let row = try scene.store.content(of: .attendance, of: entry.id)?.rows.first
            else { return }
            codes["\(row[.sessionDate] ?? "") \(row[.sessionHalf] ?? "")"] = row[.mark]
        }
        return codes
    }

    private func openIssues(_ scene: ImportScene) throws -> [DataIssue] {
        var found: [DataIssue] = []
        try scene.state.read { snapshot in
            try snapshot.dataIssues { issue in
                if issue.isOpen { found.append(issue) }
                return true
            }
        }
        return found
    }

    private static func early() -> Export {
        var export = school(entry: "2025-09-03")
        export.mark("P1", "2025-09-01", "AM", "Z")
        export.mark("P1", "2025-09-02", "AM", "/")
        export.mark("P1", "2025-09-02", "PM", "\\")
        export.mark("P1", "2025-09-03", "AM", "/")
        return export
    }

    @Test("rulings 28: before entry Z goes in, and another mark is parked as a data issue that says what to do")
    func parked() throws {
        let scene = try ImportScene()
        let report = try scene.take(Self.early())
        #expect(try codes(scene) == ["2025-09-01 AM": "Z", "2025-09-03 AM": "/"])
        #expect(report.parked == 2 && report.entities[.mark]?.new == 2)
        let issues = try openIssues(scene)
        #expect(issues.map(\.rule) == [.markBeforeEntry, .markBeforeEntry])
        #expect(issues.map(\.value) == ["/", "\\"])
        #expect(issues.allSatisfy { $0.isParked && $0.reason.contains("entry") })
        #expect(issues[0].rule.mending.contains("entry date"))
        #expect(issues[0].person == (try scene.entry(.pupil, "P1")?.id))
    }

    @Test(
        "rulings 28: when the entry date is corrected the marks come in by themselves, though no file tells them again"
    )
    func released() throws {
        let scene = try ImportScene()
        try scene.take(Self.early())
        let report = try scene.take(Self.school(entry: "2025-09-02"))
        #expect(
            try codes(scene)
                == ["2025-09-01 AM": "Z", "2025-09-02 AM": "/", "2025-09-02 PM": "\\", "2025-09-03 AM": "/"]
        )
        #expect(report.entities[.mark]?.new == 2 && report.issuesResolved == 2)
        #expect(try openIssues(scene).isEmpty)
        #expect(try scene.take(Self.school(entry: "2025-09-02")).appended == 0)
        // A line that was read is told; of what had waited, whose line is another run's, none is.
        var lines: [String: UInt32] = [:]
        try scene.log.read(LogQuery(type: EventType.attendanceMarked.number, opensParts: true)) { event in
            for part in event.parts {
                let told = try Syncd_Events_GroupPart(serializedBytes: part.plaintext ?? [])
                guard let row = told.rows.first else { continue }
                let values = zip(row.fields, row.values).filter { $0.0 == UInt32(Field.mark.rawValue) }.map(\.1)
                lines[(values.first ?? "") + " \(event.position)"] = told.line
            }
            return true
        }
        #expect(lines.count == 4 && lines.values.sorted() == [0, 0, 2, 5], "\(lines)")
    }

    @Test("a correction that does not reach back far enough lets in what it reaches, and the rest waits on")
    func partly() throws {
        let scene = try ImportScene()
        var export = Self.school(entry: "2025-09-05")
        export.mark("P1", "2025-09-02", "AM", "/")
        export.mark("P1", "2025-09-04", "AM", "L")
        try scene.take(export)
        #expect(try codes(scene).isEmpty)
        try scene.take(Self.school(entry: "2025-09-03", isFull: false))
        #expect(try codes(scene) == ["2025-09-04 AM": "L"])
        #expect(try openIssues(scene).map(\.value) == ["/"])
        // Nothing new: it waits as it did.
        #expect(try scene.take(Self.school(entry: "2025-09-03")).appended == 0)
        #expect(try openIssues(scene).count == 1)
    }

    @Test("what the file tells of the session now stands before what waited")
    func toldAgain() throws {
        let scene = try ImportScene()
        try scene.take(Self.early())
        var export = Self.school(entry: "2025-09-01")
        export.mark("P1", "2025-09-02", "AM", "I")
        let report = try scene.take(export)
        #expect(try codes(scene)["2025-09-02 AM"] == "I" && codes(scene)["2025-09-02 PM"] == "\\")
        #expect(report.parked == 0)
        #expect(try openIssues(scene).isEmpty)
        // The mark corrected to Z ends the issue, too.
        let other = try ImportScene()
        try other.take(Self.early())
        var corrected = Self.school(entry: "2025-09-03")
        corrected.mark("P1", "2025-09-02", "AM", "Z")
        corrected.mark("P1", "2025-09-02", "PM", "Z")
        try other.take(corrected)
        #expect(try codes(other)["2025-09-02 AM"] == "Z")
        #expect(try openIssues(other).isEmpty)
    }

    @Test("an amendment that waited comes in whole, with old mark, reason, day, name and post")
    func amendment() throws {
        let scene = try ImportScene()
        var export = Self.school(entry: "2025-09-03")
        export.add(Self.marks, "P1,0012001,2025-09-02,AM,I,N,parent rang,2025-09-03,A. Clerk,Attendance officer")
        try scene.take(export)
        #expect(try codes(scene).isEmpty)
        try scene.take(Self.school(entry: "2025-09-02"))
        let source = try #require(try scene.store.source(named: "made-up")).id
        var rows: [FieldRow] = []
        try scene.store.forEachEntity(source, .mark) { entry in
            rows += try scene.store.content(of: .attendance, of: entry.id)?.rows ?? []
        }
        let row = try #require(rows.first)
        #expect(row[.mark] == "I" && row[.formerMark] == "N" && row[.amendmentReason] == "parent rang")
        #expect(row[.amendedOn] == "2025-09-03" && row[.amendedBy] == "A. Clerk")
        #expect(row[.amenderPost] == "Attendance officer")
    }

    @Test("undoing the correction takes the marks out again, and they wait and come in as before")
    func undone() throws {
        let scene = try ImportScene()
        try scene.take(Self.early())
        try scene.take(Self.school(entry: "2025-09-02"))
        try scene.undo(try scene.lastRun())
        #expect(try codes(scene) == ["2025-09-01 AM": "Z", "2025-09-03 AM": "/"])
        #expect(try openIssues(scene).map(\.value).sorted() == ["/", "\\"])
        try scene.take(Self.school(entry: "2025-09-02"))
        #expect(try codes(scene).count == 4)
    }

    @Test("of a pupil without a known entry date any mark may be right; of a second spell the first one counts")
    func spells() throws {
        let unknown = try ImportScene()
        var export = Export("0012001", areas: ["bases", "pupils", Self.marks])
        export.pupil("P1", at: "0012001")
        export.mark("P1", "2025-09-02", "AM", "/")
        try unknown.take(export)
        #expect(try codes(unknown) == ["2025-09-02 AM": "/"])
        let again = try ImportScene()
        var spells = Self.school(entry: "2024-09-02")
        spells.set("registrations", ["0012001,P1,C,2023-09-04,2024-07-19", "0012001,P1,C,2025-09-08,"])
        spells.mark("P1", "2024-01-08", "AM", "/")
        spells.mark("P1", "2023-09-01", "AM", "/")
        try again.take(spells)
        #expect(try codes(again) == ["2024-01-08 AM": "/"])
    }

    @Test(
        "marks that come before, on and after random days of entry are told at a glance as the long way tells them",
        arguments: 0..<12 as Range<UInt64>
    )
    func sameAsTheLongWay(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let glancing = try ImportScene()
        let going = try ImportScene()
        for _ in 0..<3 {
            let isFull = Bool.random(using: &random)
            var export = Export("0012001", areas: ["bases", "pupils", "registrations", Self.marks], isFull: isFull)
            for pupil in 1...6 {
                export.pupil("P\(pupil)", at: "0012001")
                let entry = "2025-09-0\(Int.random(in: 1...5, using: &random))"
                if pupil < 6 { export.add("registrations", "0012001,P\(pupil),C,\(entry),") }
                for day in 1...5 where Bool.random(using: &random) {
                    export.mark(
                        "P\(pupil)",
                        "2025-09-0\(day)",
                        "AM",
                        ["/", "Z", "I"].randomElement(using: &random) ?? "/"
                    )
                }
            }
            let path = glancing.newFolder()
            try export.write(to: path)
            let request = ImportRequest(
                source: "made-up",
                mode: export.isFull ? .full : .delta,
                registersBases: true
            )
            let seen = try glancing.take(request, from: path, into: glancing.store)
            let told = try going.take(
                request,
                from: path,
                into: FinishingTests.Failing(store: going.store, batchesLeft: .init(.max))
            )
            #expect(seen.entities == told.entities && seen.issues == told.issues)
            #expect(seen.issuesRaised == told.issuesRaised && seen.issuesResolved == told.issuesResolved)
            #expect(try codes(glancing) == codes(going))
        }
    }
}
