import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

extension EveryEvent {
    /// What becomes of tasks and recipients.
    func tasks() throws {
        let (nightly, other) = (StreamID(task), TaskID(high: 12, low: 2))
        let edited = Syncd_Events_TaskEdited.with {
            $0.name = "nightly"
            $0.recipient = recipient
            $0.bases = Data(hill.bytes + vale.bytes)
            $0.terms.cohort = "ncy:1,2"
        }
        try append(.taskEdited, owner, nightly, edited)
        try append(.taskLockChanged, owner, nightly, Syncd_Events_TaskLockChanged.with { $0.locked = true })
        try append(
            .baseTasksLockChanged,
            hill,
            StreamID(hill),
            Syncd_Events_BaseTasksLockChanged.with { $0.locked = true }
        )
        let night = Syncd_Events_Blackout.with {
            $0.from = 480
            $0.until = 960
        }
        try append(
            .blackoutsChanged,
            owner,
            StreamID(owner),
            Syncd_Events_BlackoutsChanged.with { $0.windows = [night] }
        )
        let queued = Syncd_Events_TaskQueued.with {
            $0.slot = 1_000_000
            $0.bases = Data(hill.bytes + vale.bytes)
        }
        try append(.taskQueued, owner, nightly, queued)
        let failed = Syncd_Events_TransferFailed.with {
            $0.run = Data(RunID(high: 14, low: 4).bytes)
            $0.task = Data(task.bytes)
            $0.code = "deliveryFailed"
        }
        try append(.transferFailed, hill, StreamID(high: 14, low: 1), failed)
        try append(.taskCancelled, owner, nightly, Syncd_Events_TaskCancelled.with { $0.bases = Data(vale.bytes) })
        let sims = Syncd_Events_PrerequisiteRecorded.with {
            $0.name = "sims"
            $0.value = "7.166"
        }
        try append(.prerequisiteRecorded, hill, StreamID(hill), sims)
        let remote = Syncd_Events_RecipientEdited.with {
            $0.way = "sftp"
            $0.place = "sftp://files.example.org/in"
        }
        try append(.recipientEdited, owner, StreamID(high: 11, low: 1), remote)
        try append(.taskCreated, owner, StreamID(other), Syncd_Events_TaskCreated.with { $0.name = "other" })
        try append(.taskDeleted, owner, StreamID(other), Syncd_Events_TaskDeleted())
    }
}
