import Connectors
import EventLog
import Events
import Identifiers
import School
import SyncdTesting
import Testing
import Transfer

/// What tasks of each kind send, and of whom.
@Suite struct TaskKindTests {
    /// A Monday in the school year of the clock.
    private static let monday = "2024-09-02"

    private func attendance(_ scope: AttendanceScope, months: Int? = nil, cohort: Cohort = .everyYear) throws -> (
        SchoolStore, TaskID
    ) {
        let store = try SchoolStore()
        try store.tellTwoPupils()
        let task = try store.task(1, .attendance, ReportCatalogue.attendance) {
            $0.attendance = scope
            $0.months = months
            $0.cohort = cohort
        }
        return (store, task)
    }

    @Test(
        "S1-09: all attendances of the present year go as one string a pupil, and nothing of the core record goes along"
    )
    func allCurrent() throws {
        let (store, task) = try attendance(.allCurrent)
        try store.tellMarks(1, ("2024-07-19", .am, "/"), (Self.monday, .am, "/"), (Self.monday, .pm, "\\"))
        try store.tellMarks(1, ("2024-09-03", .am, "I"), ("2024-09-03", .pm, "C1"), ("2024-09-05", .am, "L"))
        try store.tellSession("2024-09-04", .am, open: false)
        try store.tellSession("2024-09-04", .pm, open: false)
        let outcome = try store.run(task)
        let xml = try store.xml(outcome)
        #expect(xml.contains("<AttendanceStartDate>2024-09-02</AttendanceStartDate>"))
        #expect(xml.contains("<AttendanceMarks>/\\IC##L-</AttendanceMarks>"))
        #expect(xml.contains("<Year>2024</Year>") && !xml.contains("2024-07-19"))
        for (name, count) in [("Possible", 5), ("Attended", 3), ("Authorised", 2), ("Unauthorised", 0)] {
            #expect(xml.contains("<Sessions\(name)>\(count)<"), "\(name)")
        }
        #expect(!xml.contains("High Street") && !xml.contains("Hopper") && xml.contains("<Surname>Lovelace"))
        #expect(try store.manifest(outcome).pupils.map(\.groups) == [["attendance"]])
    }

    @Test("S1-10, S1-11: tasks of absences send those alone")
    func absences() throws {
        for (scope, string) in [(AttendanceScope.unauthorisedCurrent, "O---G-"), (.absencesCurrent, "O-I-G-")] {
            let (store, task) = try attendance(scope)
            try store.tellMarks(
                1,
                (Self.monday, .am, "O"),
                (Self.monday, .pm, "\\"),
                ("2024-09-03", .am, "I"),
                ("2024-09-04", .am, "G")
            )
            #expect(try store.xml(store.run(task)).contains("<AttendanceMarks>\(string)<"), "\(scope)")
        }
    }

    @Test("S1-12: the previous year is the one before, with the codes of its time")
    func previous() throws {
        let (store, task) = try attendance(.allPrevious)
        try store.tellMarks(1, ("2023-10-02", .am, "H"), (Self.monday, .am, "/"), ("2023-08-31", .am, "/"))
        let xml = try store.xml(store.run(task))
        #expect(xml.contains("<Year>2023</Year>") && xml.contains("<AttendanceMarks>H-<"))
        #expect(!xml.contains("2024-09-02<") && !xml.contains("2023-08-31"))
    }

    @Test("S1-21: months cut the period to the last so many calendar months before the run")
    func months() throws {
        let (store, task) = try attendance(.allPrevious, months: 2)
        try store.tellMarks(1, ("2024-07-01", .am, "/"), ("2024-07-02", .am, "I"), ("2024-07-03", .am, "/"))
        let xml = try store.xml(store.run(task))
        #expect(xml.contains("<AttendanceStartDate>2024-07-02<") && xml.contains("<AttendanceMarks>I-/-<"))
    }

    @Test("S1-08: the next run sends whose marks have changed, an amended mark in its place; then nothing")
    func changedMarks() throws {
        let (store, task) = try attendance(.allCurrent)
        try store.tellMarks(1, (Self.monday, .am, "N"), (Self.monday, .pm, "\\"))
        try store.tellMarks(2, (Self.monday, .am, "/"))
        try store.run(task)
        #expect(try store.run(task).state == .nothingToSend)
        try store.tellMarks(1, (Self.monday, .am, "I"))
        let outcome = try store.run(task)
        #expect(try store.manifest(outcome).pupils.count == 1)
        #expect(try store.xml(outcome).contains("<AttendanceMarks>I\\<"))
        #expect(try store.run(task).state == .nothingToSend)
    }

