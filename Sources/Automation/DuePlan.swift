import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// What a scheduler knows of a task.
public struct ScheduledTask: Sendable, Hashable {
    /// The definition.
    public var task: TaskDefinition
    /// Times up to here are dealt with: its last one that was queued, or when its schedule was set.
    public var since: Timestamp

    /// Makes it.
    public init(_ task: TaskDefinition, since: Timestamp) {
        self.task = task
        self.since = since
    }

    /// Whether it runs by itself at all: attendance that changed waits for the migration of its schools (rulings 24).
    var runsByItself: Bool {
        task.terms.isActive && task.terms.schedule != nil && !task.terms.waitsForMigration
    }
}

/// Which tasks' times have come; pure.
public enum DuePlan {
    /// A task whose time has come.
    public struct Due: Sendable, Hashable {
        /// The task.
        public var task: TaskDefinition
        /// Its last time that has come.
        public var slot: Timestamp
        /// Times before it that passed while nothing ran: they are made up for by this one, once.
        public var missed: Int

        /// The event that queues its runs.
        public func event(owner: BaseID) throws -> NewEvent {
            let message = Syncd_Events_TaskQueued.with {
                $0.slot = slot.microseconds
                $0.bases = Data(task.bases.flatMap(\.bytes))
                $0.missed = UInt32(missed)
            }
            return NewEvent(
                type: EventType.taskQueued.number,
                base: owner,
                stream: StreamID(task.id),
                open: try message.serializedBytes()
            )
        }
    }

    /// The tasks whose time has come, the longest due first.
    public static func due(_ tasks: [ScheduledTask], at now: Timestamp) -> [Due] {
        tasks.compactMap { one -> Due? in
            guard one.runsByItself, let schedule = one.task.terms.schedule,
                let found = SlotCalendar(schedule).last(after: one.since, through: now)
            else { return nil }
            return Due(task: one.task, slot: found.slot, missed: found.missed)
        }.sorted { ($0.slot, $0.task.id) < ($1.slot, $1.task.id) }
    }

    /// When a task's time comes next; nil for never.
    public static func next(_ tasks: [ScheduledTask], after now: Timestamp) -> Timestamp? {
        tasks.filter(\.runsByItself).compactMap { one in
            one.task.terms.schedule.flatMap { SlotCalendar($0).next(after: max(now, one.since)) }
        }.min()
    }

    /// The end of the windows in which nothing begins now; nil when something may begin.
    public static func blackoutEnd(_ windows: [Blackout], at now: Timestamp) -> Timestamp? {
        var instant = now
        // Windows can follow each other; a week of them without a gap is never.
        for _ in 0..<7 * 1440 {
            let (day, minute) = LondonZone.clock(at: instant)
            guard windows.contains(where: { $0.contains(minute, of: day) }) else {
                return instant == now ? nil : instant
            }
            let whole = instant.microseconds / 60_000_000
            instant = Timestamp(microseconds: (whole + 1) * 60_000_000)
        }
        return instant
    }
}
