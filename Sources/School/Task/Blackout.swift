import EventLog
import Events
import Identifiers
import SwiftProtobuf

/// A window in which nothing begins by itself: what is due waits for its end.
///
/// Times are those of Europe/London.
public struct Blackout: Sendable, Hashable, CustomStringConvertible {
    /// Days of the week on which it begins, 1 is Monday; all when empty.
    public let weekdays: Set<Int>
    /// The minute of the day at which it begins.
    public let from: Int
    /// The minute at which it ends; not after `from`: on the next day.
    public let until: Int
    /// The first day on which it begins; nil for none.
    public let firstDay: CalendarDate?
    /// The last one; nil for none.
    public let lastDay: CalendarDate?

    /// Makes a window.
    ///
    /// - Throws: `SchoolError` with code `scheduleInvalid`.
    public init(
        weekdays: Set<Int>,
        from: Int,
        until: Int,
        firstDay: CalendarDate? = nil,
        lastDay: CalendarDate? = nil
    ) throws(SchoolError) {
        let minutes = 0..<24 * 60
        guard weekdays.allSatisfy((1...7).contains), minutes.contains(from), minutes.contains(until), from != until
        else {
            throw SchoolError(.scheduleInvalid, "a window goes from one time to another, like 08:00-16:30")
        }
        self.weekdays = weekdays
        self.from = from
        self.until = until
        self.firstDay = firstDay
        self.lastDay = lastDay
    }

    /// Whether a minute of a day lies in it.
    public func contains(_ minute: Int, of day: CalendarDate) -> Bool {
        if from < until { return begins(on: day) && (from..<until).contains(minute) }
        if minute >= from { return begins(on: day) }
        guard minute < until, let yesterday = day.adding(days: -1) else { return false }
        return begins(on: yesterday)
    }

    private func begins(on day: CalendarDate) -> Bool {
        if let firstDay, day < firstDay { return false }
        if let lastDay, day > lastDay { return false }
        return weekdays.isEmpty || weekdays.contains(day.weekday)
    }

    /// As people read it.
    public var description: String {
        let days = weekdays.isEmpty ? "every day" : TaskSchedule.names(of: weekdays)
        var text = "\(days) \(TaskSchedule.clock(from))-\(TaskSchedule.clock(until))"
        if let firstDay { text += " from \(firstDay)" }
        if let lastDay { text += " until \(lastDay)" }
        return text
    }

    /// Sets all windows of a store.
    public static func set(_ windows: [Blackout], owner: BaseID) -> Decision {
        let message = Syncd_Events_BlackoutsChanged.with { $0.windows = windows.map(\.message) }
        let event = NewEvent(
            type: EventType.blackoutsChanged.number,
            base: owner,
            stream: StreamID(owner),
            open: EventBytes.of(message)
        )
        let words = windows.isEmpty ? "tasks begin at any time" : "nothing begins by itself in these windows"
        return Decision(events: [event], message: words)
    }
}

extension Blackout {
    /// Reads an event's; nil for one that breaks the rules.
    public init?(_ message: Syncd_Events_Blackout) {
        let made = try? Blackout(
            weekdays: Set(message.weekdays.map(Int.init)),
            from: Int(message.from),
            until: Int(message.until),
            firstDay: message.hasFirstDay ? CalendarDate(dayNumber: message.firstDay) : nil,
            lastDay: message.hasLastDay ? CalendarDate(dayNumber: message.lastDay) : nil
        )
        guard let made else { return nil }
        self = made
    }

    /// For an event.
    var message: Syncd_Events_Blackout {
        .with {
            $0.weekdays = weekdays.sorted().map(UInt32.init)
            $0.from = UInt32(from)
            $0.until = UInt32(until)
            if let firstDay { $0.firstDay = firstDay.dayNumber }
            if let lastDay { $0.lastDay = lastDay.dayNumber }
        }
    }
}
