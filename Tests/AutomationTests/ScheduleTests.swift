import Foundation
import Identifiers
import School
import Testing

@testable import Automation

@Suite("Times of Europe/London")
struct ScheduleTests {
    private static let london: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "Europe/London") ?? .gmt
        return calendar
    }()

    private func instant(_ iso: String) throws -> Timestamp {
        let date = try #require(ISO8601DateFormatter().date(from: iso))
        return Timestamp(microseconds: Int64(date.timeIntervalSince1970) * 1_000_000)
    }

    private func day(_ iso: String) throws -> CalendarDate { try #require(CalendarDate(iso: iso)) }

    private func daily(_ times: Int..., from: String? = nil, until: String? = nil) throws -> SlotCalendar {
        SlotCalendar(
            try TaskSchedule(
                .weekly(Set(1...7)),
                times: times,
                from: try from.map(day),
                until: try until.map(day)
            )
        )
    }

    @Test("the clock is that of the system's own calendar, every 15 minutes of each change of 41 years")
    func clock() throws {
        for year in 1997...2037 {
            for month in [3, 10] {
                let start = Int64(try #require(CalendarDate(year: year, month: month, day: 24)).dayNumber) * 86_400
                for quarter in 0..<(8 * 96) {
                    let seconds = start + Int64(quarter) * 900
                    let found = LondonZone.clock(at: Timestamp(microseconds: seconds * 1_000_000))
                    let parts = Self.london.dateComponents(
                        [.year, .month, .day, .hour, .minute],
                        from: Date(timeIntervalSince1970: TimeInterval(seconds))
                    )
                    let (foundYear, foundMonth, foundDay) = found.day.parts
                    #expect(
                        [foundYear, foundMonth, foundDay, found.minute / 60, found.minute % 60]
                            == [parts.year, parts.month, parts.day, parts.hour, parts.minute]
                    )
                }
            }
        }
    }

    @Test("a time that the day has once is that instant; the way there and back is the same")
    func roundTrip() throws {
        for offset in 0..<730 {
            let day = try #require(CalendarDate(iso: "2026-01-01")?.adding(days: offset))
            for minute in [0, 59, 90, 150, 720, 1439] {
                let found = LondonZone.clock(at: LondonZone.instant(of: minute, on: day))
                let isLacking = ["2026-03-29", "2027-03-28"].contains(day.description) && (60..<120).contains(minute)
                #expect(found.day == day && (found.minute == minute || isLacking), "\(day) \(minute)")
            }
        }
    }

    @Test("S1-05: 01:30 on the night that has it twice runs once, at the first")
    func twice() throws {
        let calendar = try daily(90)
        let first = try instant("2026-10-25T00:30:00Z")
        #expect(try calendar.next(after: instant("2026-10-24T12:00:00Z")) == first)
        #expect(try calendar.next(after: first) == instant("2026-10-26T01:30:00Z"))
        let night = try calendar.last(after: instant("2026-10-24T12:00:00Z"), through: instant("2026-10-25T12:00:00Z"))
        #expect(night?.slot == first && night?.missed == 0)
    }

    @Test("S1-05: 01:30 on the night that lacks it runs once, an hour after 00:30")
    func lacking() throws {
        let calendar = try daily(90)
        let slot = try instant("2027-03-28T01:30:00Z")
        #expect(try calendar.next(after: instant("2027-03-27T12:00:00Z")) == slot)
        #expect(try calendar.next(after: slot) == instant("2027-03-29T00:30:00Z"))
        let night = try calendar.last(after: instant("2027-03-27T12:00:00Z"), through: instant("2027-03-28T12:00:00Z"))
        #expect(night?.slot == slot && night?.missed == 0)
        // Two times that meet are one.
        let both = try daily(90, 150).last(
            after: instant("2027-03-27T12:00:00Z"),
            through: instant("2027-03-28T12:00:00Z")
        )
        #expect(both?.slot == slot && both?.missed == 0)
    }

    @Test("S1-05: days of the week, of the month, one day, several times a day, a first and a last day")
    func kinds() throws {
        let weekly = SlotCalendar(try TaskSchedule(.weekly([1, 4]), times: [120]))
        #expect(try weekly.next(after: instant("2026-12-01T10:00:00Z")) == instant("2026-12-03T02:00:00Z"))
        #expect(try weekly.next(after: instant("2026-12-03T02:00:00Z")) == instant("2026-12-07T02:00:00Z"))
        let monthly = SlotCalendar(try TaskSchedule(.monthly([31]), times: [120]))
        #expect(try monthly.next(after: instant("2027-02-01T10:00:00Z")) == instant("2027-02-28T02:00:00Z"))
        let once = SlotCalendar(try TaskSchedule(.once(day("2026-12-05")), times: [120, 840]))
        #expect(try once.next(after: instant("2026-12-05T02:00:00Z")) == instant("2026-12-05T14:00:00Z"))
        #expect(try once.next(after: instant("2026-12-05T14:00:00Z")) == nil)
        let ending = try daily(120, from: "2026-12-10", until: "2026-12-11")
        #expect(try ending.next(after: instant("2026-12-01T00:00:00Z")) == instant("2026-12-10T02:00:00Z"))
        #expect(try ending.next(after: instant("2026-12-11T02:00:00Z")) == nil)
    }

    @Test("what next tells and what last counts agree, over two years of random schedules")
    func agree() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<40 {
            let times = Set(
                (0..<Int.random(in: 1...4, using: &generator)).map { _ in Int.random(in: 0..<1440, using: &generator) }
            )
            let days = Set((0..<3).map { _ in Int.random(in: 1...7, using: &generator) })
            let calendar = SlotCalendar(try TaskSchedule(.weekly(days), times: Array(times)))
            let start = try instant("2026-03-20T00:00:00Z")
            let end = try instant("2026-11-02T00:00:00Z")
            var found: [Timestamp] = []
            var at = start
            while let next = calendar.next(after: at), next <= end {
                found.append(next)
                at = next
            }
            let last = calendar.last(after: start, through: end)
            #expect(last?.slot == found.last && last?.missed == found.count - 1)
        }
    }
}

