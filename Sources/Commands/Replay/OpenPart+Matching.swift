import Events
import School
import SwiftProtobuf

/// Open parts of matches and conflicts: ids alone.
extension OpenPart {
    static func describe(_ message: Syncd_Events_PupilsMatched) -> JSON {
        let ground =
            switch message.ground {
            case .recipientID: "recipientId"
            case .upnAndThree: "upnAndThree"
            case .allFour: "allFour"
            case .person: "person"
            case .UNRECOGNIZED(let number): String(number)
            }
        return ["theirs": id(message.theirs), "ours": id(message.ours), "ground": .string(ground)]
    }

    static func describe(_ message: Syncd_Events_PupilsUnmatched) -> JSON {
        ["theirs": id(message.theirs), "ours": id(message.ours)]
    }

    static func describe(_ message: Syncd_Events_InboundRuleSet) -> JSON {
        let rule =
            switch message.rule {
            case .conflict: "conflict"
            case .always: "always"
            case .ifNull: "ifNull"
            case .never: "never"
            case .UNRECOGNIZED(let number): String(number)
            }
        return ["group": group(message.group), "field": JSON(message.field), "rule": .string(rule)]
    }

    static func describe(_ message: Syncd_Events_ConflictResolved) -> JSON {
        [
            "theirs": id(message.theirs), "ours": id(message.ours), "group": group(message.group),
            "field": JSON(message.field), "outcome": message.outcome == .discarded ? "discarded" : "accepted",
            "toldAt": JSON(message.toldAt),
        ]
    }
}
