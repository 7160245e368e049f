import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// A task as it stands, with what a decision about it rests on.
public struct TaskStanding: Sendable, Hashable {
    /// The definition.
    public var task: TaskDefinition
    /// For the school's use only (S2-111).
    public var isLocked: Bool
    /// How many events its stream has.
    public var streamVersion: UInt64

    /// Makes a standing.
    public init(_ task: TaskDefinition, isLocked: Bool, streamVersion: UInt64) {
        self.task = task
        self.isLocked = isLocked
        self.streamVersion = streamVersion
    }
}

/// Who acts, and which bases are for their schools' use only (S2-109 to S2-113, rulings 26).
public struct TaskActing: Sendable, Hashable {
    /// Whose side the person is on.
    public var side: TaskOwner
    /// Bases whose tasks the authority must leave alone.
    public var lockedBases: Set<BaseID>
    /// The base id of the store's own events.
    public var owner: BaseID

    /// Makes it.
    public init(side: TaskOwner, lockedBases: Set<BaseID>, owner: BaseID) {
        self.side = side
        self.lockedBases = lockedBases
        self.owner = owner
    }

    /// The bases that are closed to the person.
    public func closed(_ bases: [BaseID]) -> [BaseID] {
        side == .school ? [] : bases.filter(lockedBases.contains)
    }
}

/// What may be done with tasks that are there.
public enum TaskRules {
    /// Refuses the authority what is for the school's use only.
    ///
    /// - Throws: `SchoolError` with code `lockedDown`.
    public static func mayAct(_ acting: TaskActing, on standing: TaskStanding) throws(SchoolError) {
        guard acting.side == .authority else { return }
        if standing.isLocked {
            throw SchoolError(.lockedDown, "\(standing.task.name) is locked down to school use only: ask the school")
        }
        if !acting.closed(standing.task.bases).isEmpty {
            throw SchoolError(
                .lockedDown,
                "a school of \(standing.task.name) has locked its tasks down to school use only: ask that school"
            )
        }
    }

    /// Gives a task another definition; what it has sent and its cursors stay.
    ///
    /// - Throws: `SchoolError` with code `lockedDown`, and what creating throws.
    public static func edit(
        _ standing: TaskStanding,
        to task: TaskDefinition,
        beside others: [TaskDefinition],
        to recipient: TransferParty,
        at kind: TaskPairs.BaseKind = .sims7,
        by acting: TaskActing
    ) throws -> Decision {
        try mayAct(acting, on: standing)
        guard acting.closed(task.bases).isEmpty else {
            throw SchoolError(.lockedDown, "a school has locked its tasks down to school use only: ask that school")
        }
        try task.require(beside: others.filter { $0.id != task.id }, to: recipient, at: kind)
        guard task != standing.task else { return .unchanged("task \(task.name) stays as it is") }
        let message = Syncd_Events_TaskEdited.with {
            $0.name = task.name
            $0.bases = Data(task.bases.flatMap(\.bytes))
            $0.recipient = Data(task.recipient.bytes)
            $0.type = task.type.rawValue
            $0.report = task.report
            $0.format = task.format.rawValue
            $0.terms = task.terms.message
        }
        return decision(.taskEdited, standing, EventBytes.of(message), acting, "task \(task.name) is changed")
    }

    /// Deletes a task: it never runs again, and what it sent stays in the log.
    ///
    /// - Throws: `SchoolError` with code `lockedDown`.
    public static func delete(_ standing: TaskStanding, by acting: TaskActing) throws -> Decision {
        try mayAct(acting, on: standing)
        let message = EventBytes.of(Syncd_Events_TaskDeleted())
        return decision(.taskDeleted, standing, message, acting, "task \(standing.task.name) is deleted")
    }

    /// Locks one task down to school use only, or opens it again (S2-111); the school alone does so.
    ///
    /// - Throws: `SchoolError` with code `lockedDown` for the authority.
    public static func lock(_ standing: TaskStanding, _ isLocked: Bool, by acting: TaskActing) throws -> Decision {
        try requireSchool(acting)
        guard standing.isLocked != isLocked else {
            return .unchanged("task \(standing.task.name) is \(isLocked ? "locked down" : "open") already")
        }
        let message = EventBytes.of(Syncd_Events_TaskLockChanged.with { $0.locked = isLocked })
        let words = isLocked ? "locked down to school use only" : "open to the authority again"
        return decision(.taskLockChanged, standing, message, acting, "task \(standing.task.name) is \(words)")
    }

    /// Locks all tasks of a school down to its own use, or opens them again (S2-109, S2-113).
    ///
    /// - Throws: `SchoolError` with code `lockedDown` for the authority.
    public static func lock(allOf base: BaseID, _ isLocked: Bool, by acting: TaskActing) throws -> Decision {
        try requireSchool(acting)
        guard acting.lockedBases.contains(base) != isLocked else {
            return .unchanged("its tasks are \(isLocked ? "locked down" : "open") already")
        }
        let event = NewEvent(
            type: EventType.baseTasksLockChanged.number,
            base: base,
            stream: StreamID(base),
            open: EventBytes.of(Syncd_Events_BaseTasksLockChanged.with { $0.locked = isLocked })
        )
        let words = isLocked ? "locked down to school use only" : "open to the authority again"
        return Decision(events: [event], message: "its tasks are \(words)")
    }

    /// Takes what waits of a task out of the queue.
    public static func cancel(_ standing: TaskStanding, at bases: [BaseID], by acting: TaskActing) -> Decision {
        guard !bases.isEmpty else { return .unchanged("nothing of \(standing.task.name) waits") }
        let message = Syncd_Events_TaskCancelled.with { $0.bases = Data(bases.flatMap(\.bytes)) }
        let runs = bases.count == 1 ? "1 run" : "\(bases.count) runs"
        return decision(
            .taskCancelled,
            standing,
            EventBytes.of(message),
            acting,
            "\(runs) of \(standing.task.name) cancelled"
        )
    }

    private static func requireSchool(_ acting: TaskActing) throws(SchoolError) {
        guard acting.side == .school else {
            throw SchoolError(.lockedDown, "tasks are locked down and opened by the school alone")
        }
    }

    private static func decision(
        _ type: EventType,
        _ standing: TaskStanding,
        _ open: [UInt8],
        _ acting: TaskActing,
        _ message: String
    ) -> Decision {
        let stream = StreamID(standing.task.id)
        return Decision(
            events: [NewEvent(type: type.number, base: acting.owner, stream: stream, open: open)],
            conditions: [StreamCondition(stream: stream, version: standing.streamVersion)],
            message: message
        )
    }
}

extension SchoolError.Code {
    /// Locked down to school use only.
    public static let lockedDown = Self(rawValue: "lockedDown")
}
