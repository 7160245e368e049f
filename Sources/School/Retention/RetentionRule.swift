import EventLog
import Events
import Identifiers
import SwiftProtobuf

/// How long a school keeps a data group, or the whole record, of pupils who have left.
public struct RetentionRule: Sendable, Hashable {
    /// The group; nil for the whole record.
    public var group: DataGroup?
    /// Months from the last leaving date.
    public var months: Int
    /// What becomes of the data.
    public var action: Action

    /// What becomes of data that may be kept no longer.
    public enum Action: String, Sendable, Hashable, CaseIterable {
        /// They go.
        case erase
        /// They go, and figures without a name stay (rulings 10, S3-149).
        case anonymise
    }

    /// The groups of which there are figures; nil stands for the whole record.
    public static let anonymisable: [DataGroup?] = [nil, .attendance]

    /// The longest period: a hundred years.
    public static let monthsMax = 1200

    /// Makes a rule.
    public init(group: DataGroup?, months: Int, action: Action = .erase) {
        (self.group, self.months, self.action) = (group, months, action)
    }

    /// The group's number in events and rows: 0 for the whole record.
    public var number: UInt16 { group?.rawValue ?? 0 }

    /// The group's name, or `record`.
    public var name: String { group?.name ?? Self.record }

    /// What the whole record is called.
    public static let record = "record"

    /// The day from which on the data of somebody who left on a day may be kept no longer.
    public func ends(leaving day: CalendarDate) -> CalendarDate {
        let (year, month, dayOfMonth) = day.parts
        let whole = year * 12 + month - 1 + months
        // The last day of a shorter month stands for those that it lacks.
        for last in stride(from: dayOfMonth, through: max(1, dayOfMonth - 3), by: -1) {
            if let found = CalendarDate(year: whole / 12, month: whole % 12 + 1, day: last) { return found }
        }
        return day
    }

    /// The event that makes the rule.
    ///
    /// - Parameter note: who made it, and the lawful reason, sealed under the actor's key.
    public func set(at base: BaseID, note: NewPart) -> NewEvent {
        let message = Syncd_Events_RetentionRuleSet.with {
            $0.group = UInt32(number)
            $0.months = UInt32(months)
            $0.action = action == .anonymise ? .anonymise : .erase
        }
        return NewEvent(
            type: EventType.retentionRuleSet.number,
            base: base,
            stream: StreamID(base),
            open: EventBytes.of(message),
            parts: [note]
        )
    }

    /// The event that takes the rule for a group away.
    public static func removed(_ group: DataGroup?, at base: BaseID, note: NewPart) -> NewEvent {
        let message = Syncd_Events_RetentionRuleRemoved.with { $0.group = UInt32(group?.rawValue ?? 0) }
        return NewEvent(
            type: EventType.retentionRuleRemoved.number,
            base: base,
            stream: StreamID(base),
            open: EventBytes.of(message),
            parts: [note]
        )
    }
}
