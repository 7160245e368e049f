import Foundation
import Identifiers

/// What clocks in the United Kingdom show: the time in a file's header, and the day that leaving dates are held against.
enum LondonClock {
    /// `yyyy-MM-ddTHH:mm:ss`, local time, summer time included.
    static func text(_ time: Timestamp) -> String {
        let instant = Date(timeIntervalSince1970: (Double(time.microseconds) / 1_000_000).rounded(.down))
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: instant)
        let date = [padded(parts.year, 4), padded(parts.month, 2), padded(parts.day, 2)].joined(separator: "-")
        let clock = [parts.hour, parts.minute, parts.second].map { padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(clock)"
    }

    /// `yyyy-MM-dd`.
    static func day(_ time: Timestamp) -> String { String(text(time).prefix(10)) }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "Europe/London") ?? .gmt
        return calendar
    }()

    private static func padded(_ number: Int?, _ width: Int) -> String {
        let digits = String(number ?? 0)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
