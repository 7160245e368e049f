/// A day of the Gregorian calendar, as a count of days from 1970-01-01.
public struct CivilDate: Hashable, Comparable, Sendable {
    /// Days from 1970-01-01.
    public var days: Int

    /// Makes a date from a count of days.
    public init(days: Int) { self.days = days }

    /// Makes a date from year, month (1 to 12) and day; a day past the month's end runs on into the next month.
    public init(_ year: Int, _ month: Int, _ day: Int) {
        // Years that begin in March put the leap day at the end (Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Reads `yyyy-MM-dd`; nil for anything else, and for days that do not exist.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), (1...12).contains(month), day > 0
        else { return nil }
        self.init(year, month, day)
        guard description == text else { return nil }
    }

    /// Year, month and day.
    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// 1 for Monday to 7 for Sunday.
    public var weekday: Int { (days + 3) % 7 + 1 }

    /// The date some days later.
    public static func + (date: Self, days: Int) -> Self { Self(days: date.days + days) }

    /// The date some days earlier.
    public static func - (date: Self, days: Int) -> Self { Self(days: date.days - days) }

    /// Orders dates in time.
    public static func < (left: Self, right: Self) -> Bool { left.days < right.days }

    /// The first such weekday on or after this date.
    func onOrAfter(weekday wanted: Int) -> Self { self + (wanted - weekday + 7) % 7 }
}

extension CivilDate: CustomStringConvertible {
    /// `yyyy-MM-dd`.
    public var description: String {
        let (year, month, day) = parts
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

/// A number with leading zeros.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
