import Events
import Identifiers
import SwiftProtobuf

/// Open parts that tell of recipients, acceptances, tasks and what went out.
extension OpenPart {
    static func describe(_ message: Syncd_Events_RecipientAdded) -> JSON {
        ["name": .string(message.name), "folder": .string(message.folder), "party": .string(message.party)]
    }

    static func describe(_ message: Syncd_Events_ReportAccepted) -> JSON {
        [
            "report": .string(message.report), "reportVersion": JSON(message.reportVersion),
            "role": .string(message.role), "listVersion": .string(message.listVersion),
        ]
    }

    static func describe(_ message: Syncd_Events_ReportWithdrawn) -> JSON {
        [
            "report": .string(message.report), "reportVersion": JSON(message.reportVersion),
            "ground": ground(message.ground), "role": .string(message.role),
        ]
    }

    private static func ground(_ ground: Syncd_Events_ReportWithdrawn.Ground) -> JSON {
        switch ground {
        case .decided: "decided"
        case .newController: "newController"
        case .notOffered: "notOffered"
        case .UNRECOGNIZED(let number): JSON(number)
        }
    }

    static func describe(_ message: Syncd_Events_TaskCreated) -> JSON {
        [
            "name": .string(message.name), "bases": ids(message.bases), "recipient": id(message.recipient),
            "type": .string(message.type), "report": .string(message.report), "format": .string(message.format),
            "terms": describe(message.terms),
        ]
    }

    static func describe(_ message: Syncd_Events_TransferStarted) -> JSON {
        [
            "run": id(message.run), "task": id(message.task), "recipient": id(message.recipient),
            "lower": JSON(message.lower), "upper": JSON(message.upper), "sequence": JSON(message.sequence),
            "sequenceEpoch": JSON(message.sequenceEpoch), "file": .string(message.file),
            "renderer": JSON(message.renderer), "report": .string(message.report),
            "reportVersion": JSON(message.reportVersion), "acceptance": JSON(message.acceptance),
            "snapshot": .bool(message.snapshot),
            "renderedAt": .string(LondonTime.iso(Timestamp(microseconds: message.renderedAt))),
        ]
    }

    static func describe(_ message: Syncd_Events_TransferCompleted) -> JSON {
        [
            "run": id(message.run), "task": id(message.task), "nothing": .bool(message.nothing),
            "lower": JSON(message.lower), "upper": JSON(message.upper), "sentPupils": JSON(message.sentPupils),
            "sentGroups": JSON(message.sentGroups), "trapped": JSON(message.trapped),
            "dropped": JSON(message.dropped), "withheld": JSON(message.withheld), "recipient": id(message.recipient),
            "report": .string(message.report), "reportVersion": JSON(message.reportVersion),
            "acceptance": JSON(message.acceptance),
        ]
    }

    static func describe(_ message: Syncd_Events_TransferItems) -> JSON {
        [
            "run": id(message.run), "task": id(message.task), "recipient": id(message.recipient),
            "pupils": .array(
                message.pupils.map { pupil in
                    [
                        "entity": id(pupil.entity), "recipientKey": id(pupil.recipientKey),
                        "change": JSON(pupil.change), "groups": .array(pupil.groups.map { group($0) }),
                        "hashes": ids(pupil.hashes, each: 32),
                    ]
                }
            ),
        ]
    }

    static func describe(_ message: Syncd_Events_TransferFailed) -> JSON {
        let state: JSON =
            switch message.ending {
            case .failed: "Failed"
            case .held: "Held"
            case .cancelled: "Cancelled"
            case .UNRECOGNIZED(let number): JSON(number)
            }
        return [
            "run": id(message.run), "task": id(message.task), "state": state,
            "code": .string(message.code), "mayHaveLeft": .bool(message.mayHaveLeft),
        ]
    }

    static func describe(_ message: Syncd_Events_CursorReset) -> JSON {
        ["task": id(message.task), "position": JSON(message.position)]
    }
}