@Suite("What is due")
struct DuePlanTests {
    private func task(_ low: UInt64, _ schedule: TaskSchedule?, _ change: (inout TaskTerms) -> Void = { _ in })
        -> TaskDefinition
    {
        var terms = TaskTerms()
        terms.schedule = schedule
        change(&terms)
        return TaskDefinition(
            id: TaskID(high: 1, low: low),
            name: "t\(low)",
            bases: [BaseID(high: 2, low: 1)],
            recipient: RecipientID(high: 3, low: 1),
            type: .changedData,
            report: "pupil-core",
            terms: terms
        )
    }

    private func hour(_ hours: Int64) -> Timestamp { Timestamp(microseconds: hours * 3_600_000_000) }

    @Test("S1-05: a task whose times were missed is due once, and how many were missed is told")
    func missed() throws {
        let nightly = task(1, try TaskSchedule(.weekly(Set(1...7)), times: [120]))
        // 1 January 1970 was in British Standard Time; 2000 is past it.
        let start = hour(24 * 10_957)
        let scheduled = ScheduledTask(nightly, since: start)
        #expect(DuePlan.due([scheduled], at: start).isEmpty)
        let due = DuePlan.due([scheduled], at: Timestamp(microseconds: start.microseconds + 5 * 86_400_000_000))
        #expect(due.map(\.missed) == [4])
        let after = ScheduledTask(nightly, since: due[0].slot)
        #expect(DuePlan.due([after], at: Timestamp(microseconds: start.microseconds + 5 * 86_400_000_000)).isEmpty)
    }

    @Test("S2-119, S1-13: what is inactive, by hand, or waits for a migration is never due")
    func never() throws {
        let schedule = try TaskSchedule(.weekly(Set(1...7)), times: [120])
        let tasks = [
            task(1, nil), task(2, schedule) { $0.isActive = false }, task(3, schedule) { $0.attendance = .changed },
        ].map { ScheduledTask($0, since: hour(0)) }
        #expect(DuePlan.due(tasks, at: hour(24 * 400)).isEmpty)
        #expect(DuePlan.next(tasks, after: hour(24 * 400)) == nil)
    }

    @Test("in a blackout nothing begins; it ends on time, over midnight, too")
    func blackout() throws {
        let day = try Blackout(weekdays: [], from: 480, until: 990)
        let night = try Blackout(weekdays: [5], from: 1320, until: 120)
        let friday = hour(24 * 10_960)  // 4 January 2000 was a Tuesday, so this is 04/01; three days on is a Friday.
        #expect(
            DuePlan.blackoutEnd([day], at: Timestamp(microseconds: friday.microseconds + 8 * 3_600_000_000))
                == Timestamp(microseconds: friday.microseconds + 59_400_000_000)
        )
        #expect(DuePlan.blackoutEnd([day], at: friday) == nil)
        let late = hour(24 * 10_963 + 23)
        #expect(DuePlan.blackoutEnd([night], at: late) == hour(24 * 10_964 + 2))
        #expect(DuePlan.blackoutEnd([night], at: hour(24 * 10_964 + 23)) == nil)
    }
}
