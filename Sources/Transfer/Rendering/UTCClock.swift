import Foundation
import Identifiers

/// Moments as OneRoster writes them.
enum UTCClock {
    /// `yyyy-MM-ddTHH:mm:ss.SSSZ`.
    static func text(_ time: Timestamp) -> String {
        let (seconds, rest) = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        // Before 1970 the remainder is negative.
        let whole = rest < 0 ? seconds - 1 : seconds
        let milliseconds = (rest < 0 ? rest + 1_000_000 : rest) / 1000
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second],
            from: Date(timeIntervalSince1970: Double(whole))
        )
        let date = [padded(parts.year, 4), padded(parts.month, 2), padded(parts.day, 2)].joined(separator: "-")
        let clock = [parts.hour, parts.minute, parts.second].map { padded($0, 2) }.joined(separator: ":")
        return "\(date)T\(clock).\(padded(Int(milliseconds), 3))Z"
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    private static func padded(_ number: Int?, _ width: Int) -> String {
        let digits = String(number ?? 0)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
