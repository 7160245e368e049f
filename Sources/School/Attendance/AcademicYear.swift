/// A school year: 1 September to 31 August (domain.md 4.6).
public struct AcademicYear: Sendable, Hashable, Comparable {
    /// The calendar year in which it starts.
    public let start: Int

    /// The school year of a day.
    public init(of day: CalendarDate) {
        let (year, month, _) = day.parts
        start = month >= 9 ? year : year - 1
    }

    /// The school year that starts in a calendar year.
    public init(start: Int) { self.start = start }

    /// Its first day.
    public var first: CalendarDate { CalendarDate(year: start, month: 9, day: 1) ?? .latest }
    /// Its last day.
    public var last: CalendarDate { CalendarDate(year: start + 1, month: 8, day: 31) ?? .latest }
    /// The one before it.
    public var previous: Self { Self(start: start - 1) }

    /// The earlier one is less.
    public static func < (left: Self, right: Self) -> Bool { left.start < right.start }
}

extension CalendarDate {
    /// The same day so many calendar months before; the last day of a month that is too short.
    public func minus(months: Int) -> CalendarDate {
        let (year, month, day) = parts
        let total = year * 12 + (month - 1) - months
        let (toYear, toMonth) = (total / 12, total % 12 + 1)
        for candidate in stride(from: day, to: 27, by: -1) {
            if let date = CalendarDate(year: toYear, month: toMonth, day: candidate) { return date }
        }
        return CalendarDate(year: toYear, month: toMonth, day: day) ?? self
    }
}
