import Identifiers
import School

/// The instants of a schedule: one engine for tasks, imports and whatever else runs by itself.
///
/// Pure: the time is given.
public struct SlotCalendar: Sendable, Hashable {
    /// The schedule.
    public let schedule: TaskSchedule

    /// Further ahead nobody looks, and nothing is made up for from further back: two years in days.
    static let horizon = 731

    /// Makes the calendar of a schedule.
    public init(_ schedule: TaskSchedule) {
        self.schedule = schedule
    }

    /// The first instant after another one; nil when there is none within two years, or ever.
    public func next(after instant: Timestamp) -> Timestamp? {
        // A lacking time may come up to an hour after what the clock says.
        var day = LondonZone.clock(at: instant).day.adding(days: -1) ?? .earliest
        for _ in 0...Self.horizon {
            if let found = slots(on: day).first(where: { $0 > instant }) { return found }
            guard let next = day.adding(days: 1) else { return nil }
            if let until = schedule.until, next > until { return nil }
            day = next
        }
        return nil
    }

    /// The last instant in (after, through], and how many there are before it there; nil for none.
    public func last(after: Timestamp, through: Timestamp) -> (slot: Timestamp, missed: Int)? {
        guard after < through else { return nil }
        let last = LondonZone.clock(at: through).day
        let first = LondonZone.clock(at: after).day.adding(days: -1) ?? .earliest
        var day = max(first, last.adding(days: -Self.horizon) ?? .earliest)
        var found: (slot: Timestamp, missed: Int)?
        while day <= last {
            for slot in slots(on: day) where slot > after && slot <= through {
                found = (slot, found.map { $0.missed + 1 } ?? 0)
            }
            guard let next = day.adding(days: 1) else { break }
            day = next
        }
        return found
    }

    /// The instants of a day, ascending and each once: two times can meet when the clock is put forward.
    private func slots(on day: CalendarDate) -> [Timestamp] {
        guard schedule.includes(day) else { return [] }
        return Set(schedule.times.map { LondonZone.instant(of: $0, on: day) }).sorted()
    }
}
