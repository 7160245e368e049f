import Identifiers
import School

/// The clock of Europe/London: an hour ahead of UTC from the last Sunday of March, 01:00 UTC, to that of October.
///
/// The rule has held since 1996; schedules have no use for years before.
public enum LondonZone {
    /// The instant of a minute of a day.
    ///
    /// Of a time that the day has twice, the first; of one that it lacks, the instant at which it would have been, had the
    /// clock not been put forward.
    public static func instant(of minute: Int, on day: CalendarDate) -> Timestamp {
        let wall = Int64(day.dayNumber) * 1440 + Int64(minute)
        // As summer time: right also for what is there twice. A time that is lacking is no summer time yet.
        let summer = Timestamp(microseconds: (wall - 60) * 60_000_000)
        return isSummer(summer) ? summer : Timestamp(microseconds: wall * 60_000_000)
    }

    /// The day and the minute of an instant.
    public static func clock(at instant: Timestamp) -> (day: CalendarDate, minute: Int) {
        let minutes = floor(instant.microseconds, by: 60_000_000) + (isSummer(instant) ? 60 : 0)
        let day = floor(minutes, by: 1440)
        let date = Int32(exactly: day).flatMap { CalendarDate(dayNumber: $0) } ?? .latest
        return (date, Int(minutes - day * 1440))
    }

    /// Whether summer time is in force.
    static func isSummer(_ instant: Timestamp) -> Bool {
        let day = floor(instant.microseconds, by: 86_400_000_000)
        guard let date = Int32(exactly: day).flatMap({ CalendarDate(dayNumber: $0) }) else { return false }
        let year = date.parts.year
        return change(3, year) <= instant.microseconds && instant.microseconds < change(10, year)
    }

    /// The last Sunday of a month of 31 days, 01:00 UTC, in microseconds.
    private static func change(_ month: Int, _ year: Int) -> Int64 {
        guard let last = CalendarDate(year: year, month: month, day: 31) else { return .max }
        let sunday = Int64(last.dayNumber) - Int64(last.weekday % 7)
        return (sunday * 24 + 1) * 3_600_000_000
    }

    private static func floor(_ number: Int64, by unit: Int64) -> Int64 {
        let whole = number / unit
        return number % unit < 0 ? whole - 1 : whole
    }
}
