import EventLog
import Identifiers
import Testing

@testable import School

@Suite("What goes together in a task")
struct TaskPairsTests {
    private let council = TransferParty.made("820")
    private let school = TransferParty.made("0012001")

    private func task(
        _ type: TaskDefinition.DataType,
        report: String = "pupil-core",
        _ change: (inout TaskDefinition) -> Void = { _ in }
    ) -> TaskDefinition {
        var task = TaskDefinition(
            id: TaskID(high: 2, low: 2),
            name: "t",
            bases: [BaseID(high: 3, low: 3)],
            recipient: RecipientID(high: 1, low: 1),
            type: type,
            report: report
        )
        change(&task)
        return task
    }

    private func refusal(
        _ task: TaskDefinition,
        to party: TransferParty? = nil,
        at kind: TaskPairs.BaseKind = .sims7
    ) throws -> String? {
        do {
            try TaskPairs.check(
                task,
                to: party ?? council,
                under: try ReportCatalogue.newest(task.report),
                at: kind
            )
            return nil
        } catch let error as SchoolError {
            #expect(error.code == .pairIllegal)
            return error.message
        }
    }

    @Test("S1-06: the four kinds of data, each with a report that lets it out, may be saved")
    func kinds() throws {
        #expect(
            TaskDefinition.DataType.allCases.map(\.rawValue) == [
                "attainment", "attendance", "changed_data", "snapshot",
            ]
        )
        #expect(try refusal(task(.changedData)) == nil)
        #expect(try refusal(task(.snapshot)) == nil)
        #expect(try refusal(task(.attendance, report: "attendance") { $0.terms.attendance = .allCurrent }) == nil)
        #expect(try refusal(task(.attainment, report: "attainment")) == nil)
    }

    @Test("S1-07: attainment needs a report that lets results out")
    func attainment() throws {
        #expect(try refusal(task(.attainment))?.contains("lets out nothing that attainment sends") == true)
        #expect(try refusal(task(.changedData, report: "attainment")) == nil)
    }

    @Test("S1-08: attendance names exactly one of five; other data names none")
    func attendance() throws {
        #expect(AttendanceScope.allCases.count == 5)
        #expect(try refusal(task(.attendance, report: "attendance"))?.contains("one of five") == true)
        for scope in AttendanceScope.allCases {
            #expect(try refusal(task(.attendance, report: "attendance") { $0.terms.attendance = scope }) == nil)
        }
        #expect(try refusal(task(.snapshot) { $0.terms.attendance = .allCurrent })?.contains("no sub-type") == true)
    }

    @Test("S1-16, S1-27: to a school goes changed data by year, and nothing else")
    func toSchool() throws {
        for type in TaskDefinition.DataType.allCases {
            let report = type.isPeriodic ? type.rawValue : "pupil-core"
            for cohort in [Cohort.everyYear, .years([.year1]), .lookedAfter, .leavers] {
                let made = task(type, report: report) {
                    $0.terms.direction = .toSchool
                    $0.terms.cohort = cohort
                    if type == .attendance { $0.terms.attendance = .allCurrent }
                }
                let isLegal = type == .changedData && (cohort == .everyYear || cohort == .years([.year1]))
                #expect(try (refusal(made, to: school) == nil) == isLegal, "\(type) of \(cohort)")
                #expect(try refusal(made) != nil, "an authority is no school")
            }
        }
        var many = task(.changedData) { $0.terms.direction = .toSchool }
        many.bases.append(BaseID(high: 3, low: 4))
        #expect(try refusal(many, to: school)?.contains("one school") == true)
    }

    @Test("S1-18: who is looked after goes to an authority alone, under a report that says so")
    func lookedAfter() throws {
        let made = task(.snapshot) { $0.terms.cohort = .lookedAfter }
        #expect(try refusal(made)?.contains("does not let that out") == true)
        let allowed = task(.snapshot, report: "looked-after") { $0.terms.cohort = .lookedAfter }
        #expect(try refusal(allowed) == nil)
        #expect(try refusal(allowed, to: school)?.contains("local authority alone") == true)
    }

    @Test("S1-21: months are from 1 to 13, for attendance alone, whatever the cohort")
    func months() throws {
        func marks(_ months: Int, _ cohort: Cohort = .everyYear) -> TaskDefinition {
            task(.attendance, report: "attendance") {
                $0.terms.attendance = .allCurrent
                $0.terms.months = months
                $0.terms.cohort = cohort
            }
        }
        for months in 1...13 { #expect(try refusal(marks(months, .leavers)) == nil) }
        for months in [-1, 0, 14] { #expect(try refusal(marks(months))?.contains("from 1 to 13") == true) }
        #expect(try refusal(task(.snapshot) { $0.terms.months = 1 })?.contains("attendance alone") == true)
    }

    @Test("S1-22: many months in a recurring task are warned of, and saved")
    func manyMonths() throws {
        var made = task(.attendance, report: "attendance") {
            $0.terms.attendance = .allCurrent
            $0.terms.months = 13
        }
        #expect(TaskPairs.warnings(made).isEmpty)
        made.terms.schedule = try TaskSchedule(.weekly([1]), times: [120])
        #expect(TaskPairs.warnings(made).count == 1)
        #expect(try refusal(made) == nil)
        made.terms.months = 1
        #expect(TaskPairs.warnings(made).isEmpty)
    }

    @Test("S2-25, S2-83, S2-87: a SIMS Primary base has changed attendance alone, no attainment, nothing to school")
    func simsPrimary() throws {
        for scope in AttendanceScope.allCases {
            let made = task(.attendance, report: "attendance") { $0.terms.attendance = scope }
            #expect(try (refusal(made, at: .simsPrimary) == nil) == (scope == .changed))
        }
        #expect(
            try refusal(task(.attainment, report: "attainment"), at: .simsPrimary)?.contains("not supported") == true
        )
        let back = task(.changedData) { $0.terms.direction = .toSchool }
        #expect(try refusal(back, to: school, at: .simsPrimary)?.contains("not supported") == true)
    }

    @Test("a OneRoster package tells of everyone, and of neither marks nor results")
    func oneRoster() throws {
        let some = task(.snapshot) {
            $0.format = .oneroster
            $0.terms.cohort = .years([.year1])
        }
        #expect(try refusal(some)?.contains("accounts of all others") == true)
        let marks = task(.attendance, report: "attendance") {
            $0.format = .oneroster
            $0.terms.attendance = .allCurrent
        }
        #expect(try refusal(marks)?.contains("no file for attendance") == true)
    }

    @Test("S1-17, S2-122: a cohort reads and writes ncy with several years or all, lac and leavers")
    func cohorts() throws {
        for text in ["ncy:all", "ncy:N2,R,1,10", "lac", "leavers"] { #expect(try Cohort(text).description == text) }
        #expect(try Cohort("ncy:10,2,R").description == "ncy:R,2,10")
        for text in ["", "ncy:", "ncy", "ncy:1,", "ncy:15", "all", "LAC"] {
            #expect(throws: SchoolError.self) { try Cohort(text) }
        }
    }
}

extension TransferParty {
    fileprivate static func made(_ digits: String) -> TransferParty {
        guard let party = try? TransferParty(digits) else { preconditionFailure("no party") }
        return party
    }
}