    @Test("S1-14, S1-15: marks are no part of changed data and of a snapshot")
    func core() throws {
        let (store, _) = try attendance(.allCurrent)
        try store.accept()
        try store.run()
        try store.tellMarks(1, (Self.monday, .am, "/"))
        #expect(try store.run().state == .nothingToSend)
        #expect(
            try !store.xml(store.run(store.snapshot, at: nil, RunOptions(ignoresCache: true))).contains("Attendance")
        )
    }

    @Test("S1-07: results go with stage, subject, method and component, and nothing of the core record goes along")
    func attainment() throws {
        let store = try SchoolStore()
        try store.tellTwoPupils()
        let row = FieldRow([
            .init(.assessmentStage, "KS2"), .init(.assessmentSubject, "MAT"), .init(.assessmentMethod, "TT"),
            .init(.assessmentComponent, "OVR"), .init(.resultQualifier, "NS"), .init(.result, "104"),
        ])
        try store.tell(1, GroupContent(.attainment, [row]))
        let task = try store.task(1, .attainment, ReportCatalogue.attainment)
        let outcome = try store.run(task)
        let xml = try store.xml(outcome)
        for text in ["<Stage>KS2<", "<Subject>MAT<", "<Method>TT<", "<Component>OVR<", "<Result>104<"] {
            #expect(xml.contains(text), "\(text)")
        }
        #expect(!xml.contains("High Street"))
        #expect(try store.run(task).state == .nothingToSend)
    }

    @Test(
        "S1-17: a cohort of years holds who is in one of them at the time of the run; who comes in is sent, who goes out once more"
    )
    func years() throws {
        let store = try SchoolStore()
        try store.tellTwoPupils()
        try store.tell(2, SchoolStore.registration([.yearGroup: "6"]))
        let task = try store.task(1, .changedData, ReportCatalogue.pupilCore) { $0.cohort = .years([.year5]) }
        let first = try store.run(task)
        #expect(try store.xml(first).contains("Lovelace") && !store.xml(first).contains("Noether"))
        try store.tell(2, SchoolStore.address("9 New Road"))
        #expect(try store.run(task).state == .nothingToSend)
        try store.tell(2, SchoolStore.registration([.yearGroup: "5"]))
        let second = try store.run(task)
        #expect(try store.manifest(second).pupils.map(\.change) == [.new])
        #expect(try store.xml(second).contains("9 New Road"))
        try store.tell(1, SchoolStore.registration([.yearGroup: "6"]))
        let third = try store.run(task)
        #expect(try store.manifest(third).pupils.map(\.groups) == [["registration"]])
        #expect(try store.xml(third).contains("<NCyearActual>6<"))
        try store.tell(1, SchoolStore.address("10 Other Road"))
        #expect(try store.run(task).state == .nothingToSend)
    }

    @Test("S1-18: the looked-after cohort is who is in care; leaving care is told as a value, never by silence")
    func lookedAfter() throws {
        let store = try SchoolStore()
        try store.tellTwoPupils()
        func care(_ inCare: String) -> GroupContent { GroupContent(.lookedAfter, [FieldRow([.init(.inCare, inCare)])]) }
        try store.tell(1, care("true"))
        try store.tell(2, care("false"))
        let task = try store.task(1, .changedData, ReportCatalogue.lookedAfter) { $0.cohort = .lookedAfter }
        let first = try store.run(task)
        #expect(try store.manifest(first).pupils.count == 1 && store.xml(first).contains("Lovelace"))
        try store.tell(1, care("false"))
        let second = try store.run(task)
        #expect(try store.manifest(second).pupils.map(\.change) == [.changed])
        #expect(try store.xml(second).contains("<InCare>false<"))
        #expect(try store.run(task).state == .nothingToSend)
    }

    @Test(
        "S1-19, S1-20, S1-26: leavers are those whose leaving another task has told; who was never sent is in no cohort of leavers"
    )
    func leavers() throws {
        let store = try SchoolStore()
        try store.tellTwoPupils()
        try store.accept()
        try store.run()
        let leavers = try store.task(1, .changedData, ReportCatalogue.pupilCore, accepts: false) {
            $0.cohort = .leavers
        }
        let gone = SchoolStore.registration([.leavingDate: "2024-08-31", .leavingReason: "NORM"])
        try store.tell(1, gone)
        try store.tell(3, SchoolStore.details("Turing"), gone)
        #expect(try store.run(leavers).state == .nothingToSend, "no task has told it yet")
        #expect(try store.manifest(store.run()).pupils.map(\.change) == [.left])
        try store.tell(1, SchoolStore.address("11 Far Road"))
        let outcome = try store.run(leavers)
        #expect(try store.manifest(outcome).pupils.map(\.change) == [.left])
        #expect(try store.xml(outcome).contains("11 Far Road") && !store.xml(outcome).contains("Turing"))
        #expect(try store.run(leavers).state == .nothingToSend)
        // A group that the MIS has deleted is told as emptied, and the run goes through.
        try store.append([
            store.builder.changed(
                .pupil,
                SchoolStore.pupil(1),
                at: store.base,
                key: "p1",
                [GroupContent(.address, [])],
                change: .deletedAtSource
            )
        ])
        let cleared = try store.run(leavers)
        #expect(cleared.state == .exported)
        #expect(try store.manifest(cleared).pupils.map(\.clearedGroups) == [["address"]])
    }

    @Test("S1-15: a snapshot of a cohort ends nobody else's record")
    func narrowSnapshot() throws {
        let store = try SchoolStore()
        try store.tellTwoPupils()
        try store.tell(2, SchoolStore.registration([.yearGroup: "6"]))
        let task = try store.task(1, .snapshot, ReportCatalogue.pupilCore) { $0.cohort = .years([.year5]) }
        let manifest = try store.manifest(store.run(task))
        #expect(manifest.kind == .changedData && manifest.pupils.count == 1)
    }
}
