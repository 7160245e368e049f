import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// The events of erasures, of people of their own, so that what the other events made stays.
struct EveryErasure {
    let builder: EventBuilder
    let hill: BaseID
    let owner: BaseID
    let recipient: Data

    private let cal = SubjectID(high: 20, low: 91)
    private let dot = SubjectID(high: 20, low: 92)
    private let mark = SubjectID(high: 20, low: 93)
    private let order = OrderID(high: 15, low: 1)

    /// Two pupils come; of one a data group goes, of the other everything.
    func append(to log: ReferenceLog) throws {
        for (pupil, key) in [(cal, "C1"), (dot, "D1")] {
            let name = GroupContent(.basicDetails, [FieldRow([.init(.surname, "Sample")])])
            let link = GroupContent(.contacts, [FieldRow([.init(.contactKey, "C9")])])
            let need = GroupContent(.sen, [FieldRow([.init(.senProvision, "K")])])
            try log.append(builder.changed(.pupil, pupil, at: hill, key: key, [name, link, need]))
        }
        let code = GroupContent(.attendance, [FieldRow([.init(.mark, "/")])])
        try log.append(builder.changed(.mark, mark, at: hill, key: "D1", [code], owner: dot))
        try append(.registerPlaced, hill, log, Syncd_Events_RegisterPlaced.with { $0.external = true })
        try append(.holdPlaced, hill, log, Syncd_Events_HoldPlaced.with { $0.subject = Data(cal.bytes) })
        try append(.holdPlaced, hill, log, Syncd_Events_HoldPlaced.with { $0.subject = Data(dot.bytes) })
        try append(.holdLifted, hill, log, Syncd_Events_HoldLifted.with { $0.subject = Data(dot.bytes) })
        let requested = Syncd_Events_ErasureRequested.with {
            $0.order = Data(order.bytes)
            $0.subjects = Data(dot.bytes + cal.bytes)
        }
        try append(.erasureRequested, hill, log, requested)
        let deleted = Syncd_Events_ErasureRequested.with {
            $0.order = Data(OrderID(high: 15, low: 2).bytes)
            $0.subjects = Data(dot.bytes + cal.bytes)
            $0.groups = [UInt32(DataGroup.sen.rawValue)]
            $0.deletedAtSource = true
        }
        try append(.erasureRequested, hill, log, deleted)
        try match(log)
        for erased in [part(), whole()] {
            let begun = Syncd_Events_ErasureBegun.with {
                $0.order = Data(order.bytes)
                $0.erased = erased
            }
            try append(.erasureBegun, hill, log, begun)
            let done = Syncd_Events_SubjectErased.with {
                $0.order = Data(order.bytes)
                $0.erased = erased
                $0.generation = 2
            }
            try append(.subjectErased, hill, log, done)
        }
        let answered = Syncd_Events_ErasureAnswered.with {
            $0.order = Data(order.bytes)
            $0.recipient = recipient
            $0.subjects = Data(dot.bytes)
            $0.outcome = .kept
            $0.ground = "claim"
            $0.until = 20_000
        }
        try append(.erasureAnswered, hill, log, answered)
        try append(.erasureCompleted, hill, log, Syncd_Events_ErasureCompleted.with { $0.order = Data(order.bytes) })
        try append(.erasureWithdrawn, hill, log, Syncd_Events_ErasureWithdrawn.with { $0.order = Data(order.bytes) })
        try append(.keysRotated, owner, log, Syncd_Events_KeysRotated.with { $0.generation = 3 })
        let copied = Syncd_Events_KeyCopied.with {
            $0.generation = 3
            $0.place = Data(SubjectID(high: 16, low: 1).bytes)
        }
        try append(.keyCopied, owner, log, copied)
        let lifted = Syncd_Events_SuppressionLifted.with {
            $0.source = Data(builder.source.bytes)
            $0.suppression = Data(repeating: 8, count: 32)
        }
        try append(.suppressionLifted, hill, log, lifted)
    }

    /// Two pupils of another source are those who are erased, and one of them is not, after all.
    private func match(_ log: ReferenceLog) throws {
        for (theirs, ours) in [(5 as UInt64, cal), (6, dot), (7, cal)] {
            let matched = Syncd_Events_PupilsMatched.with {
                $0.theirs = Data(SubjectID(high: 21, low: theirs).bytes)
                $0.ours = Data(ours.bytes)
                $0.ground = .allFour
            }
            try append(.pupilsMatched, hill, log, matched)
            let decided = Syncd_Events_ConflictResolved.with {
                $0.theirs = matched.theirs
                $0.ours = matched.ours
                $0.group = UInt32(DataGroup.address.rawValue)
                $0.outcome = .discarded
                $0.toldAt = 3
            }
            try append(.conflictResolved, hill, log, decided)
        }
        let parted = Syncd_Events_PupilsUnmatched.with {
            $0.theirs = Data(SubjectID(high: 21, low: 7).bytes)
            $0.ours = Data(cal.bytes)
        }
        try append(.pupilsUnmatched, hill, log, parted)
        let rule = Syncd_Events_InboundRuleSet.with {
            $0.group = UInt32(DataGroup.basicDetails.rawValue)
            $0.field = UInt32(Field.preferredForename.rawValue)
            $0.rule = .ifNull
        }
        try append(.inboundRuleSet, hill, log, rule)
    }

    private func part() -> Syncd_Events_ErasedSubject {
        .with {
            $0.subject = Data(cal.bytes)
            $0.kind = UInt32(EntityKind.pupil.rawValue)
            $0.groups = [UInt32(DataGroup.sen.rawValue)]
        }
    }

    private func whole() -> Syncd_Events_ErasedSubject {
        .with {
            $0.subject = Data(dot.bytes)
            $0.kind = UInt32(EntityKind.pupil.rawValue)
            $0.entities = Data(mark.bytes)
            $0.source = Data(builder.source.bytes)
            $0.suppression = Data(repeating: 7, count: 32)
            $0.told = [
                .with {
                    $0.recipient = recipient
                    $0.base = Data(hill.bytes)
                }
            ]
        }
    }

    private func append(_ type: EventType, _ base: BaseID, _ log: ReferenceLog, _ message: some Message) throws {
        try log.append(builder.event(type, base, StreamID(order), message))
    }
}
