import EventLog
import Events
import Identifiers
import SwiftProtobuf
import Testing

@testable import School

@Suite("Changing tasks")
struct TaskRulesTests {
    private let owner = BaseID(high: 9, low: 9)
    private let hill = BaseID(high: 3, low: 1)
    private let vale = BaseID(high: 3, low: 2)

    private var task: TaskDefinition {
        TaskDefinition(
            id: TaskID(high: 2, low: 2),
            name: "nightly",
            bases: [hill, vale],
            recipient: RecipientID(high: 1, low: 1),
            type: .changedData,
            report: "pupil-core"
        )
    }

    private func standing(isLocked: Bool = false) -> TaskStanding {
        TaskStanding(task, isLocked: isLocked, streamVersion: 4)
    }

    private func acting(_ side: TaskOwner, locked: Set<BaseID> = []) -> TaskActing {
        TaskActing(side: side, lockedBases: locked, owner: owner)
    }

    private func edit(_ standing: TaskStanding, _ acting: TaskActing, _ body: (inout TaskDefinition) -> Void) throws
        -> Decision
    {
        var changed = standing.task
        body(&changed)
        return try TaskRules.edit(
            standing,
            to: changed,
            beside: [standing.task],
            to: try TransferParty("820"),
            by: acting
        )
    }

    @Test("S1-04: one call defines one task over many bases, in one event")
    func manyBases() throws {
        var many = task
        many.bases = (1...300).map { BaseID(high: 4, low: $0) }
        let decision = try TaskDefinition.create(many, beside: [], owner: owner, to: try TransferParty("820"))
        #expect(decision.events.count == 1)
        let message = try Syncd_Events_TaskCreated(serializedBytes: decision.events[0].open)
        #expect(message.bases.count == 300 * 16)
    }

    @Test(
        "S1-03, S1-05, S2-117, S2-118, S2-119, S2-120, S2-121, S2-122: what a task is saved as is read back: direction, cohort, months, times, owner"
    )
    func terms() throws {
        var full = task
        full.type = .attendance
        full.report = "attendance"
        full.terms.attendance = .absencesCurrent
        full.terms.cohort = .years([.nursery2, .reception, .year1])
        full.terms.months = 2
        full.terms.owner = .school
        full.terms.isActive = false
        let (from, until) = (CalendarDate(iso: "2026-01-05"), CalendarDate(iso: "2026-12-31"))
        full.terms.schedule = try TaskSchedule(.weekly([1, 3]), times: [840, 90], from: from, until: until)
        let decision = try TaskDefinition.create(full, beside: [], owner: owner, to: try TransferParty("820"))
        let message = try Syncd_Events_TaskCreated(serializedBytes: decision.events[0].open)
        #expect(TaskTerms(message.terms) == full.terms)
        #expect(full.terms.schedule?.description == "mon, wed at 01:30, 14:00 from 05/01/2026 until 31/12/2026")
    }

    @Test("an event of before has no terms, and means everyone, from the school, by hand, active")
    func before() {
        #expect(TaskTerms(Syncd_Events_TaskTerms()) == TaskTerms())
    }

    @Test("a word of a newer version makes the task unreadable, and it is not taken for another")
    func newer() {
        #expect(TaskTerms(Syncd_Events_TaskTerms.with { $0.cohort = "sen" }) == nil)
        #expect(TaskTerms(Syncd_Events_TaskTerms.with { $0.direction = "sideways" }) == nil)
        #expect(TaskTerms(Syncd_Events_TaskTerms.with { $0.schedule = Syncd_Events_TaskSchedule() }) == nil)
    }

