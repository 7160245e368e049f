import Events
import SwiftProtobuf

/// Open parts of erasures: ids alone.
extension OpenPart {
    static func describe(_ message: Syncd_Events_ErasureRequested) -> JSON {
        [
            "order": id(message.order), "subjects": ids(message.subjects), "groups": .array(message.groups.map(group)),
            "due": JSON(message.due), "deletedAtSource": .bool(message.deletedAtSource),
        ]
    }

    static func describe(_ message: Syncd_Events_ErasureAnswered) -> JSON {
        [
            "order": id(message.order), "recipient": id(message.recipient), "subjects": ids(message.subjects),
            "outcome": message.outcome == .kept ? "kept" : "erased", "ground": .string(message.ground),
            "until": JSON(message.until),
        ]
    }

    static func describe(_ message: Syncd_Events_ErasureWithdrawn) -> JSON { ["order": id(message.order)] }

    static func describe(_ message: Syncd_Events_ErasureBegun) -> JSON {
        ["order": id(message.order), "erased": describe(message.erased)]
    }

    static func describe(_ message: Syncd_Events_SubjectErased) -> JSON {
        [
            "order": id(message.order), "erased": describe(message.erased), "generation": JSON(message.generation),
        ]
    }

    static func describe(_ message: Syncd_Events_ErasureCompleted) -> JSON {
        ["order": id(message.order), "files": JSON(message.files), "open": .bool(message.open)]
    }

    static func describe(_ message: Syncd_Events_KeysRotated) -> JSON { ["generation": JSON(message.generation)] }

    static func describe(_ message: Syncd_Events_KeyCopied) -> JSON {
        ["generation": JSON(message.generation), "place": id(message.place)]
    }

    static func describe(_ message: Syncd_Events_SuppressionLifted) -> JSON {
        [
            "source": id(message.source), "suppression": .string(hex(message.suppression)),
            "subject": id(message.subject), "groups": .array(message.groups.map(group)),
        ]
    }

    static func describe(_ message: Syncd_Events_HoldPlaced) -> JSON { ["subject": id(message.subject)] }

    static func describe(_ message: Syncd_Events_HoldLifted) -> JSON { ["subject": id(message.subject)] }

    static func describe(_ message: Syncd_Events_RegisterPlaced) -> JSON { ["external": .bool(message.external)] }

    private static func describe(_ message: Syncd_Events_ErasedSubject) -> JSON {
        [
            "subject": id(message.subject), "kind": kind(message.kind), "groups": .array(message.groups.map(group)),
            "entities": ids(message.entities), "issues": ids(message.issues), "keys": ids(message.keys),
            "told": .array(
                message.told.map { ["recipient": id($0.recipient), "base": id($0.base)] }
            ),
            "source": id(message.source), "suppression": .string(hex(message.suppression)),
        ]
    }
}
