/// When a task runs by itself, in the days and times of Europe/London (S1-05).
public struct TaskSchedule: Sendable, Hashable {
    /// On which days.
    public enum Days: Sendable, Hashable {
        /// On one day.
        case once(CalendarDate)
        /// On days of the week; 1 is Monday.
        case weekly(Set<Int>)
        /// On days of the month; in a month that is too short, on its last day.
        case monthly(Set<Int>)
    }

    /// On which days.
    public let days: Days
    /// Minutes of the day, ascending.
    public let times: [Int]
    /// The first day; nil for none.
    public let from: CalendarDate?
    /// The last day, after which it never runs; nil for none.
    public let until: CalendarDate?

    /// More would not end before the next begins.
    public static let mostTimes = 24

    /// Makes a schedule.
    ///
    /// - Throws: `SchoolError` with code `scheduleInvalid`.
    public init(
        _ days: Days,
        times: [Int],
        from: CalendarDate? = nil,
        until: CalendarDate? = nil
    ) throws(SchoolError) {
        let distinct = Set(times).sorted()
        guard !distinct.isEmpty, distinct.count == times.count, distinct.count <= Self.mostTimes,
            distinct.allSatisfy((0..<24 * 60).contains)
        else {
            throw SchoolError(.scheduleInvalid, "a schedule has 1 to 24 times of the day, each once, like 02:00")
        }
        switch days {
        case .once: break
        case .weekly(let days):
            guard !days.isEmpty, days.allSatisfy((1...7).contains) else {
                throw SchoolError(.scheduleInvalid, "a weekly schedule names days from mon to sun")
            }
        case .monthly(let days):
            guard !days.isEmpty, days.allSatisfy((1...31).contains) else {
                throw SchoolError(.scheduleInvalid, "a monthly schedule names days from 1 to 31")
            }
        }
        if let from, let until, until < from {
            throw SchoolError(.scheduleInvalid, "the last day of a schedule is not before its first")
        }
        self.days = days
        self.times = distinct
        self.from = from
        self.until = until
    }

    /// Whether it runs more than once.
    public var isRecurring: Bool {
        if case .once = days { times.count > 1 } else { true }
    }

    /// Whether it runs on a day.
    public func includes(_ day: CalendarDate) -> Bool {
        if let from, day < from { return false }
        if let until, day > until { return false }
        switch days {
        case .once(let only): return day == only
        case .weekly(let days): return days.contains(day.weekday)
        case .monthly(let days):
            let (year, month, date) = day.parts
            if days.contains(date) { return true }
            let isLast = CalendarDate(year: year, month: month, day: date + 1) == nil
            return isLast && days.contains { $0 > date }
        }
    }
}

extension TaskSchedule: CustomStringConvertible {
    /// The names of the days, Monday first.
    public static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// As people read it: `mon, tue at 02:00`.
    public var description: String {
        var text =
            switch days {
            case .once(let day): "on \(Self.date(day))"
            case .weekly(let days): days.count == 7 ? "every day" : Self.names(of: days)
            case .monthly(let days): "day \(days.sorted().map(String.init).joined(separator: ", ")) of the month"
            }
        text += " at " + times.map(Self.clock).joined(separator: ", ")
        if let from { text += " from \(Self.date(from))" }
        if let until { text += " until \(Self.date(until))" }
        return text
    }

    /// Days of the week in words.
    public static func names(of days: Set<Int>) -> String {
        days.sorted().map { weekdays[$0 - 1] }.joined(separator: ", ")
    }

    /// A minute of the day, HH:mm.
    public static func clock(_ minute: Int) -> String {
        let (hour, rest) = (minute / 60, minute % 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Reads HH:mm; nil for anything else.
    public static func minute(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    private static func date(_ day: CalendarDate) -> String {
        day.description.split(separator: "-").reversed().joined(separator: "/")
    }
}

extension SchoolError.Code {
    /// Days or times that no schedule has.
    public static let scheduleInvalid = Self(rawValue: "scheduleInvalid")
}
