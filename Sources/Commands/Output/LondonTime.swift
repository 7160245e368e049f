import Foundation
import Identifiers
import School

/// Instants as people and machines read them: dd/MM/yyyy HH:mm:ss of Europe/London, and ISO 8601 in UTC.
enum LondonTime {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "Europe/London") ?? .gmt
        return calendar
    }()

    private static let universal: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// The instant in Europe/London, `dd/MM/yyyy HH:mm:ss`.
    static func text(_ time: Timestamp) -> String {
        let parts = Self.parts(of: time, in: calendar)
        return "\(two(parts.day))/\(two(parts.month))/\(four(parts.year)) "
            + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))"
    }

    /// The day in Europe/London, `yyyy-MM-dd`.
    static func day(_ time: Timestamp) -> String {
        let parts = Self.parts(of: time, in: calendar)
        return "\(four(parts.year))-\(two(parts.month))-\(two(parts.day))"
    }

    /// A day `yyyy-MM-dd` as people read it, `dd/MM/yyyy`.
    static func date(_ day: String) -> String { day.split(separator: "-").reversed().joined(separator: "/") }

    /// The day in Europe/London as people read it, `dd/MM/yyyy`.
    static func date(of time: Timestamp) -> String { date(day(time)) }

    /// A stored value as people read it: days as `dd/MM/yyyy`, and anything else as it is.
    static func shown(_ value: String) -> String {
        guard value.utf8.count == 10, CalendarDate(iso: value) != nil else { return value }
        return date(value)
    }

    /// The instant in UTC with microseconds, `yyyy-MM-ddTHH:mm:ss.SSSSSSZ`.
    static func iso(_ time: Timestamp) -> String {
        let parts = Self.parts(of: time, in: universal)
        let micro = time.microseconds - secondsFloor(time) * 1_000_000
        let fraction = String(micro)
        return "\(four(parts.year))-\(two(parts.month))-\(two(parts.day))T"
            + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))."
            + String(repeating: "0", count: 6 - fraction.count) + fraction + "Z"
    }

    /// Reads `dd/MM/yyyy` or `yyyy-MM-dd`, alone for the last instant of that day in London, or with `HH:mm` or
    /// `HH:mm:ss` behind a space or a `T` for the last instant of that minute or second; nil for anything else.
    static func instant(_ text: String) -> Timestamp? {
        let halves = text.split(whereSeparator: { $0 == " " || $0 == "T" })
        guard (1...2).contains(halves.count), let day = halves.first else { return nil }
        let slashes = day.contains("/")
        let numbers = day.split(separator: slashes ? "/" : "-").map { (Int($0), $0.count) }
        guard numbers.count == 3, numbers.map(\.1) == (slashes ? [2, 2, 4] : [4, 2, 2]) else { return nil }
        var parts = DateComponents()
        (parts.year, parts.month, parts.day) =
            slashes ? (numbers[2].0, numbers[1].0, numbers[0].0) : (numbers[0].0, numbers[1].0, numbers[2].0)
        var unit = Calendar.Component.day
        if halves.count == 2 {
            let clock = halves[1].split(separator: ":").map { $0.count == 2 ? Int($0) ?? -1 : -1 }
            guard (2...3).contains(clock.count), (0..<24).contains(clock[0]),
                clock.dropFirst().allSatisfy({ (0..<60).contains($0) })
            else { return nil }
            (parts.hour, parts.minute, parts.second) = (clock[0], clock[1], clock.count == 3 ? clock[2] : 0)
            unit = clock.count == 3 ? .second : .minute
        }
        guard let start = calendar.date(from: parts), isDay(of: parts, start),
            let next = calendar.date(byAdding: unit, value: 1, to: start)
        else { return nil }
        return Timestamp(microseconds: Int64(next.timeIntervalSince1970.rounded()) * 1_000_000 - 1)
    }

    /// Whether an instant lies on the day that was asked for: there is no 31 June.
    private static func isDay(of parts: DateComponents, _ instant: Date) -> Bool {
        let found = calendar.dateComponents([.year, .month, .day], from: instant)
        return (found.year, found.month, found.day) == (parts.year, parts.month, parts.day)
    }

    private static func parts(of time: Timestamp, in calendar: Calendar) -> DateComponents {
        calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second],
            from: Date(timeIntervalSince1970: TimeInterval(secondsFloor(time)))
        )
    }

    private static func secondsFloor(_ time: Timestamp) -> Int64 {
        let whole = time.microseconds / 1_000_000
        return time.microseconds % 1_000_000 < 0 ? whole - 1 : whole
    }

    private static func two(_ number: Int?) -> String { padded(number, 2) }
    private static func four(_ number: Int?) -> String { padded(number, 4) }

    private static func padded(_ number: Int?, _ width: Int) -> String {
        let digits = String(number ?? 0)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