    @Test(
        "S2-40, S2-119: an edit is one event with the whole definition, conditional on what was read; none when equal"
    )
    func edits() throws {
        let decision = try edit(standing(), acting(.authority)) { $0.terms.isActive = false }
        #expect(decision.events.count == 1)
        #expect(decision.conditions == [StreamCondition(stream: StreamID(task.id), version: 4)])
        let message = try Syncd_Events_TaskEdited(serializedBytes: decision.events[0].open)
        #expect(message.terms.inactive && message.name == "nightly" && message.bases.count == 32)
        #expect(try edit(standing(), acting(.authority)) { _ in }.isUnchanged)
        #expect(throws: SchoolError(.pairIllegal, "")) {
            try edit(standing(), acting(.authority)) { $0.terms.months = 3 }
        }
    }

    @Test("S2-113: what is locked down the authority cannot edit or delete, and the school can")
    func lockdown() throws {
        for (isLocked, bases) in [(true, Set<BaseID>()), (false, [vale])] {
            let authority = acting(.authority, locked: bases)
            let locked = standing(isLocked: isLocked)
            #expect(throws: SchoolError(.lockedDown, "")) { try TaskRules.delete(locked, by: authority) }
            #expect(throws: SchoolError(.lockedDown, "")) { try edit(locked, authority) { $0.name = "other" } }
            let school = acting(.school, locked: bases)
            #expect(try TaskRules.delete(locked, by: school).events.count == 1)
            #expect(try edit(locked, school) { $0.terms.owner = .school }.events.count == 1)
        }
    }

    @Test("S2-109, S2-111, S2-112: the school alone locks, one task or all of a base; twice is once")
    func locks() throws {
        #expect(throws: SchoolError(.lockedDown, "")) { try TaskRules.lock(standing(), true, by: acting(.authority)) }
        #expect(throws: SchoolError(.lockedDown, "")) { try TaskRules.lock(allOf: hill, true, by: acting(.authority)) }
        #expect(try TaskRules.lock(standing(), true, by: acting(.school)).events.count == 1)
        #expect(try TaskRules.lock(standing(isLocked: true), true, by: acting(.school)).isUnchanged)
        let all = try TaskRules.lock(allOf: hill, true, by: acting(.school))
        #expect(all.events.map(\.base) == [hill])
        #expect(try TaskRules.lock(allOf: hill, true, by: acting(.school, locked: [hill])).isUnchanged)
        #expect(try TaskRules.lock(allOf: hill, false, by: acting(.school, locked: [hill])).events.count == 1)
    }

    @Test("S2-118: a schedule has days and times, each once, within their bounds")
    func schedules() throws {
        let bad: [(TaskSchedule.Days, [Int])] = [
            (.weekly([]), [60]), (.weekly([0]), [60]), (.weekly([8]), [60]), (.monthly([]), [60]),
            (.monthly([32]), [60]), (.weekly([1]), []), (.weekly([1]), [60, 60]), (.weekly([1]), [1440]),
            (.weekly([1]), [-1]), (.weekly([1]), Array(0..<25)),
        ]
        for (days, times) in bad {
            #expect(throws: SchoolError(.scheduleInvalid, "")) { try TaskSchedule(days, times: times) }
        }
        let monthly = try TaskSchedule(.monthly([31]), times: [60])
        #expect(try monthly.includes(#require(CalendarDate(iso: "2027-02-28"))))
        #expect(try !monthly.includes(#require(CalendarDate(iso: "2027-03-30"))))
        #expect(try monthly.includes(#require(CalendarDate(iso: "2028-02-29"))))
    }
}

@Suite("What transfers need of a school's programs")
struct PrerequisiteTests {
    @Test(
        "S1-02, S1-28, S1-29, S1-30, S1-31, S1-32, S1-33: what is recorded and not enough is named with what to do; versions compare part by part",
        arguments: [
            ("legacy-tasks-migrated", "no", "yes"), ("sims", "7.99", "7.166"), ("one", "3.9", "3.58.1"),
            ("b2b-phase", "1", "2"), ("services-manager", "no", "yes"), ("provider-portal", "no", "yes"),
        ]
    )
    func check(name: String, bad: String, good: String) throws {
        try Prerequisite.check([:], at: "Hill")
        try Prerequisite.check([name: good], at: "Hill")
        #expect { try Prerequisite.check([name: bad], at: "Hill") } throws: { error in
            guard let error = error as? SchoolError else { return false }
            return error.code == .prerequisiteMissing && error.message.contains(name) && error.message.contains("Hill")
        }
        let base = BaseID(high: 3, low: 1)
        #expect(try Prerequisite.record(name, good, at: base, known: [:]).events.count == 1)
        #expect(try Prerequisite.record(name, good, at: base, known: [name: good]).isUnchanged)
        #expect(throws: SchoolError(.prerequisiteInvalid, "")) {
            try Prerequisite.record(name, "maybe", at: base, known: [:])
        }
    }
}
