import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// Open parts that tell what becomes of tasks, and of recipients.
extension OpenPart {
    /// Decodes an open part of one of these types.
    static func task(_ type: EventType, _ bytes: [UInt8]) throws -> JSON {
        switch type {
        case .taskEdited: try describe(Syncd_Events_TaskEdited(serializedBytes: bytes))
        case .taskLockChanged: ["locked": .bool(try Syncd_Events_TaskLockChanged(serializedBytes: bytes).locked)]
        case .baseTasksLockChanged:
            ["locked": .bool(try Syncd_Events_BaseTasksLockChanged(serializedBytes: bytes).locked)]
        case .blackoutsChanged: try describe(Syncd_Events_BlackoutsChanged(serializedBytes: bytes))
        case .taskQueued: try describe(Syncd_Events_TaskQueued(serializedBytes: bytes))
        case .taskCancelled: ["bases": ids(try Syncd_Events_TaskCancelled(serializedBytes: bytes).bases)]
        case .prerequisiteRecorded: try describe(Syncd_Events_PrerequisiteRecorded(serializedBytes: bytes))
        case .recipientEdited: try describe(Syncd_Events_RecipientEdited(serializedBytes: bytes))
        default: [:]
        }
    }

    // Who reads the log need not know which task is about children in care (rulings 11).
    static func describe(_ message: Syncd_Events_TaskTerms) -> JSON {
        [
            "attendance": .string(message.attendance),
            "cohort": .string(SafeguardingTable.named(message.cohort, seesCare: false)),
            "months": JSON(message.months), "direction": .string(message.direction),
            "schedule": message.hasSchedule ? describe(message.schedule) : .null,
            "owner": .string(message.owner), "inactive": .bool(message.inactive),
        ]
    }

    private static func describe(_ message: Syncd_Events_TaskSchedule) -> JSON {
        [
            "times": .array(message.times.map { JSON($0) }),
            "once": message.hasOnce ? JSON(message.once) : .null,
            "weekdays": .array(message.weekdays.map { JSON($0) }),
            "monthDays": .array(message.monthDays.map { JSON($0) }),
            "from": message.hasFrom ? JSON(message.from) : .null,
            "until": message.hasUntil ? JSON(message.until) : .null,
        ]
    }

    private static func describe(_ message: Syncd_Events_TaskEdited) -> JSON {
        [
            "name": .string(message.name), "bases": ids(message.bases), "recipient": id(message.recipient),
            "type": .string(message.type), "report": .string(message.report), "format": .string(message.format),
            "terms": describe(message.terms),
        ]
    }

    private static func describe(_ message: Syncd_Events_BlackoutsChanged) -> JSON {
        [
            "windows": .array(
                message.windows.map { window in
                    [
                        "weekdays": .array(window.weekdays.map { JSON($0) }), "from": JSON(window.from),
                        "until": JSON(window.until),
                        "firstDay": window.hasFirstDay ? JSON(window.firstDay) : .null,
                        "lastDay": window.hasLastDay ? JSON(window.lastDay) : .null,
                    ]
                }
            )
        ]
    }

    private static func describe(_ message: Syncd_Events_TaskQueued) -> JSON {
        [
            "slot": .string(LondonTime.iso(Timestamp(microseconds: message.slot))), "bases": ids(message.bases),
            "missed": JSON(message.missed),
        ]
    }

    private static func describe(_ message: Syncd_Events_PrerequisiteRecorded) -> JSON {
        ["name": .string(message.name), "value": .string(message.value)]
    }

    private static func describe(_ message: Syncd_Events_RecipientEdited) -> JSON {
        [
            "way": .string(message.way), "place": .string(message.place),
            "knownHosts": .string(message.knownHosts), "credential": .string(message.credential),
            "impactAssessment": .string(message.impactAssessment),
            "privacyStatement": .string(message.privacyStatement),
            "supportContact": .string(message.supportContact), "nominated": .bool(message.nominated),
        ]
    }
}
