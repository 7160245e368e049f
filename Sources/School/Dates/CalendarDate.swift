/// A day of the proleptic Gregorian calendar, without time or time zone.
///
/// Kept as a number of days, so that comparing and counting need no calendar. Years 1 to 9999.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01; negative before it.
    public let dayNumber: Int32

    /// The first day that can be told: 0001-01-01.
    public static let earliest = CalendarDate(unchecked: -719_162)
    /// The last one: 9999-12-31.
    public static let latest = CalendarDate(unchecked: 2_932_896)

    private init(unchecked dayNumber: Int32) {
        self.dayNumber = dayNumber
    }

    /// Makes a date from a number of days since 1970-01-01; nil outside the years 1 to 9999.
    public init?(dayNumber: Int32) {
        guard dayNumber >= Self.earliest.dayNumber, dayNumber <= Self.latest.dayNumber else { return nil }
        self.dayNumber = dayNumber
    }

    /// Makes a date from its parts; nil when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
        guard day >= 1, day <= Self.length(ofMonth: month, in: year) else { return nil }
        // Years that begin in March put the leap day last (Hinnant, "days_from_civil").
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        dayNumber = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Year, month (1 to 12) and day (1 to 31).
    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = Int(dayNumber) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Monday 1 to Sunday 7, as ISO 8601 counts.
    public var weekday: Int {
        // 1970-01-01 was a Thursday.
        let fromMonday = (Int(dayNumber) + 3) % 7
        return (fromMonday < 0 ? fromMonday + 7 : fromMonday) + 1
    }

    /// The date a number of days later (earlier when negative); nil outside the years 1 to 9999.
    public func adding(days: Int) -> CalendarDate? {
        let (sum, overflow) = Int(dayNumber).addingReportingOverflow(days)
        guard !overflow, let narrow = Int32(exactly: sum) else { return nil }
        return CalendarDate(dayNumber: narrow)
    }

    /// The form `yyyy-MM-dd`.
    public var description: String {
        let (year, month, day) = parts
        var digits: [UInt8] = []
        digits.reserveCapacity(10)
        for (value, width) in [(year, 1000), (month, 10), (day, 10)] {
            if !digits.isEmpty { digits.append(UInt8(ascii: "-")) }
            var unit = width
            while unit > 0 {
                digits.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
                unit /= 10
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Earlier is less.
    public static func < (left: Self, right: Self) -> Bool { left.dayNumber < right.dayNumber }

    /// Days from one date to another.
    public static func - (left: Self, right: Self) -> Int { Int(left.dayNumber) - Int(right.dayNumber) }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}
