import Foundation
import Identifiers

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

    /// The instant in UTC with microseconds, `yyyy-MM-ddTHH:mm:ss.SSSSSSZ`.
    static func iso(_ time: Timestamp) -> String {
        let parts = Self.parts(of: time, in: universal)
        let micro = time.microseconds - secondsFloor(time) * 1_000_000
        let fraction = String(micro)
        return "\(four(parts.year))-\(two(parts.month))-\(two(parts.day))T"
            + "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))."
            + String(repeating: "0", count: 6 - fraction.count) + fraction + "Z"
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
