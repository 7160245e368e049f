import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf
import SyncdTesting
import Testing

@testable import Projections

/// Tasks after they were defined, their locks, and what waits for its turn.
struct TaskStateTests {
    let builder = EventBuilder()
    let owner = BaseID(high: 9, low: 9)
    let hill = BaseID(high: 10, low: 1)
    let vale = BaseID(high: 10, low: 2)
    let task = TaskID(high: 12, low: 1)
    let log = ReferenceLog()

    private func append(_ type: EventType, _ message: some Message, at base: BaseID? = nil) throws {
        try log.append(builder.event(type, base ?? owner, StreamID(task), message))
    }

    private func create() throws {
        try append(
            .taskCreated,
            Syncd_Events_TaskCreated.with {
                $0.name = "nightly"
                $0.bases = Data(hill.bytes + vale.bytes)
                $0.recipient = Data(RecipientID(high: 11, low: 1).bytes)
                $0.type = "changed_data"
                $0.report = "pupil-core"
            }
        )
    }

    private func edit(_ change: (inout Syncd_Events_TaskEdited) -> Void) throws {
        var message = Syncd_Events_TaskEdited.with {
            $0.name = "nightly"
            $0.bases = Data(hill.bytes + vale.bytes)
            $0.recipient = Data(RecipientID(high: 11, low: 1).bytes)
            $0.type = "changed_data"
            $0.report = "pupil-core"
        }
        change(&message)
        try append(.taskEdited, message)
    }

    private func queue(_ slot: Int64) throws {
        try append(
            .taskQueued,
            Syncd_Events_TaskQueued.with {
                $0.slot = slot
                $0.bases = Data(hill.bytes + vale.bytes)
            }
        )
    }

    private func fail(_ base: BaseID, _ code: String, _ ending: Syncd_Events_TransferFailed.Ending = .failed) throws {
        let message = Syncd_Events_TransferFailed.with {
            $0.run = Data(RunID(high: 14, low: UInt64(log.durableEnd.rawValue)).bytes)
            $0.task = Data(task.bytes)
            $0.code = code
            $0.ending = ending
        }
        var event = try builder.event(.transferFailed, base, StreamID(high: 14, low: 1), message)
        event.schemaVersion = EventType.transferFailed.schemaVersion
        try log.append(event)
    }

    @Test("S2-119: a task is what its last edit says; deleted it is listed no more, and its name is still known")
    func edited() throws {
        try create()
        try edit {
            $0.name = "weekly"
            $0.terms.cohort = "lac"
        }
        try append(.taskLockChanged, Syncd_Events_TaskLockChanged.with { $0.locked = true })
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let found = try #require(try snapshot.tasks().first)
            #expect(found.name == "weekly" && found.isLocked && found.ruled?.terms.cohort == .lookedAfter)
            #expect(found.createdAt == Position(1) && found.changedAt == Position(2))
        }
        try append(.taskDeleted, Syncd_Events_TaskDeleted())
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.tasks().isEmpty)
            #expect(try snapshot.allTasks().map(\.name) == ["weekly"])
        }
    }

    @Test("S2-109: a base is locked until it is opened")
    func locks() throws {
        for (base, locked) in [(hill, true), (vale, true), (hill, false)] {
            let message = Syncd_Events_BaseTasksLockChanged.with { $0.locked = locked }
            try log.append(builder.event(.baseTasksLockChanged, base, StreamID(base), message))
        }
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.lockedBases() == [vale])
        }
    }

    @Test("what is due waits until its run ends; a delivery that failed waits for the next attempt, longer each time")
    func queue() throws {
        try create()
        try queue(1_000_000)
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.waitingRuns().map(\.base) == [hill, vale])
            #expect(try snapshot.lastSlot(of: task) == Timestamp(microseconds: 1_000_000))
        }
        try fail(hill, "deliveryFailed")
        let completed = Syncd_Events_TransferCompleted.with {
            $0.task = Data(task.bytes)
            $0.run = Data(RunID(high: 14, low: 99).bytes)
        }
        try log.append(builder.event(.transferCompleted, vale, StreamID(high: 14, low: 2), completed))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let waiting = try snapshot.waitingRuns()
            #expect(waiting.map(\.base) == [hill] && waiting[0].failures == 1)
            #expect(waiting[0].notBefore.microseconds > waiting[0].slot.microseconds)
        }
        for _ in DeliveryRetry.waits { try fail(hill, "deliveryFailed") }
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.waitingRuns().isEmpty)
        }
    }

    @Test("what a rule keeps in is not tried again; deleting, switching off and cancelling empty the queue")
    func emptied() throws {
        try create()
        try queue(1_000_000)
        try fail(hill, "notAccepted", .held)
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.waitingRuns().map(\.base) == [vale])
        }
        try append(.taskCancelled, Syncd_Events_TaskCancelled.with { $0.bases = Data(vale.bytes) })
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.waitingRuns().isEmpty)
        }
        try queue(2_000_000)
        try edit { $0.bases = Data(hill.bytes) }
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.waitingRuns().map(\.base) == [hill])
        }
        try edit { $0.terms.inactive = true }
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.waitingRuns().isEmpty)
        }
    }
}
