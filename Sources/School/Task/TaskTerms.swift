import Events
import SwiftProtobuf

/// Which way a task's data goes (S1-03).
public enum TaskDirection: String, Sendable, Hashable, CaseIterable {
    /// From the school to an authority or another recipient (S2-37).
    case fromSchool = "from-school"
    /// To the school.
    case toSchool = "to-school"

    /// The words of the screen (S2-62).
    public var title: String { self == .fromSchool ? "Export from School" : "Export to School" }
}

/// Who a task belongs to, and who acts (S2-117).
public enum TaskOwner: String, Sendable, Hashable, CaseIterable {
    /// The local authority.
    case authority
    /// The school.
    case school
}

/// What a task has beyond bases, recipient, report and format.
///
/// The initial values are what tasks of before mean: everyone, from the school, by hand, active.
public struct TaskTerms: Sendable, Hashable {
    /// Which marks; nil for other data.
    public var attendance: AttendanceScope?
    /// Whom it is about.
    public var cohort = Cohort.everyYear
    /// The last so many calendar months alone (S1-21); nil for the whole period.
    public var months: Int?
    /// Which way.
    public var direction = TaskDirection.fromSchool
    /// When it runs by itself; nil for never.
    public var schedule: TaskSchedule?
    /// Whose it is.
    public var owner = TaskOwner.authority
    /// An inactive task never runs (S2-119).
    public var isActive = true

    /// Makes terms that are those of before.
    public init() {}

    /// Whether the task waits until its schools are on SIMS Primary, and never runs before (S1-13, rulings 24).
    public var waitsForMigration: Bool { attendance == .changed }

    /// Whether the schedule runs, as far as the task itself says.
    public var state: ScheduleState { !isActive ? .inactive : waitsForMigration ? .waitingForMigration : .active }
}

extension TaskTerms {
    /// Reads an event's; nil when a newer version wrote a word that is not known here.
    public init?(_ message: Syncd_Events_TaskTerms) {
        if !message.attendance.isEmpty {
            guard let scope = AttendanceScope(rawValue: message.attendance) else { return nil }
            attendance = scope
        }
        if !message.cohort.isEmpty {
            guard let cohort = try? Cohort(message.cohort) else { return nil }
            self.cohort = cohort
        }
        if !message.direction.isEmpty {
            guard let direction = TaskDirection(rawValue: message.direction) else { return nil }
            self.direction = direction
        }
        if !message.owner.isEmpty {
            guard let owner = TaskOwner(rawValue: message.owner) else { return nil }
            self.owner = owner
        }
        months = message.months == 0 ? nil : Int(message.months)
        isActive = !message.inactive
        if message.hasSchedule {
            guard let schedule = TaskSchedule(message.schedule) else { return nil }
            self.schedule = schedule
        }
    }

    /// For an event.
    var message: Syncd_Events_TaskTerms {
        .with {
            $0.attendance = attendance?.rawValue ?? ""
            $0.cohort = cohort.description
            $0.months = UInt32(months ?? 0)
            $0.direction = direction.rawValue
            $0.owner = owner.rawValue
            $0.inactive = !isActive
            if let schedule { $0.schedule = schedule.message }
        }
    }
}

extension TaskSchedule {
    /// Reads an event's; nil for one that breaks the rules.
    init?(_ message: Syncd_Events_TaskSchedule) {
        let days: Days
        if message.hasOnce {
            guard let day = CalendarDate(dayNumber: message.once) else { return nil }
            days = .once(day)
        } else if !message.weekdays.isEmpty {
            days = .weekly(Set(message.weekdays.map(Int.init)))
        } else {
            days = .monthly(Set(message.monthDays.map(Int.init)))
        }
        let made = try? TaskSchedule(
            days,
            times: message.times.map(Int.init),
            from: message.hasFrom ? CalendarDate(dayNumber: message.from) : nil,
            until: message.hasUntil ? CalendarDate(dayNumber: message.until) : nil
        )
        guard let made else { return nil }
        self = made
    }

    /// For an event.
    var message: Syncd_Events_TaskSchedule {
        .with {
            $0.times = times.map(UInt32.init)
            switch days {
            case .once(let day): $0.once = day.dayNumber
            case .weekly(let days): $0.weekdays = days.sorted().map(UInt32.init)
            case .monthly(let days): $0.monthDays = days.sorted().map(UInt32.init)
            }
            if let from { $0.from = from.dayNumber }
            if let until { $0.until = until.dayNumber }
        }
    }
}
